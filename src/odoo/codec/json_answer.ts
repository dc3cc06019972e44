import { isObject, type Json } from "../../lib/json.ts";
import type { Fault } from "../fault.ts";
import type { WireAnswer } from "./codec.ts";
import { garbled, notRpc } from "./http_answer.ts";

/** Parses a JSON answer of any status; throws a `Failure` for a web page and for garbled JSON. */
export function parseJson(answer: WireAnswer): Json {
  if (!/\bjson\b/.test(answer.contentType)) throw notRpc(answer);
  try {
    return JSON.parse(answer.body);
  } catch (error) {
    throw answer.status === 200 ? garbled("it is no JSON", error) : notRpc(answer);
  }
}

/** The error object of JSON-RPC (`error.data`) and JSON-2 (the whole body); null for another shape. */
export function jsonFault(value: Json): Fault | null {
  if (!isObject(value)) return null;
  const { name, message } = value;
  return typeof name === "string" && typeof message === "string" ? { name, message } : null;
}
