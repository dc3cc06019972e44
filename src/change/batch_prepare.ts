import { quote } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { type ActionRules, allowedAction } from "./action_rules.ts";
import { refuseAbsent } from "./action_state.ts";
import { readReferences, type Referring, type StandIns, strangeReferences } from "./batch_reference.ts";
import type { Operation, Step } from "./batch_step.ts";
import { type InCompany, inCompanyOf } from "./company.ts";
import { checkIds, labelOf, MAX_RECORDS, readExisting } from "./records.ts";
import { countOf, gather, problemsOf, together } from "./refuse.ts";
import { readThere } from "./undo_check.ts";
import { changesLines, losingLines, refuseStrangeLines } from "./update.ts";
import { checkEach, type WriteRules } from "./values.ts";

/** What checking a batch goes by. */
export interface BatchRules extends WriteRules {
  actions?: ActionRules;
  company?: string | number | undefined;
  /** What an earlier call under the same key did already, by place: it is not looked at again. */
  done: ReadonlyMap<number, readonly number[]>;
  /** Whether an earlier call was cut off: what is to be deleted may be gone already. */
  isResumed: boolean;
}

/** A batch that was checked. */
export interface Prepared {
  steps: Step[];
  standIns: StandIns;
  /** What can't be sent, in the form of `E004`, and how many problems that stands for. */
  refused: JsonObject[];
  count: number;
}

/** Checks a whole batch before anything is sent, and tells all that is wrong with all of its operations. */
export async function prepareBatch(
  where: InCompany,
  given: readonly Operation[],
  rules: BatchRules,
): Promise<Prepared> {
  const { odoo } = where;
  const referring = readReferences(given);
  const { operations, needs, standIns } = referring;
  const found = new Problems(standIns, referring.problems);
  const open = operations.map((operation, index) => {
    if (rules.done.has(index + 1) || referring.bad.has(index)) return false;
    const before = found.count;
    found.catch(`operations[${index}]`, () => checkShape(operation, rules));
    return found.count === before;
  });
  const values = await checkAllValues(where, referring, open, rules, found);
  const ids = operations.map(({ op, model, ids = [] }, index) =>
    op === "create" || !open[index] ? [] : checkIds(model, ids as number[])
  );
  const rows = await findRecords(odoo, { operations, ids, values, standIns }, rules.isResumed, found);
  const steps: Step[] = [];
  for (const [index, { op, model, action }] of operations.entries()) {
    const place = index + 1;
    const checked = values[index]!;
    const own = ids[index]!.map((id) => rows.get(`${model} ${id}`)).filter((row) => row !== undefined);
    const isUpdate = op === "update" && open[index] === true;
    const acts = op === "action" && open[index] === true && action !== undefined;
    const fields: Fields = isUpdate || acts ? await odoo.fields(model) : new Map();
    if (acts) found.catch(`operations[${index}].action`, () => refuseAbsent(model, action, fields));
    if (isUpdate) found.catch(`operations[${index}].values`, () => refuseStrangeLines(model, fields, checked, own));
    steps.push({
      place,
      op,
      model,
      ids: ids[index]!,
      labels: own.map(labelOf),
      rows: own,
      values: checked,
      losing: isUpdate ? losingLines(fields, checked) : [],
      needs: needs[index]!,
      ...(action !== undefined && rules.actions !== undefined && open[index] &&
        { action: { name: action, does: allowedAction(model, action, rules.actions) } }),
    });
  }
  return { steps, standIns, refused: found.shown(), count: found.count };
}

/** The `E004` of a batch with problems; `E005` where nothing but records is missing. */
export function refusal({ refused, count }: Prepared): Failure {
  const missing = refused.filter((problem) => problem["missing_ids"] !== undefined);
  if (missing.length < refused.length) return together("run the batch", refused, count);
  const texts = missing.map(({ reason }) => String(reason));
  return new Failure("E005", `Cannot run the batch: ${texts.join("; ")}. Nothing was changed`, {
    hint: "Search for the records; they may have been deleted.",
    details: {
      missing: missing.flatMap((problem) => problem["missing_ids"] as number[]),
      problems: refused,
    },
  });
}

/** Most problems that are kept to be told one by one. */
const KEPT = 100;

/** What is wrong with a batch, in the words of its caller. */
class Problems {
  readonly #list: JsonObject[] = [];
  readonly #standIns: StandIns;
  count = 0;

  constructor(standIns: StandIns, first: readonly JsonObject[]) {
    this.#standIns = standIns;
    this.add(first);
  }

