import { plainValues } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type OnceKey, onlyOnce, partOf } from "./once.ts";
import type { Label } from "./records.ts";
import { sendAndLook, type Sight } from "./uncertain.ts";

/** Records on which a message was posted, and those on which it was not. */
export interface Posted {
  messages: { id: number; on: Label; repeated?: true }[];
  /** Records on which it was not posted, and why; those after them were not tried. */
  failed?: { id: number; code: string; message: string }[];
  not_tried?: number[];
  notes?: string[];
}

/**
 * Posts a message on each record, one request after the other; `key` makes a repeat post nothing again. The first failure
 * ends it: thrown where nothing was posted yet, else told beside what was.
 */
export async function postOnEach(
  odoo: Odoo,
  model: string,
  labels: Label[],
  params: JsonObject,
  key: OnceKey | null,
): Promise<Posted> {
  const messages: Posted["messages"] = [];
  const notes: string[] = [];
  for (const [index, on] of labels.entries()) {
    const check = `list_messages ${model} [${on.id}] shows whether it is there.`;
    try {
      const posting = async () => await post(odoo, model, on.id, params, check);
      const { result, repeated } = key === null
        ? { result: await posting(), repeated: false }
        : await onlyOnce(await partOf(key, `message ${on.id}`, params), check, posting, { looksFirst: false });
      messages.push({ id: Number(result["id"]), on, ...(repeated && { repeated: true }) });
      notes.push(...(Array.isArray(result["notes"]) ? result["notes"].map(String) : []));
    } catch (error) {
      if (!(error instanceof Failure) || messages.length === 0) throw error;
      const { code, message, hint } = error;
      return {
        messages,
        failed: [{ id: on.id, code, message: `${message} ${hint}`.trim() }],
        ...(index + 1 < labels.length && { not_tried: labels.slice(index + 1).map(({ id }) => id) }),
        ...(notes.length > 0 && { notes }),
      };
    }
  }
  if (messages.some(({ repeated }) => repeated)) notes.push("The key was used before: nothing was posted again.");
  return { messages, ...(notes.length > 0 && { notes: [...new Set(notes)] }) };
}

/** Posts on one record; when the answer is lost, looks for the message. */
async function post(odoo: Odoo, model: string, id: number, params: JsonObject, check: string): Promise<JsonObject> {
  const last = await lastMessage(odoo, model, id);
  const { result, notes } = await sendAndLook<number>(odoo, {
    change: { model, method: "message_post", ids: [id], params, effect: "write", check },
    read: (answer) => {
      const [message] = Array.isArray(answer) ? answer : [answer];
      if (typeof message === "number") return message;
      throw new Failure("E009", `Cannot tell whether the message was posted: Odoo answered no id`, {
        applied: "unknown",
      });
    },
    look: () => lookForMessage(odoo, model, id, last, String(params["body"])),
    harmlessTwice: false,
  });
  return { id: result, notes };
}

async function lastMessage(odoo: Odoo, model: string, id: number): Promise<number> {
  const answer = await odoo.call("mail.message", "search_read", {
    params: { domain: [["model", "=", model], ["res_id", "=", id]], fields: ["id"], limit: 1, order: "id desc" },
    cache: "never",
  });
  const row = Array.isArray(answer) ? answer.filter(isObject)[0] : undefined;
  return Number(row?.["id"] ?? 0);
}

async function lookForMessage(
  odoo: Odoo,
  model: string,
  id: number,
  last: number,
  body: string,
): Promise<Sight<number>> {
  const [user, fields] = await Promise.all([odoo.user(), odoo.fields("mail.message")]);
  const answer = await odoo.call("mail.message", "search_read", {
    params: {
      domain: [["model", "=", model], ["res_id", "=", id], ["id", ">", last], ["create_uid", "=", user.id]],
      fields: ["body"],
      limit: 20,
    },
    cache: "never",
  });
  // Odoo cleans the html it keeps; its text stays.
  const field = fields.get("body");
  const toText = field === undefined
    ? (raw: Json) => raw
    : await plainValues({ ...field, type: "html" }, "UTC", "record");
  const words = (html: Json) => String(toText(html) ?? "").replace(/\s+/g, " ").trim();
  const rows = (Array.isArray(answer) ? answer.filter(isObject) : []).filter((row) =>
    words(row["body"] ?? null) === words(body)
  );
  if (rows.length === 0) return { is: "absent" };
  if (rows.length === 1) return { is: "done", result: Number(rows[0]!["id"]) };
  return { is: "unclear", saw: `There are ${rows.length} new messages with this text.` };
}
