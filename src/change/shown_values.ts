import { plainValues, visible } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";

/** Most lines, and most records of a list, that are shown of one x2many value. */
const SHOWN = 20;
/** Most records whose names are looked up for one answer, of one model. */
const NAMED = 200;

/** Names of records by model and id. */
export type Names = (model: string, id: number) => string | null;

/**
 * Checked values, in Odoo's form, as answers show them: many2one as `{id, name}`, commands as `{create, update, remove,
 * add, set}` with names. One look-up of names for each model they lead to.
 */
export async function showValues(odoo: Odoo, model: string, list: readonly JsonObject[]): Promise<JsonObject[]> {
  const wanted = new Map<string, Set<number>>();
  for (const values of list) await collect(odoo, model, values, wanted);
  const names = await lookUp(odoo, wanted);
  return await Promise.all(list.map((values) => show(odoo, model, values, names)));
}

async function show(odoo: Odoo, model: string, values: JsonObject, names: Names): Promise<JsonObject> {
  const [fields, { timeZone }] = await Promise.all([odoo.fields(model), odoo.user()]);
  const pairs = await Promise.all(
    Object.entries(values).map(async ([name, value]): Promise<[string, Json]> => {
      const field = fields.get(name);
      if (field === undefined) return [name, value];
      if (field.type === "many2one") {
        return [name, typeof value === "number" ? labelOf(names, field, value) : await shownPair(field, value)];
      }
      if (isMany(field)) return [name, await showCommands(odoo, field, value, names)];
      return [name, (await plainValues(field, timeZone, "record"))(value)];
    }),
  );
  return Object.fromEntries(pairs);
}

async function showCommands(odoo: Odoo, field: Field, commands: Json, names: Names): Promise<Json> {
  const words: Record<string, Json[]> = {};
  const say = (word: string, what: Json) => (words[word] ??= []).push(what);
  for (const command of Array.isArray(commands) ? commands : []) {
    if (!Array.isArray(command)) continue;
    const [number, id, value] = command as [Json, Json, Json];
    const label = () => labelOf(names, field, Number(id));
    if (number === 0 && isObject(value)) say("create", await show(odoo, field.relation ?? "", value, names));
    else if (number === 1 && isObject(value)) {
      say("update", { ...label(), ...await show(odoo, field.relation ?? "", value, names) });
    } else if (number === 2) say("delete", label());
    else if (number === 3) say("remove", label());
    else if (number === 4) say("add", label());
    else if (number === 5) words["set"] = [];
    else if (number === 6 && Array.isArray(value)) {
      words["set"] = value.map((one) => labelOf(names, field, Number(one)));
    }
  }
  return Object.fromEntries(
    Object.entries(words).flatMap(([word, all]): [string, Json][] =>
      all.length > SHOWN ? [[word, all.slice(0, SHOWN)], [`${word}_more`, all.length - SHOWN]] : [[word, all]]
    ),
  );
}

/** A value that comes with its name, as Odoo's form tells them. */
async function shownPair(field: Field, value: Json): Promise<Json> {
  return (await plainValues(field, "UTC", "record"))(value);
}

function labelOf(names: Names, field: Field, id: number): JsonObject {
  return { id, name: names(field.relation ?? "", id) };
}

function isMany(field: Field): boolean {
  return field.type === "one2many" || field.type === "many2many";
}

async function collect(
  odoo: Odoo,
  model: string,
  values: JsonObject,
  wanted: Map<string, Set<number>>,
): Promise<void> {
  const fields = await odoo.fields(model);
  for (const [name, value] of Object.entries(values)) {
    const field = fields.get(name);
    const relation = field?.relation;
    if (field === undefined || relation === undefined) continue;
    const want = (id: Json | undefined) => {
      if (typeof id !== "number" || id <= 0) return;
      const ids = wanted.get(relation) ?? new Set();
      if (ids.size < NAMED) wanted.set(relation, ids.add(id));
    };
    if (!isMany(field)) want(value);
    else {
      for (const command of Array.isArray(value) ? value : []) {
        if (!Array.isArray(command)) continue;
        if ([1, 2, 3, 4].includes(command[0] as number)) want(command[1]);
        if (Array.isArray(command[2])) command[2].forEach(want);
        if (isObject(command[2])) await collect(odoo, relation, command[2], wanted);
      }
    }
  }
}

/** What can't be read stays without a name: who may write a record's id need not see the record. */
async function lookUp(odoo: Odoo, wanted: Map<string, Set<number>>): Promise<Names> {
  const found = new Map<string, string>();
  await Promise.all([...wanted].map(async ([model, ids]) => {
    try {
      const rows = await odoo.call(model, "read", {
        ids: [...ids],
        params: { fields: ["display_name"] },
        cache: "never",
      });
      for (const row of Array.isArray(rows) ? rows.filter(isObject) : []) {
        if (typeof row["display_name"] === "string") found.set(`${model} ${row["id"]}`, visible(row["display_name"]));
      }
    } catch (error) {
      if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
    }
  }));
  return (model, id) => found.get(`${model} ${id}`) ?? null;
}
