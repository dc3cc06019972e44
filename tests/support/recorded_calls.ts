/** The recorded exchanges of Odoo 19 that are method calls. */
import { canonicalJson, isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { type Recording, recordings } from "../odoo/codec/recordings.ts";
import { type ObjectCall, type Protocol, readAnswer, readExecute, readJson2, readService } from "./recorded_wire.ts";

/** A recorded method call. */
export interface RecordedCall extends ObjectCall {
  case: string;
  uid: number;
  response: Recording["response"];
  answer: ReturnType<typeof readAnswer>;
}

/** The method calls among the recordings of a protocol. */
export function recordedCalls(protocol: Protocol): RecordedCall[] {
  return protocol === "json2" ? [...callsOfJson2(), ...refusalsOfOthers()] : callsOf(protocol);
}

/** JSON-2's recordings do not tell their user: the same case of JSON-RPC does. */
function callsOfJson2(): RecordedCall[] {
  const told = new Map(executes("jsonrpc").map(({ recording, args }) => [recording.case, Number(args[1])]));
  // Others have a header, a verb or a path that 19 stumbles over before it looks for the method.
  const usual = { "Content-Type": "application/json", Authorization: "bearer KEY", "X-Odoo-Database": "demo19" };
  return recordings("19/json2").flatMap((recording) => {
    const { path, headers, method: verb } = recording.request;
    const [, model = "", method = ""] = /^\/json\/2\/([\w.]+)\/(\w+)$/.exec(path) ?? [];
    const body = parse(recording.request.body);
    if (method === "" || body === null || verb !== "POST" || canonicalJson(headers) !== canonicalJson(usual)) return [];
    return [called("json2", recording, told.get(recording.case) ?? 2, readJson2(model, method, body))];
  });
}

/**
 * Refusals to the portal user were recorded over the older protocols only. JSON-2 answers the same object that stands in
 * JSON-RPC's `error.data`, with status 403 (access_error_rule over both).
 */
function refusalsOfOthers(): RecordedCall[] {
  return callsOf("jsonrpc").filter((one) => one.case === "access_error_rule_portal").map((one) => {
    const body = one.response.body.slice(one.response.body.indexOf('"data": ') + '"data": '.length, -2);
    return { ...one, response: { ...one.response, status: 403, body }, answer: readAnswer("json2", body) };
  });
}

function callsOf(protocol: "jsonrpc" | "xmlrpc"): RecordedCall[] {
  return executes(protocol).map(({ recording, args: [, uid, , model, method, list, named = {}] }) => {
    const args = Array.isArray(list) ? list : [];
    return called(
      protocol,
      recording,
      Number(uid),
      readExecute(String(model), String(method), args, isObject(named) ? named : {}),
    );
  });
}

function called(protocol: Protocol, recording: Recording, uid: number, call: ObjectCall): RecordedCall {
  const { case: name, response } = recording;
  const isHtml = !/json|xml/.test(response.headers["content-type"] ?? "");
  const answer = isHtml ? { error: "a page" } : readAnswer(protocol, response.body);
  return { ...call, case: name, uid, response, answer };
}

function executes(protocol: "jsonrpc" | "xmlrpc"): { recording: Recording; args: Json[] }[] {
  return recordings(`19/${protocol}`).flatMap((recording) => {
    const read = readService(protocol, recording.request.path, recording.request.body ?? "");
    const isCall = read?.method === "execute_kw" && /^\/(jsonrpc|xmlrpc\/2\/object)\/?$/.test(recording.request.path);
    // Made with wrong credentials; or an ill-formed answer, of what another protocol wrote.
    if (/^execute_|_from_json/.test(recording.case)) return [];
    return read !== null && isCall && read.args.length >= 6 ? [{ recording, args: read.args }] : [];
  });
}

function parse(body: string | null): JsonObject | null {
  try {
    const value: Json = JSON.parse(body ?? "");
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}
