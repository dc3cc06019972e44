import { knownZone, odooDate, readWhen, toLocal } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { createRecords } from "./create.ts";
import type { DryRun } from "./dry_run.ts";
import { toHtml } from "./message_body.ts";
import { idOrName } from "./names.ts";
import { plainRow } from "./plain.ts";
import type { ChangeOptions } from "./plan.ts";
import { checkIds, type Label, labelOf, readExisting, readRows } from "./records.ts";
import { refuse } from "./refuse.ts";
import { checkText } from "./scalar.ts";
import { withContext } from "./with_context.ts";

/** Something to be done about records. */
export interface ActivityRequest {
  model: string;
  ids: readonly number[];
  /** Kind of activity by name or id; default: to do. */
  type?: string | number | undefined;
  /** Who does it, by name, login or id; default: the user. */
  user?: string | number | undefined;
  /** The day: ISO, or `tomorrow`, `+3d`, `monday` (the next one), `next_week` (its first day). Default: as the type says. */
  due?: string | undefined;
  summary?: string | undefined;
  note?: string | undefined;
}

/** What was scheduled. */
export interface ActivityAnswer {
  model: string;
  activities: (JsonObject & { id: number })[];
  repeated?: true;
  notes?: string[];
}

/**
 * Schedules an activity on each record, all or none. Type and user are found by name; Odoo itself finds the model, which
 * ordinary users may not look up on 19 (`default_res_model`, as its own pages do it).
 */
export async function scheduleActivity(
  odoo: Odoo,
  request: ActivityRequest,
  options: ChangeOptions & { dryRun: false },
): Promise<ActivityAnswer>;
export async function scheduleActivity(
  odoo: Odoo,
  request: ActivityRequest,
  options: ChangeOptions,
): Promise<ActivityAnswer | DryRun>;
export async function scheduleActivity(
  odoo: Odoo,
  request: ActivityRequest,
  options: ChangeOptions,
): Promise<ActivityAnswer | DryRun> {
  const { model, summary, note } = request;
  const ids = checkIds(model, request.ids);
  if (!(await odoo.fields(model)).has("activity_ids")) {
    throw new Failure("E004", `Cannot schedule on ${model}: its records keep no activities`, {
      hint: "Schedule it on the document it belongs to.",
    });
  }
  const [rows, type, user] = await Promise.all([
    readExisting(odoo, model, ids),
    typeOf(odoo, model, request.type),
    userOf(odoo, request.user),
  ]);
  const due = await dueDay(odoo, type, request.due);
  const shared: JsonObject = {
    activity_type_id: type,
    user_id: user,
    date_deadline: due,
    ...(summary !== undefined && { summary: checkText(summary, "summary") }),
    ...(note !== undefined && { note: toHtml(checkText(note, "note"), "text") }),
  };
  const bound = withContext(odoo, { default_res_model: model });
  const values = rows.map((row) => ({ ...shared, res_id: row["id"]! }));
  const answer = await createRecords(bound, { model: "mail.activity", values }, options);
  if ("dry_run" in answer) return withDocuments(answer, rows.map(labelOf), user === (await odoo.user()).id);
  const { ids: made, records: _, model: __, notes, ...rest } = answer;
  return {
    model,
    activities: await tell(odoo, made, rows.map(labelOf)),
    ...rest,
    ...(notes !== undefined && { notes }),
  };
}

/** A dry run in the tool's own words: the record's name instead of its bare id, and whom Odoo writes to. */
function withDocuments(answer: DryRun, labels: Label[], isOwn: boolean): DryRun {
  const records = answer.records.map(({ values, filled: _, suggested: __, ...rest }, index): JsonObject => {
    const own = isObject(values) ? values : {};
    const { id, display_name } = labels[index]!;
    return {
      on: { id, name: display_name },
      type: own["activity_type_id"] ?? null,
      user: own["user_id"] ?? null,
      due: own["date_deadline"] ?? null,
      ...weekdayOf(own["date_deadline"]),
      ...(own["summary"] !== undefined && { summary: own["summary"] }),
      ...(own["note"] !== undefined && { note: own["note"] }),
      ...rest,
    };
  });
  const notes = (answer.notes ?? []).filter((note) => !note.startsWith("suggested:"));
  if (!isOwn) notes.push("Odoo writes to whom it is assigned (mail, as they have it set); no undo takes that back.");
  const { notes: _, ...rest } = answer;
  return { ...rest, records, ...(notes.length > 0 && { notes }) };
}

