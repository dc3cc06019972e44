import { Failure } from "../lib/failure.ts";
import { canonicalJson, isObject, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { sendCreate } from "./create.ts";
import { sendDelete } from "./delete.ts";
import { nameOf, type Plan } from "./plan.ts";
import { checkIds, type Label, labelOf, MAX_RECORDS, readExisting } from "./records.ts";
import { gather, refuse } from "./refuse.ts";
import { changesLines, losingLines, refuseStrangeLines, sendUpdate } from "./update.ts";
import { checkEach } from "./values.ts";

/** One change of a batch. */
export interface Operation {
  op: "create" | "update" | "delete";
  model: string;
  /** The records to update or delete. */
  ids?: readonly number[] | undefined;
  /** The values to create one record with, or to write. */
  values?: Record<string, unknown> | undefined;
}

/** An operation that was checked and is ready to be sent. */
export interface Step {
  /** Its place in the request, counted from 1. */
  place: number;
  op: Operation["op"];
  model: string;
  /** The records that exist already; none for a create. */
  labels: Label[];
  /** Checked values; empty for a delete. */
  values: JsonObject;
  /** Fields of which lines may be deleted. */
  losing: string[];
  /** Sends it by itself, once; answers the records it was about. */
  send(): Promise<Label[]>;
}

/** Most lines a batch's plan shows, and most of them that delete: these come first. */
const SHOWN = 30;
const SHOWN_DELETES = 100;

/** Checks a whole batch before anything is sent. All bad values of all operations are told at once. */
export async function prepareBatch(
  odoo: Odoo,
  operations: readonly Operation[],
  guardedRows: number,
): Promise<{ steps: Step[]; plan: Plan | null }> {
  if (operations.length === 0) throw new Failure("E004", "Cannot run a batch: operations is empty");
  const ids = operations.map((operation, index) => shapeOf(operation, index));
  const touched = ids.reduce((sum, list) => sum + Math.max(1, list.length), 0);
  if (touched > MAX_RECORDS) {
    throw new Failure("E012", `Cannot run a batch on ${touched} records: ${MAX_RECORDS} is the most`, {
      hint: "Send it in parts.",
      details: { limit: MAX_RECORDS, count: touched },
    });
  }
  const values = await checkAllValues(odoo, operations);
  const labels = await findRecords(odoo, operations, ids);
  const steps: Step[] = [];
  for (const [index, operation] of operations.entries()) {
    const fields = await odoo.fields(operation.model);
    const checked = values[index]!;
    const lines = operation.op === "update" ? changesLines(fields, checked) : [];
    if (lines.length > 0) {
      const rows = await readExisting(odoo, operation.model, ids[index]!, lines);
      refuseStrangeLines(operation.model, fields, checked, rows);
    }
    steps.push(stepOf(odoo, {
      place: index + 1,
      op: operation.op,
      model: operation.model,
      labels: ids[index]!.map((id) => labels.get(`${operation.model} ${id}`)!),
      values: checked,
      losing: operation.op === "update" ? losingLines(fields, checked) : [],
    }));
  }
  return { steps, plan: planOf(steps, touched, guardedRows) };
}

/** The ids of an operation, after checking that it holds what its kind needs and nothing else. */
function shapeOf({ op, model, ids, values }: Operation, index: number): number[] {
  const at = `operations[${index}]`;
  if (op === "create" && ids !== undefined) refuse(at, "a create takes no ids");
  if (op === "delete" && values !== undefined) refuse(at, "a delete takes no values");
  if (op !== "delete" && !isObject(values)) refuse(at, `${op} needs values`);
  if (op === "update" && Object.keys(values ?? {}).length === 0) refuse(at, "its values are empty");
  if (op === "create") return [];
  if (ids === undefined) refuse(at, `${op} needs ids`);
  return checkIds(model, ids);
}

/** Checks the values of all operations, one group for each model and kind so that names are looked up once. */
async function checkAllValues(odoo: Odoo, operations: readonly Operation[]): Promise<JsonObject[]> {
  const checked: JsonObject[] = operations.map(() => ({}));
  const groups = new Map<string, number[]>();
  for (const [index, { op, model }] of operations.entries()) {
    if (op !== "delete") groups.set(`${op} ${model}`, [...groups.get(`${op} ${model}`) ?? [], index]);
  }
  await gather(
    "run the batch",
    [...groups.values()].map(async (indexes) => {
      const { op, model } = operations[indexes[0]!]!;
      const list = indexes.map((index) => operations[index]!.values);
      const place = (nth: number) => `operations[${indexes[nth]}].values`;
      const values = await checkEach(odoo, model, list, op === "create" ? "create" : "update", place);
      for (const [nth, index] of indexes.entries()) checked[index] = values[nth]!;
    }),
  );
  return checked;
}

/** The labels of all records that operations name, by `model id`: one read for each model, and all must exist. */
async function findRecords(odoo: Odoo, operations: readonly Operation[], ids: number[][]): Promise<Map<string, Label>> {
  const labels = new Map<string, Label>();
  for (const model of new Set(operations.map((operation) => operation.model))) {
    const wanted = [...new Set(operations.flatMap((operation, index) => operation.model === model ? ids[index]! : []))];
    if (wanted.length === 0) continue;
    for (const row of await readExisting(odoo, model, wanted)) {
      labels.set(`${model} ${Number(row["id"])}`, labelOf(row));
    }
  }
  return labels;
}

function stepOf(odoo: Odoo, step: Omit<Step, "send">): Step {
  const { op, model, labels, values } = step;
  const ids = labels.map(({ id }) => id);
  return {
    ...step,
    send: async () => {
      if (op === "create") return (await sendCreate(odoo, model, [values])).map((id) => ({ id, display_name: null }));
      if (op === "update") await sendUpdate(odoo, model, ids, values);
      else await sendDelete(odoo, model, ids);
      return labels;
    },
  };
}

function planOf(steps: Step[], touched: number, guardedRows: number): Plan | null {
  const deletes = steps.some(({ op, losing }) => op === "delete" || losing.length > 0);
  if (!deletes && touched <= guardedRows) return null;
  const lines = steps.map(({ place, op, model, labels, values, losing }) => {
    const names = labels.slice(0, 10).map(nameOf).join(", ") +
      (labels.length > 10 ? `, … ${labels.length} in all` : "");
    if (op === "create") return `${place}. create a record of ${model}`;
    if (op === "delete") return `${place}. delete ${model}: ${names}`;
    const lost = losing.length > 0 ? `; lines of ${losing.join(", ")} may be deleted` : "";
    return `${place}. change ${Object.keys(values).join(", ")} of ${model}: ${names}${lost}`;
  });
  // A delete must be seen, wherever it stands.
  const first = lines.filter((_, index) => steps[index]!.op === "delete" || steps[index]!.losing.length > 0);
  const most = Math.max(SHOWN, Math.min(first.length, SHOWN_DELETES));
  const shown = [...new Set([...first, ...lines])].slice(0, most);
  if (shown.length < lines.length) shown.push(`… and ${lines.length - shown.length} more operations`);
  return {
    effect: deletes ? "delete" : "write-many",
    summary: `run ${steps.length} operations on ${touched} records`,
    lines: shown,
  };
}

/** Whether two steps would write the same. */
export function isSameChange(one: Step, other: Step): boolean {
  return one.op === other.op && one.model === other.model &&
    (one.op !== "update" || canonicalJson(one.values) === canonicalJson(other.values));
}
