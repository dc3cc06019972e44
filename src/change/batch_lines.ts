import type { Json, JsonObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import type { StandIns } from "./batch_reference.ts";
import { sendCreates, type Sending } from "./batch_send.ts";
import type { Step } from "./batch_step.ts";
import { type Label, readRows } from "./records.ts";
import { Failure } from "../lib/failure.ts";

/** A create that becomes a line of another one. */
interface Nested {
  step: Step;
  /** The create it is a line of, and the one2many field that holds it there. */
  parent: Step;
  field: string;
  values: JsonObject;
}

/**
 * Makes one create of new records and of new lines that refer to them (`order_id: "$1.id"`): the lines go into their
 * parents' values, which Odoo keeps all or none of. Or says why that can't be.
 */
export async function nestLines(
  odoo: Odoo,
  steps: readonly Step[],
): Promise<{ send: (batch: Sending) => Promise<Label[][]> } | { reason: string }> {
  const parents = steps.filter(({ needs }) => needs.length === 0);
  const { model } = parents[0] ?? steps[0]!;
  const other = parents.find((step) => step.model !== model);
  if (other !== undefined) {
    return {
      reason: `operations ${parents[0]!.place} and ${other.place} create records of ${model} and ${other.model}`,
    };
  }
  const fields = [...(await odoo.fields(model)).values()].filter(({ type }) => type === "one2many");
  const nested: Nested[] = [];
  for (const step of steps.filter(({ needs }) => needs.length > 0)) {
    const found = nest(step, parents, fields);
    if (typeof found === "string") return { reason: found };
    nested.push(found);
  }
  return { send: (batch) => sendNested(batch, steps, parents, nested) };
}

function nest(step: Step, parents: readonly Step[], fields: readonly Field[]): Nested | string {
  const { place, model, needs, values } = step;
  const parent = needs.length === 1 ? parents.find((one) => one.place === needs[0]) : undefined;
  if (parent === undefined) return `operation ${place} needs the id of one that is no record by itself, or of several`;
  const ways = fields.filter(({ relation, inverse }) =>
    relation === model && inverse !== undefined && typeof values[inverse] === "number"
  );
  // Several fields of one model may show the same lines; one that the parent names already is meant.
  const named = ways.filter(({ name }) => name in parent.values);
  const [way, another] = named.length > 0 ? named : ways;
  const { inverse = "", name = "" } = way ?? {};
  const { [inverse]: link, ...rest } = values;
  if (way === undefined || link === undefined || another !== undefined) {
    return another === undefined
      ? `operation ${place} needs the id of operation ${parent.place}, and is no line of it`
      : `operation ${place} could be a line of ${
        ways.map((one) => one.name).join(" or ")
      } of operation ${parent.place}`;
  }
  return { step, parent, field: name, values: rest };
}

async function sendNested(
  batch: Sending,
  steps: readonly Step[],
  parents: readonly Step[],
  nested: readonly Nested[],
): Promise<Label[][]> {
  const { where: { odoo }, standIns } = batch;
  for (const { step, parent, values } of nested) refuseSecond(standIns, values, step, parent);
  await batch.key?.sending(steps);
  const values = parents.map((parent) => {
    const own = { ...parent.values };
    for (const line of nested) {
      if (line.parent !== parent) continue;
      const present = own[line.field];
      own[line.field] = [...(Array.isArray(present) ? present : []), [0, 0, line.values]];
    }
    return own;
  });
  const ids = await sendCreates(batch, parents, values);
  const lines = await findLines(odoo, parents, ids, nested, values);
  return steps.map((step) => {
    const at = parents.indexOf(step);
    const own = at >= 0 ? ids[at] : lines.get(step);
    const records = own === undefined ? [] : [{ id: own, display_name: null }];
    batch.made.set(step.place, records.map(({ id }) => id));
    batch.key?.done.set(step.place, records.map(({ id }) => id));
    if (own === undefined) batch.notes.add(`The id of the line of operation ${step.place} could not be told.`);
    return records;
  });
}

/** New lines have ids in the order of their commands; where Odoo added or dropped some, nothing can be said. */
async function findLines(
  odoo: Odoo,
  parents: readonly Step[],
  ids: readonly number[],
  nested: readonly Nested[],
  sent: readonly JsonObject[],
): Promise<Map<Step, number>> {
  const found = new Map<Step, number>();
  const names = [...new Set(nested.map(({ field }) => field))];
  try {
    const { model } = parents[0]!;
    const rows = new Map((await readRows(odoo, model, [...ids], names)).map((row) => [Number(row["id"]), row]));
    for (const [at, parent] of parents.entries()) {
      for (const name of names) {
        const own = nested.filter((line) => line.parent === parent && line.field === name);
        const created = createsIn(sent[at]![name]);
        const list = rows.get(ids[at]!)?.[name];
        const lines = (Array.isArray(list) ? list : []).map(Number).sort((one, other) => one - other);
        if (own.length === 0 || lines.length !== created) continue;
        for (const [nth, { step }] of own.entries()) found.set(step, lines[created - own.length + nth]!);
      }
    }
  } catch (error) {
    // They are created; that they can't be read back must not make a failure of it.
    if (!(error instanceof Failure)) throw error;
  }
  return found;
}

function createsIn(commands: Json | undefined): number {
  return (Array.isArray(commands) ? commands : []).filter((one) => Array.isArray(one) && one[0] === 0).length;
}

/** A line can't hold its parent's id a second time: it has none before both are created. */
function refuseSecond(standIns: StandIns, values: JsonObject, step: Step, parent: Step): void {
  const holds = (value: Json): boolean =>
    standIns.placeOf(value) !== null ||
    (typeof value === "object" && value !== null && Object.values(value).some(holds));
  if (!holds(values)) return;
  throw new Failure("E013", `Operation ${step.place} holds the id of operation ${parent.place} twice`, {
    hint: 'Choose on_error "undo", "stop" or "continue".',
  });
}