async function tell(odoo: Odoo, ids: number[], labels: Label[]): Promise<ActivityAnswer["activities"]> {
  const names = ["activity_type_id", "user_id", "date_deadline", "summary"];
  const rows = await readRows(odoo, "mail.activity", ids, names).catch((error: unknown) => {
    if (error instanceof Failure && !odoo.signal.aborted) return [];
    throw error;
  });
  const found = new Map(
    await Promise.all(rows.map(async (row) => [row["id"], await plainRow(odoo, "mail.activity", row)] as const)),
  );
  return ids.map((id, index) => {
    const plain: JsonObject = found.get(id) ?? {};
    const on = labels[index]!;
    return {
      id,
      on: { id: on.id, name: on.display_name },
      type: plain["activity_type_id"] ?? null,
      user: plain["user_id"] ?? null,
      due: plain["date_deadline"] ?? null,
      ...weekdayOf(plain["date_deadline"]),
      ...(typeof plain["summary"] === "string" && { summary: plain["summary"] }),
    };
  });
}

/** Which day of the week a date is: what "next week" came to is seen at once. */
function weekdayOf(due: Json | undefined): { weekday?: string } {
  const time = typeof due === "string" ? Date.parse(`${due}T00:00:00Z`) : NaN;
  if (Number.isNaN(time)) return {};
  return { weekday: new Intl.DateTimeFormat("en", { weekday: "long", timeZone: "UTC" }).format(time) };
}

async function typeOf(odoo: Odoo, model: string, type: string | number | undefined): Promise<number> {
  if (type !== undefined) return await idOrName(odoo, "mail.activity.type", type, "type");
  try {
    const answer = await odoo.call("ir.model.data", "check_object_reference", {
      params: { module: "mail", xml_id: "mail_activity_data_todo" },
      origin: "server",
      cache: "schema",
    });
    if (Array.isArray(answer) && typeof answer[1] === "number") return answer[1];
  } catch (error) {
    // Somebody deleted it: any other type does.
    if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
  }
  const found = await odoo.call("mail.activity.type", "search", {
    params: { domain: ["|", ["res_model", "=", false], ["res_model", "=", model]], limit: 1 },
  }).catch((error: unknown) => {
    if (error instanceof Failure && !odoo.signal.aborted) return [];
    throw error;
  });
  const [first] = Array.isArray(found) ? found : [];
  return typeof first === "number" ? first : refuse("type", "this Odoo has no activity type", "Name one that exists.");
}

async function userOf(odoo: Odoo, user: string | number | undefined): Promise<number> {
  const isMe = user === undefined || String(user).trim().toLowerCase() === "me";
  return isMe ? (await odoo.user()).id : await idOrName(odoo, "res.users", user, "user");
}

const UNITS: Readonly<Record<string, string>> = { days: "d", weeks: "w", months: "m" };

/** The day it is due, in the user's time zone: as given, else after the type's own delay. */
async function dueDay(odoo: Odoo, type: number, due: string | undefined): Promise<string> {
  const zone = knownZone((await odoo.user()).timeZone);
  const text = due ?? await delayOf(odoo, type);
  const words = text.trim().toLowerCase();
  const when = readWhen(/^(sun|mon|tues|wednes|thurs|fri|satur)day$/.test(words) ? `next_${words}` : text, zone);
  if (when === null) {
    return refuse(
      "due",
      `${JSON.stringify(text.slice(0, 60))} is no day`,
      "Write 2026-11-21, tomorrow, +3d, monday or next_week (its first day).",
    );
  }
  return odooDate(when.kind === "span" ? when.from : toLocal(when.at, zone));
}

async function delayOf(odoo: Odoo, type: number): Promise<string> {
  const fields = await odoo.fields("mail.activity.type");
  const names = ["delay_count", "delay_unit"].filter((name) => fields.has(name));
  if (names.length < 2) return "today";
  const answer: Json = await odoo.call("mail.activity.type", "read", { ids: [type], params: { fields: names } });
  const row = Array.isArray(answer) ? answer.filter(isObject)[0] : undefined;
  const unit = UNITS[String(row?.["delay_unit"])];
  const count = Number(row?.["delay_count"] ?? 0);
  return unit === undefined || !(count > 0) ? "today" : `+${count}${unit}`;
}
