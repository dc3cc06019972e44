import { ProtocolError, ProtocolErrorCode, type Server, type ServerContext } from "@modelcontextprotocol/server";
import { describeModel, getRecords, listModels } from "../../ask/mod.ts";
import type { Caller } from "../../guard/mod.ts";
import { selectLimits } from "../define.ts";
import { Failure } from "../../lib/failure.ts";
import { inTime } from "../clock.ts";
import { failureLine, failureText } from "../failure_text.ts";
import type { Surface } from "../surface.ts";
import { toText } from "../text.ts";
import { CHART_PAGE, readChartPage } from "../ui/mod.ts";
import type { JsonObject } from "../../lib/json.ts";

/** The resource templates, each with what its variables mean. */
export const TEMPLATES = [
  {
    name: "model",
    uriTemplate: "odoo://model/{model}",
    title: "A model",
    description: "What you may do with a model, and its most useful fields.",
  },
  {
    name: "record",
    uriTemplate: "odoo://record/{model}/{id}",
    title: "A record",
    description: "One record with its most useful fields.",
  },
  {
    name: "instance-record",
    uriTemplate: "odoo://{instance}/{model}/{id}",
    title: "A record of a named Odoo",
    description: "One record of the Instance of that name.",
  },
] as const;

const MODELS = {
  uri: "odoo://models",
  name: "models",
  title: "Models",
  description: "The models of this Odoo with their labels.",
  mimeType: "text/plain",
};

/**
 * Serves `resources/*`: the same reads as the tools, through the same Odoo and so the same guard. The page of the charts
 * is listed where `listsPages` says that the client shows such pages; others would offer people its HTML.
 */
export function addResources(
  server: Server,
  surface: Surface,
  caller: Caller,
  listsPages: (ctx: ServerContext) => boolean,
): void {
  server.setRequestHandler("resources/list", (_, ctx) => ({
    resources: listsPages(ctx) ? [MODELS, CHART_PAGE] : [MODELS],
  }));
  server.setRequestHandler("resources/templates/list", () => ({
    resourceTemplates: TEMPLATES.map((template) => ({ ...template, mimeType: "text/plain" })),
  }));
  server.setRequestHandler("resources/read", async ({ params: { uri } }, ctx) => {
    if (uri === CHART_PAGE.uri && surface.features.charts) return { contents: [await readChartPage()] };
    const address = parseUri(uri, surface.backend.instances(caller));
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
  });
}

type Address =
  | { kind: "models"; instance: string }
  | { kind: "model"; instance: string; model: string }
  | { kind: "record"; instance: string; model: string; id: number };

function parseUri(uri: string, instances: string[]): Address {
  const instance = instances[0] ?? "";
  if (uri === MODELS.uri) return { kind: "models", instance };
  const [, first = "", second = "", third] = /^odoo:\/\/([a-z0-9-]+)\/([\w.]+)(?:\/([1-9]\d{0,9}))?$/.exec(uri) ?? [];
  if (first === "model" && second !== "" && third === undefined) return { kind: "model", instance, model: second };
  const id = Number(third);
  if (third !== undefined && id < 2 ** 31) {
    if (first === "record") return { kind: "record", instance, model: second, id };
    if (instances.includes(first)) return { kind: "record", instance: first, model: second, id };
  }
  const known = [MODELS.uri, ...TEMPLATES.map((template) => template.uriTemplate)].join(", ");
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `Resource not found: ${uri.slice(0, 200)}. There are ${known}.`,
    {
      uri,
    },
  );
}
