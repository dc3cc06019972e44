import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type Difference, differences } from "./differences.ts";
import { assignmentNotes } from "./assignment.ts";
import { type InCompany, inCompany, inCompanyOf } from "./company.ts";
import { checkOr, type DryRun } from "./dry_run.ts";
import { tryCreate } from "./dry_run_create.ts";
import { explainMissing } from "./explain_missing.ts";
import { type LineTable, readLines } from "./lines.ts";
import { filledFields, isEmpty } from "./noteworthy.ts";
import { type OnceKey, onceKey } from "./once.ts";
import { createOnce } from "./once_create.ts";
import { checkSame, findCreated } from "./once_found.ts";
import { type ChangeOptions, countOf, nameOf, type Plan } from "./plan.ts";
import { checkCount, type Label } from "./records.ts";
import { readBack } from "./read_back.ts";
import { sendCreate } from "./send_create.ts";
import type { UndoOffer } from "./undo_keeper.ts";
import { createdFields, lookAtCreated } from "./undo_look.ts";
import { offerUndo } from "./undo_offer.ts";
import { checkEach } from "./values.ts";

/** New records of one model. */
export interface CreateRequest {
  model: string;
  /** Values by field name: one object, or a list with one for each record. */
  values: Record<string, unknown> | readonly Record<string, unknown>[];
  /** The company to work in, by name or id; the user's own where absent. */
  company?: string | number | undefined;
}

/** A record that was created. */
export interface CreatedRecord extends Label {
  /** Opens it in Odoo's web client; absent where there is none. */
  url?: string;
  /** What Odoo filled in by itself, as far as it is worth telling. */
  filled: JsonObject;
  /** The lines it was created with, with what Odoo computed in them. */
  lines?: Record<string, LineTable>;
  /** Where Odoo kept another value than was sent. */
  differs?: Difference[];
}

/** What was created. */
export interface CreateAnswer {
  model: string;
  /** The company it was done in, where there are several. */
  company?: { id: number; name: string };
  ids: number[];
  records: CreatedRecord[];
  /** The key was used before: these records are those of the first call. */
  repeated?: true;
  /** What could not be told, and why. */
  notes?: string[];
  undo?: UndoOffer;
}

/**
 * Creates records: all or none, in one call, then reads back what Odoo made of them. More than `guardedRows` records need
 * a confirmation. A dry run tells what would be created, and sends nothing. With an idempotency key a repeat answers the
 * records of the first call, as they are now.
 */
export async function createRecords(
  odoo: Odoo,
  request: CreateRequest,
  options: ChangeOptions & { dryRun: false },
): Promise<CreateAnswer>;
export async function createRecords(
  odoo: Odoo,
  request: CreateRequest,
  options: ChangeOptions,
): Promise<CreateAnswer | DryRun>;
export async function createRecords(
  odoo: Odoo,
  request: CreateRequest,
  options: ChangeOptions,
): Promise<CreateAnswer | DryRun> {
  const { model, company } = request;
  const list = Array.isArray(request.values) ? request.values : [request.values];
  if (list.length === 0) throw new Failure("E004", `Cannot create ${model}: values is empty`);
  checkCount(model, list.length);
  const place = (index: number) => list.length === 1 ? "" : `values[${index}]`;
  const asked = await inCompany(odoo, company);
  const payload = { model, values: list as Json[], company: company ?? null };
  const key = options.idempotencyKey === undefined || options.dryRun
    ? null
    : await onceKey(odoo, options, options.idempotencyKey, payload);
  // Before the values are checked: what they name may have changed since the first call.
  const first = key === null ? null : await findCreated(asked.odoo, key, model, list.length);
  if (first?.isSame) return await answerRepeat(asked.odoo, model, first.ids, list, []);
  const result = await checkOr(options.dryRun, checkEach(asked.odoo, model, list, "create", place, options));
  const checked = "checked" in result ? result.checked : [];
  const where = await inCompanyOf(asked, company, checked);
  const plan: Plan | null = list.length <= options.guardedRows ? null : {
    effect: "write-many",
    summary: `create ${countOf(list.length, model)}`,
    lines: [`create ${countOf(list.length, model)}, all or none`],
  };
  if (options.dryRun) {
    const refused = "refused" in result ? result.refused : [];
    return await tryCreate(where.odoo, { model, count: list.length, checked, refused, plan, ...where.echo }, options);
  }
  if (first !== null) {
    return await answerRepeat(asked.odoo, model, first.ids, list, await checkSame(odoo, model, first.ids, checked));
  }
  if (plan !== null) await options.confirm(plan);
  const { result: ids, notes } = await sendOnce(where.odoo, model, checked, key, options).catch(
    async (error: unknown) => {
      throw error instanceof Failure ? await explainMissing(where.odoo, model, checked, error) : error;
    },
  );
  const answer = await answerFor(where, model, ids, checked, options);
  return notes.length === 0 ? answer : { ...answer, notes: [...notes, ...answer.notes ?? []] };
}

