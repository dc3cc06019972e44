import { checkId as checkIdNumber, checkText as checkSendable, quote } from "../ask/mod.ts";
import { closest } from "../lib/closest.ts";
import type { Field } from "../odoo/mod.ts";
import { checkMoment } from "./moment.ts";
import { refuse } from "./refuse.ts";

/** Odoo's integers and ids are 32-bit: PostgreSQL refuses more, XML-RPC can't carry more. */
const MAX_INTEGER = 2 ** 31 - 1;

/** Most selection values a message lists. */
const SHOWN = 30;

/**
 * One value of a field that is no relation, in the form Odoo stores: null is false, dates and datetimes become Odoo's, a
 * selection's label its value. Types are not bent: a text for a number is refused, as is a number for a text.
 */
export function checkScalar(field: Field, value: unknown, zone: string, at: string): unknown {
  if (value === null || value === false) return false;
  switch (field.type) {
    case "boolean":
      if (value === true) return true;
      return refuse(at, `${quote(value)} is neither true nor false`);
    case "integer":
    case "many2one_reference":
      return checkInteger(value, at);
    case "float":
    case "monetary":
      if (typeof value === "number" && Number.isFinite(value)) return value;
      return refuse(at, `${quote(value)} is no number`, typeof value === "string" ? "Write it without quotes." : "");
    case "date":
    case "datetime":
      return checkMoment(field.type === "date" ? "date" : "datetime", value, zone, at);
    case "selection":
      return checkSelection(field, value, at);
    case "binary":
    case "image":
      return checkBase64(value, at);
    case "reference":
      return checkReference(value, at);
    case "char":
    case "text":
    case "html":
      return checkText(value, at);
    default:
      return checkUnknownType(value, at, 0);
  }
}

/** A whole number of 32 bits. */
export function checkInteger(value: unknown, at: string): number {
  if (typeof value !== "number" || !Number.isInteger(value)) {
    refuse(at, `${quote(value)} is no whole number`, typeof value === "string" ? "Write it without quotes." : "");
  }
  if (Math.abs(value) > MAX_INTEGER) refuse(at, `${value} is beyond Odoo's 32-bit integers`);
  return value;
}

/** An id as PostgreSQL knows them: 1 to 2^31 - 1. */
export function checkId(value: unknown, at: string): number {
  return checkIdNumber(checkInteger(value, at), at);
}

/** A text that every protocol can carry: well-formed Unicode without control characters but tab and line ends. */
export function checkText(value: unknown, at: string): string {
  if (typeof value !== "string") refuse(at, `${quote(value)} is no text`, "Write it in quotes.");
  return checkSendable(value, at);
}

/** The value itself; else the one whose label this is, where just one fits, case aside. */
function checkSelection(field: Field, value: unknown, at: string): string {
  const text = checkText(value, at);
  const choices = field.selection ?? [];
  // A computed selection may be empty in fields_get and still take values: Odoo decides.
  if (choices.length === 0 || choices.some(([choice]) => choice === text)) return text;
  const lower = text.trim().toLowerCase();
  const found = choices.filter(([choice, label]) => [choice.toLowerCase(), label.toLowerCase()].includes(lower));
  if (found.length === 1) return found[0]![0];
  const near = closest(text, choices.flat()).map((word) => choices.find((choice) => choice.includes(word))![0]);
  const guess = near.length > 0 ? `Did you mean ${[...new Set(near)].join(" or ")}? ` : "";
  const more = choices.length > SHOWN ? `, and ${choices.length - SHOWN} more` : "";
  const list = choices.slice(0, SHOWN).map(([choice, label]) => `${choice} (${label})`).join(", ");
  return refuse(at, `${quote(value)} is no value of ${field.label}`, `${guess}Values: ${list}${more}.`);
}

/** Strict base64: Odoo accepts anything and stores what is left of it. */
function checkBase64(value: unknown, at: string): string {
  const text = checkText(value, at);
  if (text.startsWith("data:")) refuse(at, "it is a data: URL", "Send only the base64 after the comma.");
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) {
    refuse(at, "it is no base64", "Standard alphabet, padded, without line breaks.");
  }
  return text;
}

function checkReference(value: unknown, at: string): string {
  const text = checkText(value, at);
  const [, id] = /^[a-z0-9_]+(?:\.[a-z0-9_]+)*,(\d+)$/.exec(text) ?? [];
  if (id === undefined) refuse(at, `${quote(value)} is no reference`, "Write model,id, e.g. res.partner,7.");
  checkId(Number(id), at);
  return text;
}

/** A type this program does not know (json, properties of later versions): Odoo decides, once it can be sent. */
function checkUnknownType(value: unknown, at: string, depth: number): unknown {
  if (depth > 20) refuse(at, "it nests too deep");
  if (typeof value === "string") return checkText(value, at);
  if (typeof value === "number") return Number.isFinite(value) ? value : refuse(at, `${value} is no number`);
  if (value === null || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map((item, index) => checkUnknownType(item, `${at}[${index}]`, depth + 1));
  if (typeof value !== "object") refuse(at, `${quote(value)} can't be sent`);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [checkText(key, at), checkUnknownType(item, `${at}.${key}`, depth + 1)]),
  );
}
