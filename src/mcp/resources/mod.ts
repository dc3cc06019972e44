import { ProtocolError, ProtocolErrorCode, type Server, type ServerContext } from "@modelcontextprotocol/server";
import { describeModel, getRecords, listModels } from "../../ask/mod.ts";
import type { Caller } from "../../guard/mod.ts";
import { selectLimits } from "../define.ts";
import { Failure } from "../../lib/failure.ts";
import { inTime } from "../clock.ts";
import { failureLine, failureText } from "../failure_text.ts";
import type { Surface } from "../surface.ts";
import { toText } from "../text.ts";
import { MODELS, parseUri, TEMPLATES } from "./address.ts";
import { addSubscriptions } from "./subscribe.ts";
import { CHART_PAGE, readChartPage } from "../ui/mod.ts";
import type { JsonObject } from "../../lib/json.ts";

/**
 * Serves `resources/*`: the same reads as the tools, through the same Odoo and so the same guard. The page of the charts
 * is listed where `listsPages` says that the client shows such pages; others would offer people its HTML. `watching`: the
 * client stays connected, so that it can be told of changes.
 */
export function addResources(
  server: Server,
  surface: Surface,
  caller: Caller,
  options: { listsPages: (ctx: ServerContext) => boolean; watching: boolean },
): void {
  const parse = (uri: string) => parseUri(uri, surface.backend.instances(caller));
  server.setRequestHandler("resources/list", (_, ctx) => ({
    resources: options.listsPages(ctx) ? [MODELS, CHART_PAGE] : [MODELS],
  }));
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: TEMPLATES.map((template) => ({ ...template, mimeType: "text/plain" })),
  }));
  server.setRequestHandler("resources/read", ({ params: { uri } }, ctx) => read(uri, ctx));
  if (options.watching) addSubscriptions(server, surface, caller, { parse, read });

  async function read(uri: string, ctx: ServerContext) {
    if (uri === CHART_PAGE.uri && surface.features.charts) return { contents: [await readChartPage()] };
    const address = parse(uri);
    try {
      const clock = { signal: ctx.mcpReq.signal, toolMs: surface.toolMs, retryable: true };
      const found = await inTime<object>(clock, (signal) => {
        const odoo = surface.backend.odoo(address.instance, caller, "read", signal);
        if (address.kind === "models") return listModels(odoo, { limit: surface.limits.rows });
        if (address.kind === "model") return describeModel(odoo, { model: address.model });
        return getRecords(odoo, { model: address.model, ids: [address.id] }, selectLimits(surface.limits));
      });
      if (address.kind === "record" && "missing" in found && Array.isArray(found.missing) && found.missing.length > 0) {
        throw new Failure("E005", `${address.model} has no record ${address.id}, or you may not see it`);
      }
      const text = toText(JSON.parse(JSON.stringify(found)) as JsonObject);
      return { contents: [{ uri, mimeType: "text/plain", text }] };
    } catch (error) {
      if (error instanceof Failure) {
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, failureLine(error), JSON.parse(failureText(error)));
      }
      const reference = surface.backend.report(error);
      throw new ProtocolError(ProtocolErrorCode.InternalError, `Something went wrong here; the log has ${reference}`);
    }
  }
}