function sendOnce(odoo: Odoo, model: string, checked: JsonObject[], key: OnceKey | null, { store }: ChangeOptions) {
  return key === null ? sendCreate(odoo, model, checked, store) : createOnce(odoo, key, model, checked);
}

/** The records of the first call under a key, as they are now. */
async function answerRepeat(
  odoo: Odoo,
  model: string,
  ids: number[],
  given: readonly Record<string, unknown>[],
  said: string[],
): Promise<CreateAnswer> {
  const asked = new Set(given.flatMap(Object.keys));
  const filled = filledFields(await odoo.fields(model)).filter((name) => !asked.has(name));
  const canArchive = (await odoo.fields(model)).get("active")?.type === "boolean";
  const { records, notes } = await readBack(odoo, model, ids, [...filled, ...(canArchive ? ["active"] : [])]);
  const archived = records.filter(({ row }) => row?.["active"] === false).map(({ label }) => nameOf(label));
  if (archived.length > 0) {
    const who = `${archived.slice(0, 10).join(", ")}${archived.length > 10 ? ` and ${archived.length - 10} more` : ""}`;
    notes.push(`Archived since the first call: ${who}. Nothing was created anew; that takes a fresh key.`);
  }
  return {
    model,
    ids,
    records: records.map(({ label, url, plain }) => ({
      ...label,
      ...(url !== null && { url }),
      filled: Object.fromEntries(filled.filter((name) => !isEmpty(plain[name])).map((name) => [name, plain[name]!])),
    })),
    repeated: true,
    ...(said.length + notes.length > 0 && { notes: [...said, ...notes] }),
  };
}

async function answerFor(
  { odoo, echo }: InCompany,
  model: string,
  ids: number[],
  sent: JsonObject[],
  options: ChangeOptions,
): Promise<CreateAnswer> {
  const fields = await odoo.fields(model);
  const asked = [...new Set(sent.flatMap((values) => Object.keys(values)))];
  const filled = filledFields(fields).filter((name) => !asked.includes(name));
  const kept = options.undo === undefined ? [] : await createdFields(odoo, model);
  const [{ records, notes }, lines] = await Promise.all([
    readBack(odoo, model, ids, [...asked, ...filled, ...kept]),
    readLines(odoo, model, ids, sent, "create"),
  ]);
  const told = await assignmentNotes(odoo, model, sent);
  notes.push(...told, ...lines.notes);
  const undo = await offerUndo(odoo, options, async () => {
    const rows = records.flatMap(({ row }) => row === null ? [] : [row]);
    const steps = [await lookAtCreated(odoo, model, ids, sent, rows)];
    return { did: `create ${countOf(ids.length, model)}`, steps, ...(told.length > 0 && { remains: told }) };
  });
  return {
    model,
    ...echo,
    ids,
    records: records.map(({ label, url, row, plain }, index) => {
      const values = sent[index]!;
      const { tables = {}, differs: inLines = [] } = lines.byRecord.get(label.id) ?? {};
      const differs = row === null ? [] : [...differences(fields, values, row, plain), ...inLines];
      const own = filled.filter((name) => !isEmpty(plain[name]));
      return {
        ...label,
        ...(url !== null && { url }),
        filled: Object.fromEntries(own.map((name) => [name, plain[name]!])),
        ...(Object.keys(tables).length > 0 && { lines: tables }),
        ...(differs.length > 0 && { differs }),
      };
    }),
    ...(notes.length > 0 && { notes }),
    ...undo,
  };
}
