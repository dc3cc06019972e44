import type { Kind } from "./leaves.ts";

/** A flag's or variable's text as the value it means. What can't be read stays text, to be refused with what is allowed. */
export function fromText(kind: Kind, text: string): unknown {
  const number = (part: string) => /^-?\d{1,15}$/.test(part) ? Number(part) : part;
  const parts = () => text.trim() === "" ? [] : text.split(",").map((part) => part.trim());
  if (kind === "number") return number(text.trim());
  if (kind === "boolean") return BOOLEANS.get(text.trim().toLowerCase()) ?? text;
  if (kind === "list") return parts();
  if (kind === "numbers") return parts().map(number);
  if (kind === "object") return fromJson(text);
  return text;
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

const BOOLEANS = new Map([
  ...["true", "1", "yes", "on"].map((word) => [word, true] as const),
  ...["false", "0", "no", "off"].map((word) => [word, false] as const),
]);
