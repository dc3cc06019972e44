import { Failure } from "../../lib/failure.ts";
import type { Json } from "../../lib/json.ts";
import type { Call } from "../call.ts";

/** Odoo's own values nest a few levels; deeper ones exhaust a recursive reader at either end. */
const MAX_DEPTH = 100;

/** What XML 1.0 cannot write at all, not even as a character reference: controls but these, and two noncharacters. */
const NOT_IN_XML = /(?![\t\n\r\x7F-\x9F])[\p{Cc}\uFFFE\uFFFF]/u;

/**
 * Refuses, before anything is sent, what would arrive changed or not at all: `E004` that names the parameter. `xml` adds
 * what only XML cannot carry.
 */
export function checkCall(call: Call, { xml }: { xml: boolean }): void {
  if (!/^[A-Za-z_]\w*(\.\w+)*$/.test(call.model)) {
    throw refused(
      `Cannot call model ${quoted(call.model)}: that is no model name.`,
      "Use a technical name, e.g. res.partner.",
    );
  }
  if (!/^[A-Za-z_]\w*$/.test(call.method)) {
    throw refused(
      `Cannot call ${call.model}.${quoted(call.method)}: that is no method name.`,
      "Use a name such as search_read.",
    );
  }
  if (call.ids !== undefined && (call.ids.length === 0 || !call.ids.every(Number.isSafeInteger))) {
    // Odoo runs a record method without ids on an empty recordset: `write` and `unlink` answer true and do nothing.
    const why = call.ids.length === 0 ? "ids is empty" : "ids holds something other than whole numbers";
    throw refused(`Cannot call ${call.model}.${call.method}: ${why}.`, "Give the ids of the records, e.g. [7, 8].");
  }
  for (const name of ["ids", "context"]) {
    // In JSON-2 they stand beside the parameters and would replace the Call's own.
    if (Object.hasOwn(call.params, name)) {
      throw refused(
        `Cannot call ${call.model}.${call.method}: ${name} is no parameter.`,
        `Give ${name} beside the parameters.`,
      );
    }
  }
  for (const [name, value] of Object.entries(call.params)) check(value, name, 0, xml);
  for (const [name, value] of Object.entries(call.context)) check(value, `context.${name}`, 0, xml);
}

function check(value: Json, where: string, depth: number, xml: boolean): void {
  if (depth > MAX_DEPTH) {
    throw refused(
      `Cannot send ${where.slice(0, 80)} …: it nests deeper than ${MAX_DEPTH} levels.`,
      "Send a flatter value.",
    );
  }
  if (typeof value === "string") checkText(value, where, xml);
  else if (typeof value === "number") {
    // JSON.stringify would turn these into null without a word.
    if (!Number.isFinite(value)) {
      throw refused(`Cannot send ${where}: ${value} is no number that JSON has.`, "Use a finite number.");
    }
  } else if (Array.isArray(value)) {
    value.forEach((item, index) => check(item, `${where}[${index}]`, depth + 1, xml));
  } else if (value !== null && typeof value === "object") {
    for (const [key, item] of Object.entries(value)) {
      checkText(key, `a key of ${where}`, xml);
      check(item, `${where}.${key}`, depth + 1, xml);
    }
  }
}

function checkText(text: string, where: string, xml: boolean): void {
  if (!text.isWellFormed()) {
    // 14 answers UnicodeEncodeError, 19 a web page with status 500.
    throw refused(
      `Cannot send ${where}: it holds half a character (a lone surrogate).`,
      "Send well-formed Unicode text.",
    );
  }
  if (text.includes("\0")) {
    throw refused(
      `Cannot send ${where}: it holds a NUL character, which Odoo cannot store.`,
      "Leave the character out.",
    );
  }
  const found = xml ? NOT_IN_XML.exec(text) : null;
  if (found !== null) {
    const code = found[0].charCodeAt(0).toString(16).toUpperCase().padStart(4, "0");
    throw refused(
      `Cannot send ${where}: it holds the control character U+${code}, which XML-RPC cannot carry.`,
      "Leave the character out, or set odoo.protocol to jsonrpc.",
    );
  }
}

function refused(message: string, hint: string): Failure {
  return new Failure("E004", message, { hint });
}

function quoted(name: string): string {
  return JSON.stringify(name.slice(0, 100));
}
