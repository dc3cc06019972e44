import { isObject, type Json } from "../../lib/json.ts";
import type { Fault } from "../fault.ts";

/** What `/xmlrpc/2` faults hold. */
export interface FaultValue {
  faultCode: number;
  faultString: string;
}

/** Checks a fault's value; throws a `SyntaxError` for another shape (`/xmlrpc/object` has texts as codes). */
export function faultValue(value: Json): FaultValue {
  if (isObject(value)) {
    const { faultCode, faultString } = value;
    if (typeof faultCode === "number" && typeof faultString === "string") return { faultCode, faultString };
  }
  throw new SyntaxError("a fault without faultCode and faultString");
}

/** The fault codes of `/xmlrpc/2`; 2 is shared by UserError and its subclasses, and 1 is everything else. */
const CLASSES: Record<number, string> = {
  2: "odoo.exceptions.UserError",
  3: "odoo.exceptions.AccessDenied",
  4: "odoo.exceptions.AccessError",
};

/** The fault in the form of JSON-RPC: the class by its full name, the message without a traceback. */
export function readFault({ faultCode, faultString }: FaultValue): Fault {
  const name = CLASSES[faultCode];
  if (name === undefined) return fromTraceback(faultString);
  return { name: isMissing(faultString) ? "odoo.exceptions.MissingError" : name, message: faultString };
}

/** Odoo has carried the method out and committed, but could not write its result as XML. */
export function resultWasLost({ faultCode, faultString }: FaultValue): boolean {
  return faultCode === 1 &&
    /^TypeError: (cannot marshal (None unless allow_none|<class )|dictionary key must be string)/.test(
      lastError(faultString),
    );
}

/** The words before are translated; the last line `(Record: model(ids,), User: n)` keeps its shape. */
function isMissing(text: string): boolean {
  return /\([^()\n]*: ?[a-z_][\w.]*\([\d, ]*\), [^()\n]*: ?\d+\)\s*$/.test(text);
}

function fromTraceback(text: string): Fault {
  const parts = /^([A-Za-z_][\w.]*)(?:: ([^]*))?$/.exec(lastError(text));
  if (parts === null) return { name: "unknown", message: "" };
  const [, name = "", message = ""] = parts;
  return { name: name.includes(".") ? name : `builtins.${name}`, message: message.replace(/\n$/, "") };
}

const CHAINED =
  /(?:During handling of the above exception, another exception occurred|The above exception was the direct cause of the following exception):\n/;

/** `module.Class: message` of a traceback: what follows the indented lines of the last one. */
function lastError(text: string): string {
  const lines = (text.split(CHAINED).at(-1) ?? "").split("\n");
  const first = lines.findIndex((line) => /^[A-Za-z_][\w.]*(: |:?$)/.test(line));
  return first < 0 ? "" : lines.slice(first).join("\n").replace(/\n$/, "");
}
