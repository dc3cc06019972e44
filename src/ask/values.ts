import { isObject, type Json } from "../lib/json.ts";
import type { Field } from "../odoo/mod.ts";
import { visible } from "./text.ts";
import { isoLocal, parseOdoo } from "./zone.ts";

/** Turns a field's value as Odoo answers it into what callers get. */
export type ToPlain = (raw: Json) => Json;

/** How a value is written: many2one is `[id, name]` in rows, where the column is named once, `{ id, name }` in records. */
export type Shape = "row" | "record";

/** How many ids of an x2many are shown beside their count. */
const SHOWN_IDS = 5;

/** Context that makes Odoo answer the size of binaries instead of their bytes. */
export const SIZES_ONLY = { bin_size: true };

/**
 * What makes the values of a field plain: missing is null (never false), datetimes are ISO with the user's offset, html is
 * text, binaries are their size, an x2many is its count and first ids, and what can't be seen in a text is made visible.
 */
export async function plainValues(field: Field, zone: string, shape: Shape): Promise<ToPlain> {
  switch (field.type) {
    case "boolean":
      return (raw) => raw;
    case "datetime":
      return (raw) => datetime(raw, zone);
    case "html":
      return htmlText(await loadHtmlToText());
    case "binary":
    case "image":
      return (raw) => isNothing(raw) ? null : `(${sizeOf(String(raw))})`;
    case "many2one":
      return shape === "row" ? pair : reference;
    case "one2many":
    case "many2many":
      return (raw) => Array.isArray(raw) ? manyOf(raw.filter((id) => typeof id === "number")) : null;
    default:
      return plain;
  }
}

function manyOf(ids: number[]): Json {
  return { count: ids.length, ids: ids.slice(0, SHOWN_IDS) };
}

function isNothing(raw: Json): boolean {
  return raw === false || raw === null || raw === undefined;
}

/** Numbers, selections, texts, dates; structures such as properties keep their form. */
function plain(raw: Json): Json {
  // Texts that were emptied stay "" on 14, where others are false.
  if (typeof raw === "string") return raw === "" ? null : visible(raw);
  if (isNothing(raw)) return null;
  return typeof raw === "object" ? visibleInside(raw) : raw;
}

function visibleInside(raw: Json): Json {
  if (typeof raw === "string") return visible(raw);
  if (Array.isArray(raw)) return raw.map(visibleInside);
  if (!isObject(raw)) return raw;
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [visible(key), visibleInside(value)]));
}

/** Odoo answers UTC whatever `tz` says. */
function datetime(raw: Json, zone: string): Json {
  if (typeof raw !== "string") return null;
  const time = parseOdoo(raw);
  return time === null ? visible(raw) : isoLocal(time, zone);
}

function pair(raw: Json): Json {
  if (Array.isArray(raw) && typeof raw[0] === "number") return [raw[0], nameOf(raw[1])];
  return typeof raw === "number" && raw > 0 ? [raw, null] : null;
}

function reference(raw: Json): Json {
  const found = pair(raw);
  return Array.isArray(found) ? { id: found[0]!, name: found[1]! } : null;
}

function nameOf(name: Json | undefined): Json {
  return typeof name === "string" ? visible(name) : null;
}

/** `70.00 bytes`, as Odoo says with bin_size. Where it sends the bytes all the same (always on 20), they are counted. */
function sizeOf(raw: string): string {
  if (/^\d+(\.\d+)? ?[A-Za-z]{1,5}$/.test(raw)) return raw;
  const padding = raw.endsWith("==") ? 2 : raw.endsWith("=") ? 1 : 0;
  return `${Math.max(0, Math.floor(raw.length * 3 / 4) - padding)} bytes`;
}

type HtmlToText = (html: string) => string;

let loading: Promise<HtmlToText> | undefined;

/** 20 ms to import, and most answers hold no html: loaded with the first that does. */
function loadHtmlToText(): Promise<HtmlToText> {
  return loading ??= import("html-to-text").then(({ compile }) =>
    compile({
      wordwrap: false,
      selectors: [
        { selector: "a", options: { hideLinkHrefIfSameAsText: true } },
        { selector: "img", format: "skip" },
        { selector: "table", format: "dataTable", options: { uppercaseHeaderCells: false, colSpacing: 2 } },
        ...["h1", "h2", "h3", "h4", "h5", "h6"].map((selector) => ({ selector, options: { uppercase: false } })),
      ],
    })
  );
}

function htmlText(convert: HtmlToText): ToPlain {
  return (raw) => {
    if (typeof raw !== "string") return null;
    const text = visible(convert(raw)).trim();
    return text === "" ? null : text;
  };
}