  add(problems: readonly JsonObject[], count = problems.length): void {
    this.count += count;
    const words = problems.map((one) => ({ ...one, reason: this.#standIns.inText(String(one["reason"])) }));
    this.#list.push(...words.slice(0, KEPT - this.#list.length));
  }

  /** Runs a check; what it refuses is a problem at that place. */
  catch(at: string, check: () => void): void {
    try {
      check();
    } catch (error) {
      this.caught(at, error);
    }
  }

  caught(at: string, error: unknown): void {
    if (!(error instanceof Failure)) throw error;
    if (error.code === "E004") {
      const list = problemsOf(error);
      const placed = list.map((one) => {
        const own = String(one["at"]);
        return own.startsWith("operations[") ? one : { ...one, at: own === "values" ? at : `${at}.${own}` };
      });
      return this.add(placed, countOf([error]));
    }
    if (error.code !== "E011" && error.code !== "E012") throw error;
    const { code, message, hint } = error;
    this.add([{ at, reason: message, code, ...(hint !== "" && { hint }) }]);
  }

  /** In the order of the operations. */
  shown(): JsonObject[] {
    const place = ({ at }: JsonObject) => Number(/^operations\[(\d+)\]/.exec(String(at))?.[1] ?? 0);
    return this.#list.toSorted((one, other) => place(one) - place(other));
  }
}

/** Refuses an operation that lacks what its kind needs, or holds what it can't use. */
function checkShape({ op, model, ids, values, action }: Operation, rules: BatchRules): void {
  const no = (reason: string, hint = ""): never => {
    throw new Failure("E004", `Cannot run it: ${reason}`, { hint });
  };
  if (op === "create" && ids !== undefined) no("a create takes no ids");
  if (op !== "create" && ids === undefined) no(`${op} needs ids`);
  if (op !== "action" && action !== undefined) no(`${op} takes no action`, 'To run an action write "op": "action".');
  if ((op === "delete" || op === "action") && values !== undefined) no(`${op} takes no values`);
  if ((op === "create" || op === "update") && !isObject(values)) no(`${op} needs values`);
  if (op === "update" && Object.keys(values ?? {}).length === 0) no("its values are empty");
  const text = ids?.find((id) => typeof id !== "number");
  if (text !== undefined) no(`${quote(text)} is no id`, 'Ids are whole numbers, or "$1.id" for a record made before.');
  if (op !== "create") checkIds(model, ids as number[]);
  if (op !== "action") return;
  if (action === undefined) return no("action is missing", "Name the action as run_action takes it.");
  if (rules.actions === undefined) return no("actions can't be run here");
  allowedAction(model, action, rules.actions);
}

/** Checks the values of all operations, one group for each model and kind so that names are looked up once. */
async function checkAllValues(
  where: InCompany,
  { operations, needs, standIns }: Referring,
  open: readonly boolean[],
  rules: BatchRules,
  found: Problems,
): Promise<JsonObject[]> {
  const { odoo } = where;
  const checked: JsonObject[] = operations.map(() => ({}));
  const groups = new Map<string, number[]>();
  for (const [index, { op, model }] of operations.entries()) {
    if ((op !== "create" && op !== "update") || !open[index]) continue;
    const group = groups.get(`${op} ${model}`);
    if (group === undefined) groups.set(`${op} ${model}`, [index]);
    else group.push(index);
  }
  try {
    await gather(
      "run the batch",
      [...groups.values()].map(async (indexes) => {
        const { op, model } = operations[indexes[0]!]!;
        const list = indexes.map((index) => operations[index]!.values);
        const place = (nth: number) => `operations[${indexes[nth]}].values`;
        const values = await checkEach(odoo, model, list, op === "create" ? "create" : "update", place, rules);
        for (const [nth, index] of indexes.entries()) checked[index] = values[nth]!;
      }),
    );
  } catch (error) {
    found.caught("operations", error);
  }
  const companies = new Set<unknown>();
  for (const [index, { op, model }] of operations.entries()) {
    const values = checked[index]!;
    const at = `operations[${index}].values`;
    if (needs[index]!.length > 0) found.add(await strangeReferences(odoo, model, values, at, { operations, standIns }));
    const company = op === "create" ? values["company_id"] : undefined;
    if (company === undefined || companies.has(company)) continue;
    companies.add(company);
    await inCompanyOf(where, rules.company, [values]).catch((error) => found.caught(at, error));
  }
  return checked;
}

/** Rows of all records that operations name, by `model id`: one read for each model, and all must exist. */
async function findRecords(
  odoo: Odoo,
  batch: { operations: readonly Operation[]; ids: number[][]; values: JsonObject[]; standIns: StandIns },
  isResumed: boolean,
  found: Problems,
): Promise<Map<string, JsonObject>> {
  const { operations, ids, values, standIns } = batch;
  const rows = new Map<string, JsonObject>();
  for (const model of new Set(operations.map((operation) => operation.model))) {
    const own = [...operations.keys()].filter((index) => operations[index]!.model === model);
    const wanted = new Set(own.flatMap((index) => ids[index]!).filter((id) => standIns.placeOf(id) === null));
    if (wanted.size === 0) continue;
    if (isResumed) {
      const deleted = own.filter((index) => operations[index]!.op === "delete").flatMap((index) => ids[index]!);
      const there = await readThere(odoo, model, [...new Set(deleted)], []);
      for (const id of deleted) if (!there.has(id)) wanted.delete(id);
    }
    const fields = await odoo.fields(model);
    const updates = own.filter((index) => operations[index]!.op === "update");
    const asked = [
      ...new Set(updates.flatMap((index) => [
        ...Object.keys(values[index]!),
        ...changesLines(fields, values[index]!),
      ])),
    ];
    const list = [...wanted];
    for (let start = 0; start < list.length; start += MAX_RECORDS) {
      try {
        const part = await readExisting(odoo, model, list.slice(start, start + MAX_RECORDS), asked);
        for (const row of part) rows.set(`${model} ${Number(row["id"])}`, row);
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== "E005" || !Array.isArray(error.details["missing"])) {
          throw error;
        }
        const gone = error.details["missing"] as number[];
        const at = own.filter((index) => ids[index]!.some((id) => gone.includes(id)));
        const shown = gone.slice(0, 20).map((id) => `#${id}`).join(", ");
        const more = gone.length > 20 ? ` and ${gone.length - 20} more` : "";
        const reason = `there is no ${model} ${shown}${more}`;
        found.add([{ at: `operations[${at[0] ?? 0}].ids`, reason, missing_ids: gone.slice(0, 20) }]);
      }
    }
  }
  return rows;
}
