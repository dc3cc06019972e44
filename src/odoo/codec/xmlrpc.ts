import type { Json } from "../../lib/json.ts";
import { Failure } from "../../lib/failure.ts";
import type { Call } from "../call.ts";
import { toFailure } from "../fault.ts";
import { checkCall } from "./checked.ts";
import type { ServiceCodec, WireAnswer, WireRequest } from "./codec.ts";
import { garbled, notRpc } from "./http_answer.ts";
import { positional } from "./positional.ts";
import { normalResult } from "./result.ts";
import { type FaultValue, faultValue, readFault, resultWasLost } from "./xml_fault.ts";
import { scanAnswer } from "./xml_scanner.ts";

/**
 * XML-RPC, on 14 to 19. It has no null: for a method that answers none (or a value Odoo cannot write as XML) Odoo commits
 * and then answers a fault. For a write or act that is success with null, the value lost; for a read `E013`.
 */
export const xmlrpc: ServiceCodec = {
  protocol: "xmlrpc",
  encode: (call, login) => {
    checkCall(call, { xml: true });
    const { args, kwargs } = positional(call);
    const { database, uid, secret } = login;
    return request("object", "execute_kw", [database, uid, secret.reveal(), call.model, call.method, args, kwargs]);
  },
  decode: (call, answer) => {
    const read = readAnswer(answer);
    if ("value" in read) return normalResult(call, read.value);
    if (!resultWasLost(read.fault)) throw toFailure(readFault(read.fault), call);
    if (call.effect !== "read") return null;
    throw untold(call);
  },
  encodeService: (service, method, args) => request(service, method, args),
  decodeService: (answer) => {
    const read = readAnswer(answer);
    if ("value" in read) return read.value;
    throw toFailure(readFault(read.fault), null);
  },
};

function readAnswer(answer: WireAnswer): { value: Json } | { fault: FaultValue } {
  // Errors of XML-RPC come with status 200 too: any other status is not Odoo's XML-RPC speaking.
  if (answer.status !== 200 || !/xml/.test(answer.contentType) || /html/.test(answer.contentType)) throw notRpc(answer);
  try {
    const scanned = scanAnswer(answer.body);
    return "value" in scanned ? scanned : { fault: faultValue(scanned.fault) };
  } catch (error) {
    throw garbled("it is no XML-RPC answer", error);
  }
}

function untold(call: Call): Failure {
  return new Failure(
    "E013",
    `Cannot read ${call.model}.${call.method} over XML-RPC: its answer holds values XML-RPC lacks.`,
    {
      hint: "Set odoo.protocol to auto or jsonrpc, or read the same with search_read.",
    },
  );
}

function request(service: string, method: string, args: Json[]): WireRequest {
  const params = args.map((arg) => `<param>${write(arg)}</param>`).join("");
  const xml =
    `<?xml version="1.0"?><methodCall><methodName>${method}</methodName><params>${params}</params></methodCall>`;
  return {
    path: `/xmlrpc/2/${service}`,
    headers: { "Content-Type": "text/xml" },
    body: new TextEncoder().encode(xml),
  };
}

function write(value: Json): string {
  return `<value>${typed(value)}</value>`;
}

function typed(value: Json): string {
  if (value === null) return "<nil/>";
  if (typeof value === "boolean") return `<boolean>${value ? 1 : 0}</boolean>`;
  if (typeof value === "number") {
    // Odoo reads an <int> of any size; past 2^53 only the exponent form is exact.
    return Number.isSafeInteger(value) ? `<int>${value}</int>` : `<double>${value}</double>`;
  }
  if (typeof value === "string") return `<string>${escape(value)}</string>`;
  if (Array.isArray(value)) return `<array><data>${value.map(write).join("")}</data></array>`;
  const members = Object.entries(value).map(([name, item]) =>
    `<member><name>${escape(name)}</name>${write(item)}</member>`
  );
  return `<struct>${members.join("")}</struct>`;
}

const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;" };

/** A raw carriage return would arrive as a line feed; written as a reference it arrives as it is. */
function escape(text: string): string {
  return text.replace(/[&<>\r]/g, (character) => ESCAPES[character]!);
}
