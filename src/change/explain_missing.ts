import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { missingRequired } from "./defaults.ts";

/** Most records, and most lines of each, that are looked at. */
const LOOKED_AT = 5;

/**
 * Adds what else is missing to Odoo's refusal of new records, which names one field only. Lines are looked at here alone:
 * their parents fill in too much of them for a refusal beforehand.
 */
export async function explainMissing(
  odoo: Odoo,
  model: string,
  list: readonly JsonObject[],
  failure: Failure,
): Promise<Failure> {
  if (failure.code !== "E004") return failure;
  const found = await Promise.all(list.slice(0, LOOKED_AT).map((one) => deepMissing(odoo, model, one))).catch(() => []);
  const missing = [...new Set(found.flat())];
  // Odoo's text is in the user's language, but the field's name stands in it.
  const isNamed = missing.some((path) => failure.message.includes(`(${path.split(".").at(-1)})`));
  if (!isNamed || missing.length < 2) return failure;
  const { code, message, hint, retryable, details, applied } = failure;
  return new Failure(code, message, {
    hint: `${hint} Required, without a default and not given: ${missing.join(", ")}.`.trimStart(),
    retryable,
    details: { ...details, missing },
    ...(applied !== undefined && { applied }),
    cause: failure,
  });
}

async function deepMissing(odoo: Odoo, model: string, values: JsonObject): Promise<string[]> {
  const fields = await odoo.fields(model);
  const own = (await missingRequired(odoo, model, Object.keys(values))).map(({ name }) => name);
  const lines = await Promise.all(
    Object.entries(values).map(async ([name, value]) => {
      const { relation, inverse = "" } = fields.get(name) ?? {};
      const created = Array.isArray(value)
        ? value.filter((one) => Array.isArray(one) && one[0] === 0).slice(0, LOOKED_AT)
        : [];
      if (relation === undefined || created.length === 0) return [];
      const found = await Promise.all(created.map(async (command) => {
        const line = (command as Json[])[2];
        return isObject(line) ? await missingRequired(odoo, relation, [...Object.keys(line), inverse]) : [];
      }));
      return [...new Set(found.flat().map((field) => `${name}.${field.name}`))];
    }),
  );
  return [...own, ...lines.flat()];
}
