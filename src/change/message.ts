import { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type DryRun, finishDryRun } from "./dry_run.ts";
import { toHtml } from "./message_body.ts";
import { findPartners, type Reach, type Reached, reachOf, readPeople, sayReached } from "./message_reach.ts";
import { type Posted, postOnEach } from "./message_send.ts";
import { onceKey } from "./once.ts";
import { type ChangeOptions, countOf, nameOf, type Plan } from "./plan.ts";
import { checkIds, type Label, labelOf, readExisting } from "./records.ts";
import { refuse } from "./refuse.ts";
import { checkText } from "./scalar.ts";
import type { UndoOffer } from "./undo_keeper.ts";

/** A note or a message on records. */
export interface MessageRequest {
  model: string;
  ids: readonly number[];
  body: string;
  /** How the body is written; default `text`. Nothing is guessed from it. */
  format?: "text" | "html" | undefined;
  /** `note` (default) is for colleagues only; `message` goes to the followers and partners. */
  kind?: "note" | "message" | undefined;
  /** Whom else it goes to, by id or name. */
  partners?: readonly (number | string)[] | undefined;
  subject?: string | undefined;
}

/** What was posted, and whom Odoo notified of it, or is about to. */
export interface MessageAnswer extends Posted {
  model: string;
  kind: "note" | "message";
  reached: Reached[];
  undo: UndoOffer;
}

const NO_WAY_BACK: UndoOffer = { impossible: "what was posted is read and sent" };
/** Most records one call posts on: each is a request of its own. */
const MOST = 50;
/** Where everybody reads everything, whatever its kind. */
const CHANNELS = ["mail.channel", "discuss.channel"];

/**
 * Posts a note or a message on records. A note never leaves the house: partners who are no colleagues are refused. A
 * message says beforehand whom it reaches, and always wants a confirmation.
 */
export async function postMessage(
  odoo: Odoo,
  request: MessageRequest,
  options: ChangeOptions & { dryRun: false },
): Promise<MessageAnswer>;
export async function postMessage(
  odoo: Odoo,
  request: MessageRequest,
  options: ChangeOptions,
): Promise<MessageAnswer | DryRun>;
export async function postMessage(
  odoo: Odoo,
  request: MessageRequest,
  options: ChangeOptions,
): Promise<MessageAnswer | DryRun> {
  const { model, kind = "note" } = request;
  const ids = checkIds(model, request.ids);
  if (ids.length > MOST) {
    throw new Failure("E012", `Cannot post on ${ids.length} records at once: ${MOST} is the most`, {
      hint: `Send them in parts of ${MOST}.`,
      details: { limit: MOST, count: ids.length },
    });
  }
  const body = toHtml(checkText(request.body, "body"), request.format ?? "text");
  const subject = request.subject === undefined ? undefined : checkText(request.subject, "subject");
  const fields = await odoo.fields(model);
  if (!fields.has("message_ids")) {
    throw new Failure("E004", `Cannot post on ${model}: its records keep no messages`, {
      hint: "Post on the document it belongs to.",
    });
  }
  const [rows, partners] = await Promise.all([
    readExisting(odoo, model, ids, fields.has("message_partner_ids") ? ["message_partner_ids"] : []),
    findPartners(odoo, request.partners ?? []),
  ]);
  const reach = kind === "note"
    ? { reached: await colleagues(odoo, model, partners), notes: [] }
    : await reachOf(odoo, model, rows, partners);
  const labels = rows.map(labelOf);
  const plan = planOf(model, kind, labels, reach, request.body);
  const needsPlan = kind === "message" || ids.length > options.guardedRows;
  if (options.dryRun) {
    return await finishDryRun(
      {
        model,
        would: plan.summary,
        records: labels.map((label) => ({ ...label })),
        notes: reachLines(kind, reach),
      },
      needsPlan ? plan : null,
      options,
    );
  }
  if (needsPlan) await options.confirm(plan);
  const params: JsonObject = {
    body,
    ...(subject !== undefined && { subject }),
    message_type: "comment",
    subtype_xmlid: kind === "note" ? "mail.mt_note" : "mail.mt_comment",
    ...(partners.length > 0 && { partner_ids: partners }),
    // 17 and later take every body for text otherwise, and customers get the tags.
    ...((await odoo.version()).major >= 17 && { body_is_html: true }),
  };
  const { idempotencyKey } = options;
  const key = idempotencyKey === undefined ? null : await onceKey(odoo, options, idempotencyKey, {
    model,
    ids,
    ...params,
  });
  return {
    model,
    kind,
    ...await postOnEach(odoo, model, labels, params, key),
    reached: reach.reached,
    undo: NO_WAY_BACK,
  };
}

/** The partners of a note, who must all be colleagues: Odoo would mail it to anybody who is named. */
async function colleagues(odoo: Odoo, model: string, partners: number[]): Promise<Reached[]> {
  if (CHANNELS.includes(model)) {
    throw new Failure("E004", `Cannot post a note on ${model}: everybody in a channel reads it`, {
      hint: "Post a message (kind: message) instead.",
    });
  }
  const people = await readPeople(odoo, partners);
  const outside = people.filter((one) => one.outside);
  if (outside.length > 0) {
    refuse(
      "partners",
      `a note never leaves the house, and ${outside.map((one) => `${one.name} #${one.id}`).join(", ")} would get it`,
      "Leave them out, or post a message (kind: message).",
    );
  }
  return people;
}

/** Most people a plan names, and most characters of the body. */
const NAMED = 20;
const MOST_TEXT = 300;

function planOf(model: string, kind: string, labels: Label[], reach: Reach, body: string): Plan {
  const said = body.length <= MOST_TEXT
    ? body
    : `${body.slice(0, MOST_TEXT)}… (${body.length} characters)`.toWellFormed();
  return {
    effect: "act",
    summary: `post a ${kind} on ${countOf(labels.length, model)}`,
    lines: [
      `post a ${kind} on ${labels.slice(0, NAMED).map(nameOf).join(", ")}${labels.length > NAMED ? ", …" : ""}`,
      ...reachLines(kind, reach),
      `it says: ${JSON.stringify(said)}`,
    ],
    look: reach.reached.map(({ id }) => id),
  };
}

function reachLines(kind: string, { reached, notes }: Reach): string[] {
  if (reached.length === 0 && notes.length === 0) {
    return [kind === "note" ? "only colleagues who open the record read it" : "it reaches nobody: no one else follows"];
  }
  const more = reached.length > NAMED ? [`… and ${reached.length - NAMED} more`] : [];
  const lines = [...reached.slice(0, NAMED).map(sayReached), ...more, ...notes];
  return [`it reaches ${lines.join("; ")}`];
}
