import type { Server } from "@modelcontextprotocol/server";
import { listModels, searchByName } from "../ask/mod.ts";
import type { Caller } from "../guard/mod.ts";
import { Failure } from "../lib/failure.ts";
import { inTime } from "./clock.ts";
import type { Surface } from "./surface.ts";

/** Most values of one completion, as MCP allows. */
const MOST = 100;

/** Serves `completion/complete` for the arguments of prompts and resource templates: models, instances, ids by name. */
export function addCompletions(server: Server, surface: Surface, caller: Caller): void {
  server.setRequestHandler("completion/complete", async ({ params: { argument, context } }, ctx) => {
    const values = await suggest(argument.name, argument.value, context?.arguments ?? {}, ctx.mcpReq.signal);
    return { completion: { values: values.slice(0, MOST), hasMore: values.length > MOST } };
  });

  async function suggest(
    name: string,
    typed: string,
    others: Record<string, string>,
    client: AbortSignal,
  ): Promise<string[]> {
    const { instances } = surface.backend;
    if (name === "instance") return instances.filter((instance) => instance.startsWith(typed));
    try {
      const instance = others.instance !== undefined && instances.includes(others.instance)
        ? others.instance
        : instances[0] ?? "";
      return await inTime({ signal: client, toolMs: surface.toolMs, retryable: true }, async (signal) => {
        const odoo = surface.backend.odoo(instance, caller, "read", signal);
        if (name === "model") {
          const { models } = await listModels(odoo, { query: typed, limit: MOST });
          return models.map((model) => model.name);
        }
        if (name === "id" && others.model !== undefined) {
          const found = await searchByName(odoo, others.model, typed, MOST);
          return found.map(({ id }) => String(id));
        }
        return [];
      });
    } catch (error) {
      // A completion is a comfort while typing: where Odoo refuses or is away, there is simply nothing to offer.
      if (error instanceof Failure) return [];
      throw error;
    }
  }
}
