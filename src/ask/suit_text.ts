import { isObject, type Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Condition, Leaf } from "./domain.ts";
import type { Path } from "./path.ts";

/** What versions to 18 do with texts in conditions depends on two attributes that nothing else needs. */
interface TextField {
  /** Its text has a row for each language; to 15 in a table of its own. */
  translated: boolean;
  /** Longest text, 0 for any. */
  size: number;
}

/** Asks for them, from the schema cache once warm. */
async function readTextField(odoo: Odoo, { field, model }: Path): Promise<TextField> {
  const described = await odoo.call(model, "fields_get", {
    params: { allfields: [field.name], attributes: ["translate", "size"] },
    cache: "schema",
  });
  const one = isObject(described) ? described[field.name] : undefined;
  const [translated, size] = isObject(one) ? [one["translate"] === true, Number(one["size"])] : [false, 0];
  return { translated, size: size > 0 ? size : 0 };
}

const NEGATIVE = ["!=", "not in", "not like", "not ilike"];
/** Longest list that is written out. */
const MOST_WRITTEN = 200;

/**
 * A condition on a text as it means the same on a version before 19:
 * - to 15, negative operators miss what is unset in translated fields, and `not in` fails there with an SQL error;
 * - a text longer than the field's size is cut before it is compared, so `country_id.code = "USA"` finds US and
 *   `=ilike "%sc"` any code that ends with s.
 * What is answered may hold several conditions on the same field, which are about one and the same record.
 */
export async function suitText(odoo: Odoo, major: number, path: Path, leaf: Leaf): Promise<Condition> {
  const mayBeShort = isOftenShort(path) && longest(leaf.value) > 2;
  const mayBeTranslated = major < 16 && NEGATIVE.includes(leaf.op) && leaf.value !== false && leaf.value !== "";
  if (!mayBeShort && !mayBeTranslated) return leaf;
  const { translated, size } = await readTextField(odoo, path);
  const short = size === 0 ? leaf : fitted(leaf, size);
  return translated && mayBeTranslated ? spelledOut(short, path.field.required) : short;
}

/** Sized fields are rare, and codes nearly all of them; others are not worth a request. */
function isOftenShort({ field, model }: Path): boolean {
  return field.type === "char" &&
    (/(code|bic)$/.test(field.name) || field.name.startsWith("x_") || model === "res.currency");
}

function longest(value: Json): number {
  const texts = Array.isArray(value) ? value : [value];
  return Math.max(0, ...texts.map((one) => typeof one === "string" ? one.length : 0));
}

function fitted(leaf: Leaf, size: number): Leaf {
  const { op, value } = leaf;
  const isLong = (text: Json) => typeof text === "string" && text.length > size;
  switch (op) {
    case "=":
    case "!=":
      // An empty list fits none, its opposite all.
      return isLong(value) ? { ...leaf, op: op === "=" ? "in" : "not in", value: [] } : leaf;
    case "in":
    case "not in":
      return Array.isArray(value) ? { ...leaf, value: value.filter((text) => !isLong(text)) } : leaf;
    case "=like":
    case "=ilike":
      return typeof value === "string" && isLong(value) ? fittedPattern(leaf, value, size) : leaf;
    default:
      return leaf;
  }
}

function fittedPattern(leaf: Leaf, pattern: string, size: number): Leaf {
  const [, before, core = "", after] = /^(%?)(.*?)(%?)$/s.exec(pattern)!;
  // Escaped signs and wildcards in the middle keep their form: rare, and no shorter one says the same.
  if (/[\\%_]/.test(core)) return leaf;
  if (core.length > size) return { ...leaf, op: "in", value: [] };
  if (core.length === size) return { ...leaf, value: core };
  return before !== "" && after !== "" ? { ...leaf, op: leaf.op.slice(1), value: core } : leaf;
}

function spelledOut(leaf: Leaf, required: boolean): Condition {
  const unset: Condition = { ...leaf, op: "=", value: false };
  const or = (condition: Condition): Condition => required ? condition : { kind: "or", nodes: [condition, unset] };
  if (leaf.op !== "not in") return or(leaf);
  if (!Array.isArray(leaf.value) || leaf.value.length === 0 || leaf.value.length > MOST_WRITTEN) return leaf;
  return or({ kind: "and", nodes: leaf.value.map((value) => ({ ...leaf, op: "!=", value })) });
}
