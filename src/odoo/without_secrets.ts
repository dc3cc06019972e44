import { Failure } from "../lib/failure.ts";
import type { Json } from "../lib/json.ts";
import type { Secret } from "../lib/secret.ts";

/** A shorter password may be a word of the text, and stars there would tell more than they hide. */
const SHORTEST = 8;

/**
 * A Failure without the credentials in its texts: Odoo's errors, and those of proxies, sometimes repeat the request. Also
 * finds a secret in the form JSON writes it. Any other error stays as it is.
 */
export function withoutSecrets(error: unknown, secrets: readonly Secret[]): unknown {
  if (!(error instanceof Failure)) return error;
  const forms = secrets.map((secret) => secret.reveal()).filter((text) => text.length >= SHORTEST)
    .flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  const { code, message, hint, retryable, details, applied, cause } = error;
  const texts = { message, hint, details };
  const cleaned = clean(texts, forms) as typeof texts;
  if (JSON.stringify(cleaned) === JSON.stringify(texts)) return error;
  return new Failure(code, cleaned.message, {
    hint: cleaned.hint,
    retryable,
    details: cleaned.details,
    applied,
    cause,
  });
}

function clean(value: Json, forms: string[]): Json {
  if (typeof value === "string") return forms.reduce((text, form) => text.replaceAll(form, "********"), value);
  if (Array.isArray(value)) return value.map((item) => clean(item, forms));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [clean(key, forms) as string, clean(item, forms)]),
  );
}
