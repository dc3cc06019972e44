import { Failure } from "../lib/failure.ts";
import { canonicalJson, type Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";

/** The module that external ids of this server name; no Odoo module is called so. */
export const EXTERNAL_MODULE = "__odoo_mcp__";

/** What an external id stands for. `id` is null where the record is gone or hidden from this user. */
export interface Found {
  model: string;
  id: number | null;
}

/** 40 hexadecimal digits of SHA-256 over a value: what external ids and Store keys are made from. */
export async function hashOf(value: Json): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(canonicalJson(value))));
  return [...bytes.subarray(0, 20)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** The external ids of `count` records that are created together under one hash; the first tells of all. */
export function externalNames(hash: string, count: number): string[] {
  return Array.from({ length: count }, (_, index) => index === 0 ? hash : `${hash}_${index + 1}`);
}

/** What this server's external id of that name stands for, or null. One read, as any user may on 14 to 19. */
export async function findExternal(odoo: Odoo, name: string): Promise<Found | null> {
  try {
    const answer = await odoo.call("ir.model.data", "check_object_reference", {
      params: { module: EXTERNAL_MODULE, xml_id: name },
      // Odoo searches the record to see whether the user may: an archived one would count as hidden.
      context: { active_test: false },
      origin: "server",
      cache: "never",
    });
    const [model, id] = Array.isArray(answer) ? answer : [];
    return typeof model === "string" ? { model, id: typeof id === "number" ? id : null } : null;
  } catch (error) {
    if (error instanceof Failure && error.code === "E005") return null;
    throw error;
  }
}

/** Look-ups at one time; more would only queue up. */
const AT_ONCE = 4;

/** {@link findExternal} for many names, in their order. */
export async function findExternals(odoo: Odoo, names: string[]): Promise<(Found | null)[]> {
  const found: (Found | null)[] = [];
  for (let start = 0; start < names.length; start += AT_ONCE) {
    found.push(...await Promise.all(names.slice(start, start + AT_ONCE).map((name) => findExternal(odoo, name))));
  }
  return found;
}
