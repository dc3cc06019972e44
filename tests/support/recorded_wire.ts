/** The three wire forms from Odoo's side: what a request asks for, what an answer holds, and a value written as 19 does. */
import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { readWithSaxes } from "../odoo/codec/saxes_reader.ts";
import signatures from "../fixtures/odoo-19-extra/signatures.json" with { type: "json" };

/** A call that no recording answers. */
export class Unrecorded extends Error {}

export type Protocol = "json2" | "jsonrpc" | "xmlrpc";

/** A method call with its arguments by their Odoo 19 names. */
export interface ObjectCall {
  model: string;
  method: string;
  /** As they were sent; absent where none were. */
  ids?: Json;
  params: JsonObject;
  context: JsonObject;
  /** Why 19 would refuse the form of the arguments before the method runs. */
  problem?: Problem;
}

/** A mistake in names or number of arguments; `name` is the argument's. */
export interface Problem {
  kind: "unknown" | "missing" | "too-many" | "ids" | "keyword-create";
  name: string;
}

/** A method as 19 documents it. */
interface Signature {
  parameters: Record<string, { default?: Json; kind?: string }>;
  api: string[] | null;
}

const METHODS: Record<string, Record<string, Signature>> = signatures.methods;

/** The signature of a method, or undefined where 19 has no such method that is public. */
export function signatureOf(model: string, method: string): Signature | undefined {
  return METHODS[model]?.[method] ?? METHODS["*"]?.[method];
}

/** Methods of the model itself: they take no ids. */
function isOfModel(signature: Signature | undefined): boolean {
  return signature?.api?.includes("model") ?? false;
}

/** The call of a JSON-2 request: path and body say all. */
export function readJson2(model: string, method: string, body: JsonObject): ObjectCall {
  const { ids, ...rest } = body;
  const { context, params } = contextOf(rest);
  const signature = signatureOf(model, method);
  const misplaced: Problem | undefined = ids !== undefined && isOfModel(signature)
    ? { kind: "ids", name: "ids" }
    : undefined;
  return {
    model,
    method,
    ...(ids !== undefined && { ids }),
    params,
    context,
    ...problemOf(misplaced ?? badName(signature, params)),
  };
}

/** The call of `execute_kw`: ids first where the method has them, the others in the order of its signature. */
export function readExecute(model: string, method: string, args: Json[], kwargs: JsonObject): ObjectCall {
  const signature = signatureOf(model, method);
  const { context, params } = contextOf(kwargs);
  const rest = [...args];
  const ids = isOfModel(signature) ? undefined : rest.shift();
  const inOrder = Object.entries(signature?.parameters ?? {}).filter(([, { kind }]) => kind === undefined);
  rest.forEach((value, index) => params[inOrder[index]?.[0] ?? `argument ${index}`] = value);
  const keyword: Problem | undefined = method === "create" && args.length === 0 && params["vals_list"] !== undefined
    ? { kind: "keyword-create", name: "vals_list" }
    : undefined;
  const tooMany: Problem | undefined = signature !== undefined && rest.length > inOrder.length
    ? { kind: "too-many", name: String(rest.length + 1) }
    : undefined;
  return {
    model,
    method,
    ...(ids !== undefined && { ids }),
    params,
    context,
    ...problemOf(keyword ?? tooMany ?? badName(signature, params)),
  };
}

/** The context beside the other arguments; one that is no object stays among these. */
function contextOf({ context = {}, ...params }: JsonObject): { context: JsonObject; params: JsonObject } {
  return isObject(context) ? { context, params } : { context: {}, params: { ...params, context } };
}

function problemOf(problem: Problem | undefined): { problem?: Problem } {
  return problem === undefined ? {} : { problem };
}

function badName(signature: Signature | undefined, params: JsonObject): Problem | undefined {
  if (signature === undefined) return undefined;
  const { parameters } = signature;
  const takesAny = Object.values(parameters).some(({ kind }) => kind === "VAR_KEYWORD");
  const unknown = Object.keys(params).find((name) => !Object.hasOwn(parameters, name));
  if (unknown !== undefined && !takesAny) return { kind: "unknown", name: unknown };
  const missing = Object.entries(parameters).find(([name, { kind, default: otherwise }]) =>
    otherwise === undefined && kind !== "VAR_KEYWORD" && !Object.hasOwn(params, name)
  );
  return missing === undefined ? undefined : { kind: "missing", name: missing[0] };
}

/** What a JSON-RPC or XML-RPC request asks of which service; null for what cannot be read. */
export function readService(
  protocol: "jsonrpc" | "xmlrpc",
  path: string,
  body: string,
): { service: string; method: string; args: Json[] } | null {
  try {
    if (protocol === "xmlrpc") {
      const method = /<methodName>(\w+)<\/methodName>/.exec(body)?.[1] ?? "";
      return { service: path.split("/")[3] ?? "", method, args: readWithSaxes(body).values };
    }
    const { service, method, args } = JSON.parse(body).params;
    return typeof service === "string" && Array.isArray(args) ? { service, method, args } : null;
  } catch {
    return null;
  }
}

/** The value of a recorded answer, or the words of its error. Faults that only hide a None are that None. */
export function readAnswer(protocol: Protocol, body: string): { value: Json } | { error: string } {
  if (protocol === "xmlrpc") {
    const { values: [value = null], fault } = readWithSaxes(body);
    if (!fault) return { value };
    const text = isObject(value) ? String(value["faultString"]) : "";
    return /\nTypeError: cannot marshal None/.test(text) ? { value: null } : { error: text };
  }
  const value: Json = JSON.parse(body);
  const error = protocol === "jsonrpc" && isObject(value) ? value["error"] : value;
  const data = protocol === "jsonrpc" && isObject(error) ? error["data"] : error;
  if (isObject(data) && typeof data["debug"] === "string") return { error: String(data["message"]) };
  return { value: protocol === "jsonrpc" && isObject(value) ? value["result"] ?? null : value };
}

/** A value as the body of a successful answer. A whole float comes out as an int over XML-RPC: JavaScript can't tell. */
export function writeValue(protocol: Protocol, value: Json): string {
  if (protocol === "json2") return JSON.stringify(value);
  if (protocol === "jsonrpc") {
    return JSON.stringify({ jsonrpc: "2.0", id: 7, ...(value !== null && { result: value }) });
  }
  return `<?xml version="1.0"?>\n<methodResponse>\n<params>\n<param>\n${xml(value)}\n</param>\n</params>\n\n` +
    "</methodResponse>\n";
}

function xml(value: Json): string {
  return `<value>${typed(value)}</value>`;
}

function typed(value: Json): string {
  if (value === null) throw new Error("XML-RPC has no null: 19 answers a fault here");
  if (typeof value === "boolean") return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === "number") return Number.isInteger(value) ? `<int>${value}</int>` : `<double>${value}</double>`;
  if (typeof value === "string") return `<string>${escape(value)}</string>`;
  if (Array.isArray(value)) return `<array><data>\n${value.map((item) => xml(item) + "\n").join("")}</data></array>`;
  const members = Object.entries(value).map(([name, item]) =>
    `<member>\n<name>${escape(name)}</name>\n${xml(item)}\n</member>\n`
  );
  return `<struct>\n${members.join("")}</struct>`;
}

function escape(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
