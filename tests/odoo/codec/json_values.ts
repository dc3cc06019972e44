import * as fc from "fast-check";
import type { Json } from "../../../src/lib/json.ts";

/** Texts that every protocol carries: no lone surrogates, no NUL. */
export const text: fc.Arbitrary<string> = fc.string({ unit: "binary" }).filter((text) => !text.includes("\0"));

/** Texts that XML carries too. */
export const xmlText: fc.Arbitrary<string> = text.map((text) =>
  text.replace(/(?![\t\n\r\x7F-\x9F])[\p{Cc}\uFFFE\uFFFF]/gu, "-")
);

/** Any JSON value with such texts; `-0` left out, which JSON writes as `0`. */
export function json(texts: fc.Arbitrary<string>): fc.Arbitrary<Json> {
  const number = fc.oneof(fc.integer(), fc.maxSafeInteger(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    .map((number) => number === 0 ? 0 : number);
  const { value } = fc.letrec<{ value: Json }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, depthSize: "small" },
      texts,
      number,
      fc.boolean(),
      fc.constant(null),
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(fc.oneof(texts, fc.constant("__proto__")), tie("value"), { maxKeys: 4 })
        .map((members) => Object.fromEntries(Object.entries(members))),
    ),
  }));
  return value;
}
