import type { Server } from "@modelcontextprotocol/server";
import { listModels, type Odoo, rankFields, searchByName } from "../ask/mod.ts";
import type { Caller } from "../guard/mod.ts";
import { Failure } from "../lib/failure.ts";
import { inTime } from "./clock.ts";
import type { Surface } from "./surface.ts";

/** Most values of one completion, as MCP allows. */
const MOST = 100;

/** As many models as `listModels` tells at once; databases have some hundreds. */
const MOST_MODELS = 1000;

/** Periods people ask for; the prompts take any other that `where` understands as well. */
const PERIODS = [
  ...["today", "yesterday", "this_week", "last_week", "this_month", "last_month", "this_quarter", "last_quarter"],
  ...["this_year", "last_year", "this_fiscal_year", "last_fiscal_year", "last_30_days", "last_12_months"],
];

/**
 * Serves `completion/complete` for the arguments of prompts and resource templates: models, fields, ids by name, periods,
 * instances.
 */
export function addCompletions(server: Server, surface: Surface, caller: Caller): void {
  server.setRequestHandler("completion/complete", async ({ params: { argument, context } }, ctx) => {
    const values = await suggest(argument.name, argument.value, context?.arguments ?? {}, ctx.mcpReq.signal);
    return {
      completion: { values: values.slice(0, MOST), hasMore: values.length > MOST },
    };
  });

  async function suggest(
    name: string,
    typed: string,
    others: Record<string, string>,
    client: AbortSignal,
  ): Promise<string[]> {
    const instances = surface.backend.instances(caller);
    if (name === "instance") return starting(instances, typed);
    if (name === "period") return starting(PERIODS, typed);
    const complete = COMPLETERS[name];
    if (complete === undefined) return [];
    try {
      const instance = others.instance !== undefined && instances.includes(others.instance)
        ? others.instance
        : instances[0] ?? "";
      return await inTime(
        { signal: client, toolMs: surface.toolMs, retryable: true },
        (signal) => complete(surface.backend.odoo(instance, caller, "read", signal), typed, others.model),
      );
    } catch (error) {
      // A completion is a comfort while typing: where Odoo refuses or is away, there is simply nothing to offer.
      if (error instanceof Failure) return [];
      throw error;
    }
  }
}

/** Completes one argument; `model` is the argument of that name, as far as it was typed before. */
type Completer = (odoo: Odoo, typed: string, model: string | undefined) => Promise<string[]>;

const COMPLETERS: { [argument: string]: Completer } = {
  async model(odoo, typed) {
    const all = (await listModels(odoo, { limit: MOST_MODELS })).models.map((model) => model.name);
    // A name that goes on from what was typed (`account.m`) comes before one that fits by its label.
    const begun = starting(all, typed);
    if (begun.length > MOST || typed === "") return begun;
    const { models } = await listModels(odoo, { query: typed, limit: MOST + 1 });
    return [...begun, ...models.map((model) => model.name).filter((name) => !begun.includes(name))];
  },
  async id(odoo, typed, model) {
    if (model === undefined) return [];
    const found = await searchByName(odoo, model, typed, MOST + 1);
    const ids = found.map(({ id }) => String(id));
    // Somebody who types a number may mean the id itself.
    return /^[1-9]\d{0,8}$/.test(typed) && !ids.includes(typed) ? [typed, ...ids] : ids;
  },
  field: completeField,
  /** Several, parted by commas: the last one is completed. */
  async fields(odoo, typed, model) {
    const [, before = "", last = ""] = /^(.*,\s*)?([^,]*)$/s.exec(typed) ?? [];
    const taken = before.split(",").map((one) => one.trim());
    const found = await completeField(odoo, last, model);
    return found.filter((name) => !taken.includes(name)).map((name) => `${before}${name}`);
  },
};

/** Fields that begin with what was typed or hold it in name or label, the most used first. */
async function completeField(odoo: Odoo, typed: string, model: string | undefined): Promise<string[]> {
  if (model === undefined) return [];
  const fields = await odoo.fields(model);
  const names = [...new Set([...rankFields(fields).map(({ name }) => name), ...fields.keys()])];
  const part = typed.trim().toLowerCase();
  const holds = (name: string) => `${name} ${fields.get(name)?.label ?? ""}`.toLowerCase().includes(part);
  return [...starting(names, part), ...names.filter((name) => !name.startsWith(part) && holds(name))];
}

function starting(names: readonly string[], typed: string): string[] {
  return names.filter((name) => name.startsWith(typed));
}
