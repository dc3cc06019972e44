import { canonicalJson, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type Origin, type Outcome, outcomeOf } from "./action_outcome.ts";
import type { ActionOptions } from "./action_rules.ts";
import { type Document, lookAtDocuments, movedDocuments } from "./documents.ts";
import { movingFields } from "./noteworthy.ts";
import { plainRow } from "./plain.ts";
import { readBack } from "./read_back.ts";
import { type Label, labelOf, readExisting, readRows } from "./records.ts";
import type { Sight } from "./uncertain.ts";
import { inverseFields, inverseOf } from "./undo_actions.ts";
import { withoutObstacles } from "./undo_check.ts";
import type { UndoImage } from "./undo_image.ts";
import type { UndoOffer } from "./undo_keeper.ts";
import { actedImage } from "./undo_look.ts";
import { offerUndo } from "./undo_offer.ts";
import { type Next, nextOf } from "./wizard.ts";

/** A record before and after an action: its status and totals. `after` is null where it could not be read: the action deleted it, or `notes` say why. */
export interface ActedRecord extends Label {
  url?: string;
  before: JsonObject;
  after: JsonObject | null;
}

/** What came of an action. */
export interface ActionAnswer extends Omit<Outcome, "window"> {
  model: string;
  action: string;
  records: ActedRecord[];
  /** Documents of the records whose status it changed, also where it is not finished: `stock.picking … #30: assigned → cancel`. */
  documents?: string[];
  /** What is left to do, when it is not finished. */
  next?: Next;
  notes?: string[];
  undo?: UndoOffer;
}

/** Where records of other models hang that an action makes: told when they change, so that nobody has to search for them. */
const MADE: Readonly<Record<string, readonly string[]>> = {
  "sale.order": ["picking_ids", "invoice_ids"],
  "purchase.order": ["picking_ids", "invoice_ids"],
  "stock.picking": ["backorder_ids"],
  "crm.lead": ["order_ids"],
};

/** Records before an action. */
export interface Before extends Origin {
  /** Fields that the action is likely to move. */
  fields: string[];
  /** Fields beside them that undoing it needs. */
  kept: string[];
  /** Fields of {@link MADE} that this Odoo has. */
  made: string[];
  /** What hangs on the records, with its status. */
  documents: Document[];
  rows: JsonObject[];
  labels: Label[];
  /** By id, as answers show them. */
  shown: Map<number, JsonObject>;
}

/** Reads the records of an action, which must all exist. */
export async function lookBefore(odoo: Odoo, { model, ids }: Origin, action: string): Promise<Before> {
  const known = await odoo.fields(model);
  const fields = movingFields(known);
  const kept = inverseFields(model, action).filter((name) => known.has(name) && !fields.includes(name));
  const made = (MADE[model] ?? []).filter((name) => known.has(name));
  const [rows, documents] = await Promise.all([
    readExisting(odoo, model, ids, [...fields, ...kept, ...made]),
    lookAtDocuments(odoo, { model, ids }, made),
  ]);
  const plain = await Promise.all(rows.map((row) => plainRow(odoo, model, row)));
  const shown = new Map(rows.map((row, index) => [Number(row["id"]), pick(fields, plain[index]!)]));
  return { model, ids, fields, kept, made, documents, rows, labels: rows.map(labelOf), shown };
}

/** The statuses of the records for a plan, one line each, 20 at most. */
export function stateLines({ shown }: Before): string[] {
  return [...shown].flatMap(([id, { state }]) => typeof state === "string" ? [`#${id} is ${state}`] : []).slice(0, 20);
}

/** A window whose description holds None does not get through XML-RPC, which leaves nothing of the answer. */
const SILENT = "Odoo answered nothing, and status and totals are as before. Over XML-RPC that may hide a window that " +
  "Odoo opens next; JSON-RPC shows it.";

