import { Secret } from "../lib/secret.ts";
import type { Settings } from "./schema.ts";

/** The key that marks a revealed secret; no setting can be called so. */
const SECRET_KEY = "$secret";

/** Settings as data that can be posted to a Worker: a structured clone would leave a Secret empty. Holds secrets readably. */
export function toPlain(settings: Settings): unknown {
  return map(settings, (value) => value instanceof Secret ? { [SECRET_KEY]: value.reveal() } : undefined);
}

/** The settings again, from what {@link toPlain} made. */
export function fromPlain(plain: unknown): Settings {
  return map(plain, (value) => {
    const text = SECRET_KEY in value ? value[SECRET_KEY] : undefined;
    return typeof text === "string" ? new Secret(text) : undefined;
    // Checked once already, when it was loaded; only our own launcher posts it.
  }) as Settings;
}

/** A deep copy in which some objects are replaced. */
function map(value: unknown, replace: (value: object & Record<string, unknown>) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => map(item, replace));
  if (typeof value !== "object" || value === null) return value;
  const object = value as Record<string, unknown>;
  return replace(object) ??
    Object.fromEntries(Object.entries(object).map(([key, child]) => [key, map(child, replace)]));
}
