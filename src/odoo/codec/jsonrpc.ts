import { isObject, type Json, type JsonObject } from "../../lib/json.ts";
import type { Call } from "../call.ts";
import { toFailure } from "../fault.ts";
import { checkCall } from "./checked.ts";
import type { ServiceCodec, WireAnswer, WireRequest } from "./codec.ts";
import { garbled, notRpc } from "./http_answer.ts";
import { positional } from "./positional.ts";
import { jsonFault, parseJson } from "./json_answer.ts";
import { normalResult } from "./result.ts";

/** JSON-RPC, on 14 to 19. An answer without `result` is null. */
export const jsonrpc: ServiceCodec = {
  protocol: "jsonrpc",
  encode: (call, login) => {
    checkCall(call, { xml: false });
    const { args, kwargs } = positional(call);
    const { database, uid, secret } = login;
    return request("object", "execute_kw", [database, uid, secret.reveal(), call.model, call.method, args, kwargs]);
  },
  decode: (call, answer) => normalResult(call, readAnswer(answer, call)),
  encodeService: (service, method, args) => request(service, method, args),
  decodeService: (answer) => readAnswer(answer, null),
};

function request(service: string, method: string, args: Json[]): WireRequest {
  const body = { jsonrpc: "2.0", method: "call", params: { service, method, args }, id: 1 };
  return {
    path: "/jsonrpc",
    headers: { "Content-Type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify(body)),
  };
}

function readAnswer(answer: WireAnswer, call: Call | null): Json {
  const message = parseJson(answer);
  // Application errors come with status 200 as well, and their `code` tells nothing: 200 on 14, 0 on 19.
  const error = isObject(message) ? message["error"] : undefined;
  if (answer.status === 200 && isObject(error)) throw failureOf(error, call);
  if (answer.status !== 200) throw notRpc(answer);
  if (!isObject(message) || message["jsonrpc"] !== "2.0" || error !== undefined) {
    throw garbled("it is JSON but no JSON-RPC answer");
  }
  return message["result"] ?? null;
}

function failureOf(error: JsonObject, call: Call | null): Error {
  const fault = jsonFault(error["data"] ?? null);
  return fault === null ? garbled("it is an error of a kind that Odoo does not send") : toFailure(fault, call);
}
