import { isObject, type Json, type JsonObject } from "../../../src/lib/json.ts";
import type { Call, Effect } from "../../../src/odoo/call.ts";
import type { Codec, ServiceCodec, WireAnswer } from "../../../src/odoo/codec/codec.ts";
import { json2 } from "../../../src/odoo/codec/json2.ts";
import { jsonrpc } from "../../../src/odoo/codec/jsonrpc.ts";
import { xmlrpc } from "../../../src/odoo/codec/xmlrpc.ts";
import { readWithSaxes } from "./saxes_reader.ts";

/** One exchange with a real Odoo. */
export interface Recording {
  case: string;
  note: string;
  request: { method: string; path: string; headers: Record<string, string>; body: string | null };
  response: { status: number; headers: Record<string, string>; body: string };
}

/** The recordings that hold RPC, by where they were made. */
export const WIRES = ["14/jsonrpc", "14/xmlrpc", "19/json2", "19/jsonrpc", "19/xmlrpc"] as const;
export type Wire = typeof WIRES[number];

export function recordings(wire: Wire | "14/web" | "19/web"): Recording[] {
  const [version, protocol] = wire.split("/");
  const file = new URL(`../../fixtures/odoo-${version}/${protocol}.jsonl`, import.meta.url);
  return Deno.readTextFileSync(file).trimEnd().split("\n").map((line) => JSON.parse(line));
}

export function recording(wire: Wire | "14/web" | "19/web", name: string): Recording {
  const found = recordings(wire).find((one) => one.case === name);
  if (found === undefined) throw new Error(`no recording ${wire} ${name}`);
  return found;
}

export function answerOf({ response: { status, headers, body } }: Recording): WireAnswer {
  return { status, contentType: headers["content-type"]?.toLowerCase() ?? "", retryAfterS: null, body };
}

const CODECS = { json2, jsonrpc, xmlrpc } satisfies Record<string, Codec>;

/** Decodes a recording as the wire would that had sent its request. */
export function decode(wire: Wire, one: Recording): Json {
  const codec: Codec = CODECS[wire.split("/")[1] as keyof typeof CODECS];
  const call = callOf(wire, one);
  return call === null ? (codec as ServiceCodec).decodeService(answerOf(one)) : codec.decode(call, answerOf(one));
}

/** Stands in for requests that no client of this project would send. */
const UNREADABLE: Call = {
  model: "res.partner",
  method: "search_count",
  params: {},
  context: {},
  effect: "read",
  origin: "caller",
};

/** The Call whose answer was recorded; null for the services `common` and `db`. */
export function callOf(wire: Wire, { request }: Recording): Call | null {
  if (wire.endsWith("/json2")) return callOfJson2(request);
  const args = argsOf(wire, request);
  if (args === null) return null;
  const [, , , model, method, list, named] = args;
  if (typeof model !== "string" || typeof method !== "string") return UNREADABLE;
  const { context, ...params } = isObject(named) ? named : {} as JsonObject;
  const rest = Array.isArray(list) ? [...list] : [];
  const isModelMethod = MODEL_METHODS.has(method) || (method === "has_group" && wire.startsWith("14"));
  const ids = isModelMethod ? undefined : rest.shift();
  rest.forEach((value, index) => params[NAMES[method]?.[index] ?? `arg${index}`] = value);
  return call(model, method, ids, params, context);
}

const MODEL_METHODS = new Set(
  ("create search search_read search_count name_search name_create default_get fields_get read_group load context_get " +
    "formatted_read_group get_views check_access_rights web_search_read web_read_group").split(" "),
);

const NAMES: Record<string, string[]> = {
  create: ["vals_list"],
  write: ["vals"],
  search: ["domain"],
  search_read: ["domain"],
  search_count: ["domain"],
  name_search: ["name", "domain", "operator", "limit"],
  read_group: ["domain", "fields", "groupby"],
};

/** A fixed part of the methods recorded: what reads, and what changes records by itself. */
const READS =
  /^(search|read|fields_get|default_get|name_search|name_get|formatted_read_group|export_data|get_|check_|has_|context_get|web_(search_)?read|onchange|exists)/;
const WRITES = /^(create|write|unlink|copy|name_create|load|web_save)$/;

function call(
  model: string,
  method: string,
  ids: Json | undefined,
  params: JsonObject,
  context: Json | undefined,
): Call {
  const effect: Effect = READS.test(method) ? "read" : WRITES.test(method) ? "write" : "act";
  return {
    model,
    method,
    params,
    context: isObject(context) ? context : {},
    effect,
    origin: "caller",
    ...(Array.isArray(ids) && ids.length > 0 && { ids: ids as number[] }),
  };
}

function callOfJson2({ path, body }: Recording["request"]): Call {
  const [, , , model = "", method = ""] = path.split("/");
  const parsed: Json = body?.startsWith('{"') ? JSON.parse(body) : {};
  const { ids, context, ...params } = isObject(parsed) ? parsed : {} as JsonObject;
  return model === "" || method === "" ? UNREADABLE : call(model, method, ids, params, context);
}

/** The arguments of `execute_kw` or `execute`, or null for another service. */
function argsOf(wire: Wire, { path, body }: Recording["request"]): Json[] | null {
  const unreadable: Json[] = [];
  if (wire.endsWith("/xmlrpc")) {
    if (!/\/object\/?$/.test(path)) return null;
    try {
      return readWithSaxes(body ?? "").values;
    } catch {
      return unreadable;
    }
  }
  try {
    const { params } = JSON.parse(body ?? "");
    if (params?.service === undefined) return unreadable;
    return params.service === "object" ? params.args : null;
  } catch {
    return unreadable;
  }
}