/** Classifies Odoo's answer to an action, reads its records back, and shows the wizard that may be next. */
export async function tellAfter(
  odoo: Odoo,
  before: Before,
  action: string,
  answer: Json,
  options: ActionOptions,
): Promise<ActionAnswer> {
  const { model, ids, fields, kept, made, labels, shown } = before;
  const { window, ...outcome } = outcomeOf(answer, { model, ids });
  const [{ records, notes }, documents, next] = await Promise.all([
    readBack(odoo, model, ids, [...fields, ...kept, ...made]),
    movedDocuments(odoo, before.documents),
    window === undefined ? undefined : nextOf(odoo, window, { model, ids }, options),
  ]);
  const was = new Map(before.rows.map((row) => [row["id"], row]));
  const grown = (row: JsonObject) =>
    made.filter((name) => canonicalJson(row[name] ?? null) !== canonicalJson(was.get(row["id"])?.[name] ?? null));
  const isStill = records.every(({ label, row, plain }) =>
    row !== null && JSON.stringify(pick(fields, plain)) === JSON.stringify(shown.get(label.id))
  );
  if (answer === null && isStill && fields.length > 0) notes.push(SILENT);
  const isStopped = window?.dialog === true && documents.length > 0;
  const undo = await offerUndo(odoo, options, async () => {
    const rows = records.flatMap(({ row }) => row === null ? [] : [row]);
    const image = actedImage({ model, action, names: [...fields, ...kept] }, before.rows, rows);
    if (image === null) return isStopped ? stoppedImage(model, action, documents) : null;
    return await withoutObstacles(odoo, image);
  });
  return {
    model,
    action,
    ...outcome,
    records: records.map(({ label, url, row, plain }) => ({
      ...(row === null ? labels.find(({ id }) => id === label.id) ?? label : label),
      ...(url !== null && { url }),
      before: shown.get(label.id) ?? {},
      after: row === null ? null : pick([...fields, ...grown(row)], plain),
    })),
    ...(documents.length > 0 && { documents: shortened(documents) }),
    ...(next !== undefined && { next: isStopped ? { ...next, how: `${STOPPED} ${next.how}` } : next }),
    ...(notes.length > 0 && { notes }),
    ...undo,
  };
}

/** A wizard that comes after the first part of the work: 14 cancels an order's deliveries, then asks. */
const STOPPED = "Part of it is done already (documents), and stays so whoever stops here.";

/** Most documents that are named. */
const DOCUMENTS = 10;

function shortened(documents: string[]): string[] {
  const more = documents.length - DOCUMENTS;
  return more <= 0 ? documents : [...documents.slice(0, DOCUMENTS), `… and ${more} more`];
}

/** Nothing to go back to: the records are as they were, and what hangs on them has no way back of its own. */
function stoppedImage(model: string, action: string, documents: string[]): UndoImage {
  const { renew } = inverseOf(model, action, undefined) ?? {};
  const stays = `what it did to ${documents.length === 1 ? "1 document" : `${documents.length} documents`} stays`;
  return { did: action, steps: [], lost: [renew === undefined ? stays : `${stays}; ${renew}`] };
}

/**
 * What can be seen of an action whose answer was lost: records that changed since say that something happened, not that
 * all of it did.
 */
export async function lookAfter(odoo: Odoo, { model, ids, fields, rows }: Before): Promise<Sight<Json>> {
  const now = await readRows(odoo, model, ids, ["write_date", ...fields]);
  const before = new Map(rows.map((row) => [row["id"], row]));
  const moved = now.flatMap((row) => {
    const was = before.get(row["id"]) ?? {};
    const named = ["state", "stage_id", "active"].filter((name) =>
      JSON.stringify(was[name]) !== JSON.stringify(row[name])
    );
    if (named.length > 0) {
      return [`#${row["id"]}: ${named.map((name) => `${name} is ${text(row[name])} now`).join(", ")}`];
    }
    return was["write_date"] === row["write_date"] ? [] : [`#${row["id"]} was changed`];
  });
  if (now.length < ids.length) moved.push("some of the records are gone");
  if (moved.length === 0) return { is: "absent" };
  return { is: "unclear", saw: `Looked up since: ${moved.slice(0, 10).join("; ")}.` };
}

function text(value: Json | undefined): string {
  return String(Array.isArray(value) ? value[1] : value);
}

function pick(names: string[], row: JsonObject): JsonObject {
  return Object.fromEntries(names.map((name) => [name, row[name] ?? null]));
}
