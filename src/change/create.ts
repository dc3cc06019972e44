import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type Difference, differences } from "./differences.ts";
import { type ChangeOptions, countOf } from "./plan.ts";
import { filledFields } from "./noteworthy.ts";
import { checkCount, type Label } from "./records.ts";
import { readBack } from "./read_back.ts";
import { send } from "./send.ts";
import { checkEach } from "./values.ts";

/** New records of one model. */
export interface CreateRequest {
  model: string;
  /** Values by field name: one object, or a list with one for each record. */
  values: Record<string, unknown> | readonly Record<string, unknown>[];
}

/** A record that was created. */
export interface CreatedRecord extends Label {
  /** Opens it in Odoo's web client; absent where there is none. */
  url?: string;
  /** What Odoo filled in by itself, as far as it is worth telling. */
  filled: JsonObject;
  /** Where Odoo kept another value than was sent. */
  differs?: Difference[];
}

/** What was created. */
export interface CreateAnswer {
  model: string;
  ids: number[];
  records: CreatedRecord[];
  /** What could not be told, and why. */
  notes?: string[];
}

/**
 * Creates records: all or none, in one call, then reads back what Odoo made of them. More than `guardedRows` records need
 * a confirmation.
 */
export async function createRecords(odoo: Odoo, request: CreateRequest, options: ChangeOptions): Promise<CreateAnswer> {
  const { model } = request;
  const list = Array.isArray(request.values) ? request.values : [request.values];
  if (list.length === 0) throw new Failure("E004", `Cannot create ${model}: values is empty`);
  checkCount(model, list.length);
  const checked = await checkEach(odoo, model, list, "create", (index) => list.length === 1 ? "" : `values[${index}]`);
  if (list.length > options.guardedRows) {
    await options.confirm({
      effect: "write-many",
      summary: `create ${countOf(list.length, model)}`,
      lines: [`create ${countOf(list.length, model)}, all or none`],
    });
  }
  const ids = await sendCreate(odoo, model, checked);
  return await answerFor(odoo, model, ids, checked);
}

/** Sends checked values in one `create`, which keeps all records or none; answers the new ids in the same order. */
export async function sendCreate(odoo: Odoo, model: string, checked: JsonObject[]): Promise<number[]> {
  const begun = new Date().toISOString().slice(0, 19).replace("T", " ");
  const user = await odoo.user();
  const look = `[["create_uid","=",${user.id}],["create_date",">=","${begun}"]]`;
  const answer = await send(odoo, {
    model,
    method: "create",
    params: { vals_list: checked },
    effect: "write",
    check: `Search ${model} with domain ${look} (UTC; the clocks of the two servers may differ).`,
  });
  // A list in gives a list out, on every version; one id alone comes from models that override create carelessly.
  const ids = (Array.isArray(answer) ? answer : [answer]).filter((id) => typeof id === "number");
  if (ids.length === checked.length) return ids;
  throw new Failure(
    "E009",
    `Cannot tell what was created in ${model}: Odoo answered no list of ${checked.length} ids`,
    {
      hint: `Search ${model} with domain ${look} (UTC).`,
      applied: "unknown",
    },
  );
}

async function answerFor(odoo: Odoo, model: string, ids: number[], sent: JsonObject[]): Promise<CreateAnswer> {
  const fields = await odoo.fields(model);
  const asked = [...new Set(sent.flatMap((values) => Object.keys(values)))];
  const filled = filledFields(fields).filter((name) => !asked.includes(name));
  const { records, notes } = await readBack(odoo, model, ids, [...asked, ...filled]);
  return {
    model,
    ids,
    records: records.map(({ label, url, row, plain }, index) => {
      const values = sent[index]!;
      const differs = row === null ? [] : differences(fields, values, row, plain);
      const own = filled.filter((name) => !isEmpty(plain[name]));
      return {
        ...label,
        ...(url !== null && { url }),
        filled: Object.fromEntries(own.map((name) => [name, plain[name]!])),
        ...(differs.length > 0 && { differs }),
      };
    }),
    ...(notes.length > 0 && { notes }),
  };
}

function isEmpty(value: Json | undefined): boolean {
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === undefined || value === null || value === 0 || value === "";
}
