import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import { refuse } from "./refuse.ts";

/** What stands at the end of paths. */
export interface Hops {
  /** The values at the end of a path that starts with this value of its first field; several after a many2many. */
  values(steps: Field[], base: Json): Json[];
  /** Related records that this user can't read. */
  unreadable: number;
}

/** Most related records that are read at one step. */
const MOST_RECORDS = 10_000;

type Rows = Map<number, JsonObject>;

/**
 * Reads what paths lead to, step by step: one request for each relation that is gone through, whatever the number of
 * records, and one for the names at the end of a many2many. `bases` are the values of the paths' first fields.
 */
export async function followHops(odoo: Odoo, paths: Field[][], bases: (first: Field) => Json[]): Promise<Hops> {
  const tables = new Map<string, Rows>();
  const hops: Hops = { unreadable: 0, values: () => [] };
  const longest = Math.max(0, ...paths.map((steps) => steps.length));
  for (let depth = 1; depth < longest; depth++) {
    const wanted = new Map<string, { steps: Field[]; fields: Set<string> }>();
    for (const steps of paths) {
      if (steps.length <= depth) continue;
      const prefix = nameOf(steps.slice(0, depth));
      const known = wanted.get(prefix) ?? { steps: steps.slice(0, depth), fields: new Set() };
      known.fields.add(steps[depth]!.name);
      wanted.set(prefix, known);
    }
    await Promise.all([...wanted].map(async ([prefix, { steps, fields }]) => {
      const ids = idsAt(tables, steps, bases);
      const rows = await readRelated(odoo, steps.at(-1)!, ids, [...fields]);
      hops.unreadable += ids.size - rows.size;
      tables.set(prefix, rows);
    }));
  }
  const names = new Map<string, Rows>();
  await Promise.all(
    paths.filter((steps) => steps.at(-1)!.type === "many2many").map(async (steps) => {
      names.set(nameOf(steps), await readRelated(odoo, steps.at(-1)!, idsAt(tables, steps, bases), ["display_name"]));
    }),
  );
  hops.values = (steps, base) => {
    let value: Json = base;
    for (let depth = 1; depth < steps.length; depth++) {
      const [id] = idsOf(value);
      value = tables.get(nameOf(steps.slice(0, depth)))?.get(id ?? 0)?.[steps[depth]!.name] ?? null;
    }
    const known = names.get(nameOf(steps));
    const plain = plainOf(value, steps.at(-1)!);
    if (known === undefined) return [plain];
    const pairs = idsOf(plain).map((id): Json => [id, String(known.get(id)?.["display_name"] ?? `#${id}`)]);
    return pairs.length === 0 ? [null] : pairs;
  };
  return hops;
}

function nameOf(steps: Field[]): string {
  return steps.map(({ name }) => name).join(".");
}

function idsAt(tables: Map<string, Rows>, steps: Field[], bases: (first: Field) => Json[]): Set<number> {
  const last = steps.at(-1)!;
  const values = steps.length === 1
    ? bases(last)
    : [...tables.get(nameOf(steps.slice(0, -1)))?.values() ?? []].map((row) => row[last.name] ?? null);
  return new Set(values.flatMap(idsOf));
}

/** Ids of a many2one (`[id, name]`) or a many2many (`[id, id]`). */
function idsOf(value: Json): number[] {
  if (!Array.isArray(value)) return [];
  if (typeof value[1] === "string") return typeof value[0] === "number" ? [value[0]] : [];
  return value.filter((id) => typeof id === "number");
}

/** Missing is null, also an emptied text. */
export function plainOf(raw: Json, field: Field): Json {
  if (raw === "" || raw === null || raw === undefined) return null;
  return raw === false && field.type !== "boolean" ? null : raw;
}

/** Records by id; those that this user can't read are missing. Archived ones count: they are what is linked to. */
async function readRelated(odoo: Odoo, link: Field, ids: Set<number>, fields: string[]): Promise<Rows> {
  if (ids.size === 0) return new Map();
  if (ids.size > MOST_RECORDS) {
    refuse(
      "group_by",
      `${link.name} leads to ${ids.size} records, and at most ${MOST_RECORDS} are read for one answer`,
      {
        code: "E012",
        hint: `Narrow the conditions, or group by ${link.name} itself.`,
      },
    );
  }
  const rows = await odoo.call(link.relation!, "search_read", {
    params: { domain: [["id", "in", [...ids]]], fields },
    context: { active_test: false },
  });
  const list = Array.isArray(rows) ? rows.filter(isObject) : [];
  return new Map(list.map((row) => [Number(row["id"]), row]));
}
