import { Failure } from "../lib/failure.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import type { Origin } from "./action_outcome.ts";
import { labelOf, readRows } from "./records.ts";
import { nameOf } from "./plan.ts";
import { listOf } from "./undo_look.ts";
import { isStatus } from "./writable.ts";

/** A document that belongs to records: a delivery of an order, its invoice. */
export interface Document {
  model: string;
  id: number;
  name: string;
  state: string;
}

/** Relations that no model's documents hang on: its history, its plans, its followers. */
const NO_DOCUMENTS = /^(mail|rating|ir|base|res)\./;
/** Most documents that are looked at, of one model: each is read twice. */
const MOST = 100;

/**
 * The documents of records with their status, by the one2many fields of the model and those of `made`. A button can change
 * them though its own record stays as it is: 14 cancels an order's deliveries before it asks whether to cancel the order.
 * Best effort: those that this user may not read are none.
 */
export async function lookAtDocuments(
  odoo: Odoo,
  { model, ids }: Origin,
  made: readonly string[],
): Promise<Document[]> {
  const fields = await odoo.fields(model);
  const many = [...fields.values()].filter(({ name, type, stored, relation }) =>
    relation !== undefined && !NO_DOCUMENTS.test(relation) && ((type === "one2many" && stored) || made.includes(name))
  );
  const are = await Promise.all(many.map((field) => isDocument(odoo, field)));
  const own = many.filter((_, index) => are[index]);
  if (own.length === 0) return [];
  const rows = await orNone(odoo, () => readRows(odoo, model, ids, own.map(({ name }) => name)));
  const wanted = new Map<string, Set<number>>();
  for (const { name, relation } of own) {
    const known = wanted.get(relation!) ?? new Set<number>();
    for (const id of rows.flatMap((row) => listOf(row[name]))) if (known.size < MOST) known.add(id);
    if (known.size > 0) wanted.set(relation!, known);
  }
  const found = await Promise.all([...wanted].map(([relation, own]) => readStates(odoo, relation, [...own])));
  return found.flat();
}

/** Those of the documents that are in another status now, or gone: `stock.picking WH/OUT/00014 #30: assigned → cancel`. */
export async function movedDocuments(odoo: Odoo, before: readonly Document[]): Promise<string[]> {
  const models = [...Map.groupBy(before, ({ model }) => model)];
  const now = (await Promise.all(models.map(([model, own]) => readStates(odoo, model, own.map(({ id }) => id)))))
    .flat();
  const states = new Map(now.map(({ model, id, state }) => [`${model} ${id}`, state]));
  return before.flatMap(({ model, id, name, state }) => {
    const is = states.get(`${model} ${id}`);
    return is === undefined || is === state ? [] : [`${model} ${name}: ${state} → ${is}`];
  });
}

/** Records with a stored status of their own and a history: a line has neither, or only its document's status. */
async function isDocument(odoo: Odoo, { relation, inverse }: Field): Promise<boolean> {
  const [fields] = await orNone(odoo, async () => [await odoo.fields(relation!)]);
  const state = fields?.get("state");
  return state !== undefined && state.stored && isStatus(state) && fields?.has("message_ids") === true &&
    !state.depends.includes(`${inverse}.state`);
}

async function readStates(odoo: Odoo, model: string, ids: number[]): Promise<Document[]> {
  const rows = await orNone(odoo, () => readRows(odoo, model, ids, ["state"]));
  return rows.map((row) => ({
    model,
    id: Number(row["id"]),
    name: nameOf(labelOf(row)),
    state: String(row["state"]),
  }));
}

async function orNone<T>(odoo: Odoo, read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
    return [];
  }
}
