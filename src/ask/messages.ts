import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { countFitting } from "./budget.ts";
import { checkIds } from "./records.ts";
import { refuse } from "./refuse.ts";
import { DEFAULT_MAX_ROWS, FRAME_TOKENS, type SelectLimits } from "./table.ts";
import { visible } from "./text.ts";
import { readChanges } from "./tracked.ts";
import { plainValues } from "./values.ts";
import { isoLocal, knownZone, parseOdoo } from "./zone.ts";

/** A message on a record. */
export interface Message {
  id: number;
  /** The record it stands on, where several were asked for. */
  on?: number;
  /** In the user's time zone. */
  when: string | null;
  who: string | null;
  /** `note` for colleagues, `message`, `email` that came in, or `log`, which Odoo wrote by itself. */
  kind: string;
  subject?: string;
  /** As plain text. */
  text: string | null;
  /** Characters that are not shown. */
  more?: number;
  attachments?: number;
  /** Fields that were changed, as `Status: Quotation → Sales Order`. */
  changes?: string[];
}

/** Messages of records, the newest first. */
export interface MessageList {
  model: string;
  messages: Message[];
  /** There are older ones. */
  has_more: boolean;
  notes: string[];
}

const DEFAULT_LIMIT = 20;
/** Most characters of one text: a forwarded mail can be a book. */
const MOST_TEXT = 1500;

/**
 * Messages, notes and the log of records. Whoever may not read the records gets none of them: that is asked first, because
 * Odoo answers the messages of any record by itself to an administrator.
 */
export async function listMessages(
  odoo: Odoo,
  input: { model: string; ids: readonly number[]; limit?: number | undefined },
  limits: SelectLimits = {},
): Promise<MessageList> {
  const { model } = input;
  const maxRows = limits.maxRows ?? DEFAULT_MAX_ROWS;
  const ids = checkIds(input.ids, maxRows);
  const limit = Math.min(input.limit ?? DEFAULT_LIMIT, maxRows);
  if (!(await odoo.fields(model)).has("message_ids")) {
    refuse("model", `records of ${model} keep no messages`, { hint: "Ask for those of the document it belongs to." });
  }
  const found = await odoo.call(model, "read", { ids, params: { fields: ["write_date"] } });
  const there = (Array.isArray(found) ? found.filter(isObject) : []).map((row) => Number(row["id"]));
  const missing = ids.filter((id) => !there.includes(id));
  if (missing.length > 0) {
    throw new Failure(
      "E005",
      `Cannot list messages: there is no ${model} ${missing.map((id) => `#${id}`).join(", ")}`,
      {
        hint: "Search for the records; they may have been deleted.",
        details: { model, missing },
      },
    );
  }
  const fields = await odoo.fields("mail.message");
  const names = ["res_id", "date", "author_id", "email_from", "message_type", "subtype_id", "subject", "body"]
    .concat("attachment_ids").filter((name) => fields.has(name));
  const answer = await odoo.call("mail.message", "search_read", {
    params: {
      domain: [["model", "=", model], ["res_id", "in", ids]],
      fields: names,
      limit: limit + 1,
      order: "date desc, id desc",
    },
  });
  const rows = Array.isArray(answer) ? answer.filter(isObject) : [];
  const shown = rows.slice(0, limit);
  const [note, changes, { timeZone }] = await Promise.all([
    noteSubtype(odoo),
    readChanges(odoo, model, shown.map((row) => Number(row["id"]))),
    odoo.user(),
  ]);
  const body = fields.get("body");
  const toText = await plainValues({ ...body!, type: "html" }, timeZone, "record");
  const messages = shown.map((row) =>
    messageOf(row, { toText, note, changes: changes ?? new Map(), zone: knownZone(timeZone), isOne: ids.length === 1 })
  );
  const fitting = countFitting(messages.map((one): Json => ({ ...one })), limits.maxTokens ?? Infinity, FRAME_TOKENS);
  const isCut = messages.slice(0, fitting).some(({ more }) => more !== undefined);
  return {
    model,
    messages: messages.slice(0, fitting),
    has_more: rows.length > fitting,
    notes: [
      ...(fitting < messages.length ? [`Only ${fitting} of ${messages.length} messages fit into an answer.`] : []),
      ...(changes === null && messages.some(({ kind, text }) => kind === "log" && text === null)
        ? ["What log entries without text changed is kept to administrators."]
        : []),
      ...(isCut ? ["more: characters that are not shown; get_record on mail.message reads the body."] : []),
    ],
  };
}

interface Reading {
  toText: (raw: Json) => Json;
  note: number | null;
  changes: Map<number, string[]>;
  zone: string;
  isOne: boolean;
}

function messageOf(row: JsonObject, { toText, note, changes, zone, isOne }: Reading): Message {
  const time = typeof row["date"] === "string" ? parseOdoo(row["date"]) : null;
  const whole = toText(row["body"] ?? null);
  const text = typeof whole === "string" ? whole : null;
  const attachments = numbers(row["attachment_ids"]).length;
  const changed = changes.get(Number(row["id"])) ?? [];
  const subject = textOf(row["subject"]);
  return {
    id: Number(row["id"]),
    ...(!isOne && { on: Number(row["res_id"]) }),
    when: time === null ? null : isoLocal(time, zone),
    who: textOf(Array.isArray(row["author_id"]) ? row["author_id"][1] : undefined) ?? textOf(row["email_from"]),
    kind: kindOf(row, note),
    ...(subject !== null && { subject }),
    text: text === null ? null : text.slice(0, MOST_TEXT).toWellFormed(),
    ...(text !== null && text.length > MOST_TEXT && { more: text.length - MOST_TEXT }),
    ...(attachments > 0 && { attachments }),
    ...(changed.length > 0 && { changes: changed }),
  };
}

function kindOf(row: JsonObject, note: number | null): string {
  const subtype = Array.isArray(row["subtype_id"]) ? row["subtype_id"][0] : null;
  switch (row["message_type"]) {
    case "email":
      return "email";
    case "comment":
    case "email_outgoing":
      return note !== null && subtype === note ? "note" : "message";
    default:
      return "log";
  }
}

/** The id of the kind of message that only colleagues read; by its external id, because its name is translated. */
async function noteSubtype(odoo: Odoo): Promise<number | null> {
  const answer = await odoo.call("ir.model.data", "check_object_reference", {
    params: { module: "mail", xml_id: "mt_note" },
    origin: "server",
    cache: "schema",
  });
  return Array.isArray(answer) && typeof answer[1] === "number" ? answer[1] : null;
}

function numbers(value: Json | undefined): number[] {
  return Array.isArray(value) ? value.filter((id) => typeof id === "number") : [];
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? visible(value) : null;
}
