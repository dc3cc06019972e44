import { Failure } from "../lib/failure.ts";

/** C0 controls but tab and line breaks, and the two code points no XML 1.0 document may hold. */
const UNSENDABLE = /[^\P{Cc}\t\n\r\x7f-\x9f]|[\ufffe\uffff]/u;

/**
 * Refuses a text that Odoo can't take: lone surrogates (19 answers an HTML page), U+0000 (a ValueError everywhere) and
 * other control characters (XML-RPC requests can't carry them, and 14 answers ill-formed XML). `E004` naming the place.
 */
export function checkText(text: string, place: string): string {
  if (!text.isWellFormed()) {
    throw new Failure("E004", `Cannot send ${place}: it holds half of a character (a lone surrogate).`, {
      hint: "Send the text as valid Unicode.",
      details: { at: place },
    });
  }
  const found = UNSENDABLE.exec(text);
  if (found === null) return text;
  const code = found[0].charCodeAt(0).toString(16).padStart(4, "0");
  throw new Failure("E004", `Cannot send ${place}: it holds the control character U+${code.toUpperCase()}.`, {
    hint: "Leave control characters out; line breaks and tabs are fine.",
    details: { at: place },
  });
}

/** A value of the input as a message may show it: short, one level deep, on one line. */
export function quote(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(value.length > 60 ? `${value.slice(0, 60)}…` : value);
  if (Array.isArray(value)) {
    const parts = value.slice(0, 4).map((part) => Array.isArray(part) ? "[…]" : quote(part));
    return `[${parts.join(", ")}${value.length > 4 ? ", …" : ""}]`;
  }
  if (typeof value === "object" && value !== null) return `{${Object.keys(value).slice(0, 4).join(", ").slice(0, 60)}}`;
  return String(value);
}

// Everything a reader can't see: controls, surrogate halves, non-characters, line separators that are no line feed, and
// what Unicode calls default-ignorable (zero-width, bidi, tag characters, fillers, variation selectors).
const INVISIBLE =
  /[^\P{Cc}\t\n]|[\u2028\u2029\ufff9-\ufffb\p{Cs}\p{Noncharacter_Code_Point}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * Text from a record with what can't be seen made visible: `␀`, `\u202e`, `\u{e0041}`. Line breaks become `\n`.
 * Joiners stay where scripts and emoji need them (Persian, Hindi, 👩‍🔧), as do single variation selectors.
 */
export function visible(text: string): string {
  const plain = text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
  if (plain.search(INVISIBLE) < 0) return plain;
  return plain.replace(INVISIBLE, (mark, offset: number) => isNeeded(mark, plain, offset) ? mark : escape(mark));
}

function escape(mark: string): string {
  const code = mark.codePointAt(0)!;
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return code > 0xffff ? `\\u{${code.toString(16)}}` : `\\u${code.toString(16).padStart(4, "0")}`;
}

// Anchored at the start and given one character: V8 (14.x) misses astral characters with `[\p{…}]$`.
const PICTURE = /^[\p{Extended_Pictographic}\p{Emoji_Modifier}\ufe0f]/u;
const CURSIVE = new RegExp(
  `^[${
    ["Arabic", "Bengali", "Devanagari", "Gujarati", "Gurmukhi", "Kannada", "Khmer", "Malayalam", "Mongolian", "Myanmar"]
      .concat(["Oriya", "Sinhala", "Syriac", "Tamil", "Telugu"]).map((script) => `\\p{Script=${script}}`).join("")
  }]`,
  "u",
);
const VARIED = /^[\p{Extended_Pictographic}\p{Script=Han}\p{Script=Mongolian}#*0-9\p{Sm}\p{So}]/u;

function isNeeded(mark: string, text: string, offset: number): boolean {
  const before = lastCharacter(text.slice(Math.max(0, offset - 2), offset));
  const after = text.slice(offset + mark.length, offset + mark.length + 2);
  if (mark === "\u200d" && PICTURE.test(before) && PICTURE.test(after)) return true;
  if (mark === "\u200c" || mark === "\u200d") return CURSIVE.test(before) && CURSIVE.test(after);
  if (mark >= "\ufe00" && mark <= "\ufe0f") return VARIED.test(before);
  return false;
}

function lastCharacter(text: string): string {
  const code = text.codePointAt(0) ?? 0;
  return code > 0xffff ? text : text.slice(-1);
}
