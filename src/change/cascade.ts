import { Failure } from "../lib/failure.ts";
import { isObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";

/** Records of another model that hang on those to be deleted. */
export interface Hanging {
  model: string;
  /** The many2one through which they hang on them. */
  field: string;
  count: number;
}

/** What a delete would take along, and what stands against it. */
export interface Cascade {
  /** Deleted with the records. */
  goes_with_it: Hanging[];
  /** Odoo refuses the delete as long as these are there. */
  blocked_by: Hanging[];
  /** Lines of which this user can't be told whether they go along or block. */
  either: Hanging[];
  /** Whether all relations are known; of some the records may still be closed to this user. */
  isWhole: boolean;
  notes: string[];
}

/** Most relations of which the records are counted: a contact has about twenty that cascade or restrict. */
const COUNTED = 40;

interface Relation {
  model: string;
  field: string;
  then: "cascade" | "restrict" | "either";
}

/**
 * What the foreign keys of Odoo's database would do to a delete, one step deep, with a count for each relation that has
 * records. From `ir.model.fields`, because `fields_get` does not tell `ondelete`; ordinary users may not read it on 19: for
 * them the model's own lines are counted. Reads only; rules that models have beyond their foreign keys are not seen.
 */
export async function findCascade(odoo: Odoo, model: string, ids: readonly number[]): Promise<Cascade> {
  const notes: string[] = [];
  const found = await relations(odoo, model);
  const all = found ?? await ownLines(odoo, model);
  if (found === null) {
    notes.push("What happens to related records is not told to this user; only its own lines were counted.");
  }
  if (all.length > COUNTED) {
    const left = all.slice(COUNTED).map(({ model, field }) => `${model}.${field}`);
    notes.push(
      `Not counted: ${left.slice(0, 10).join(", ")}${left.length > 10 ? ` and ${left.length - 10} more` : ""}.`,
    );
  }
  const hidden: string[] = [];
  const counts = await Promise.all(
    all.slice(0, COUNTED).map(async ({ model, field, then }) => {
      const count = await countOf(odoo, model, [[field, "in", [...ids]]]);
      if (count === null) hidden.push(model);
      return { model, field, then, count: count ?? 0 };
    }),
  );
  if (hidden.length > 0) {
    notes.push(`Could not be counted: ${[...new Set(hidden)].sort().slice(0, 10).join(", ")}.`);
  }
  const files = await countOf(odoo, "ir.attachment", [["res_model", "=", model], ["res_id", "in", [...ids]]]);
  const of = (then: Relation["then"]): Hanging[] =>
    counts.filter((one) => one.then === then && one.count > 0).map(({ model, field, count }) => ({
      model,
      field,
      count,
    }));
  return {
    goes_with_it: [...of("cascade"), ...(files ? [{ model: "ir.attachment", field: "res_id", count: files }] : [])],
    blocked_by: of("restrict"),
    either: of("either"),
    isWhole: found !== null && all.length <= COUNTED,
    notes,
  };
}

/** One line for each kind of hanging records, for plans: `2 records of sale.order.line (order_id) go with it`. */
export function cascadeLines({ goes_with_it, blocked_by, either }: Cascade): string[] {
  const line = (says: string) => ({ model, field, count }: Hanging) =>
    `${count} ${count === 1 ? "record" : "records"} of ${model} (${field}) ${says}`;
  return [
    ...blocked_by.map(line("will make Odoo refuse")),
    ...goes_with_it.map(line("deleted with it")),
    ...either.map(line("deleted with it, or reason for Odoo to refuse")),
  ];
}

async function relations(odoo: Odoo, model: string): Promise<Relation[] | null> {
  try {
    const rows = await odoo.call("ir.model.fields", "search_read", {
      params: {
        domain: [
          ["relation", "=", model],
          ["ttype", "=", "many2one"],
          ["store", "=", true],
          ["on_delete", "in", ["cascade", "restrict"]],
          ["model_id.transient", "=", false],
        ],
        fields: ["model", "name", "on_delete"],
        order: "model, name",
      },
      origin: "server",
      cache: "schema",
    });
    const own = new Set((await ownLines(odoo, model)).map(({ model, field }) => `${model} ${field}`));
    const all = (Array.isArray(rows) ? rows.filter(isObject) : []).map((row): Relation => ({
      model: String(row["model"]),
      field: String(row["name"]),
      then: row["on_delete"] === "cascade" ? "cascade" : "restrict",
    }));
    // The model's own lines first: they are counted even where there are too many relations.
    const isOwn = ({ model, field }: Relation) => own.has(`${model} ${field}`);
    return [...all.filter(isOwn), ...all.filter((one) => !isOwn(one))];
  } catch (error) {
    if (error instanceof Failure && !odoo.signal.aborted) return null;
    throw error;
  }
}

async function ownLines(odoo: Odoo, model: string): Promise<Relation[]> {
  const fields = await odoo.fields(model);
  return [...fields.values()].flatMap(({ type, relation, inverse, stored }): Relation[] =>
    type === "one2many" && stored && relation !== undefined && inverse !== undefined
      ? [{ model: relation, field: inverse, then: "either" }]
      : []
  ).filter((one, at, all) => all.findIndex(({ model, field }) => model === one.model && field === one.field) === at);
}

/** How many there are, the archived ones too; null where they can't be counted: closed to this user, or no table. */
async function countOf(odoo: Odoo, model: string, domain: (string | number[])[][]): Promise<number | null> {
  try {
    const count = await odoo.call(model, "search_count", {
      params: { domain },
      context: { active_test: false },
      cache: "never",
    });
    return Number(count);
  } catch (error) {
    if (error instanceof Failure && !odoo.signal.aborted) return null;
    throw error;
  }
}
