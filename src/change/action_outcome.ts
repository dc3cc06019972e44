import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { evaluate } from "./expression.ts";

/** A window that Odoo opens next. */
export interface Window {
  model: string;
  title: string | null;
  /** The record it shows. */
  id: number | null;
  /** The records it lists, where it names them. */
  ids: number[];
  /** Asks for something before it goes on; others only show where to look. */
  dialog: boolean;
  /** Id of its form view. */
  view: number | null;
  /** Its own context, without what belongs to the session. */
  context: JsonObject;
}

/** What an action's answer means. */
export interface Outcome {
  /** False when Odoo opens a window next. */
  finished: boolean;
  window?: Window;
  /** An address the action opens; it is finished all the same. */
  opens?: string;
  /** What Odoo would tell a person: a notification, the name of a report. */
  says?: string;
  /** A plain value the method answered. */
  result?: Json;
}

/** The records an action ran on: what a window's context speaks of as `active_id`. */
export interface Origin {
  model: string;
  ids: number[];
}

/**
 * Classifies what a method answered. `act_window` is not finished: Odoo wants something filled in, chosen or looked at.
 * `act_url`, a report, a notification, `true` and nothing at all are.
 */
export function outcomeOf(answer: Json, origin: Origin): Outcome {
  if (!isObject(answer)) return answer === null || answer === true ? { finished: true } : plainResult(answer);
  switch (answer["type"]) {
    case "ir.actions.act_window":
      return { finished: false, window: windowOf(answer, origin) };
    case "ir.actions.act_url":
      return { finished: true, ...(typeof answer["url"] === "string" && { opens: withoutSecrets(answer["url"]) }) };
    case "ir.actions.act_window_close":
      return { finished: true };
    case "ir.actions.report":
      return { finished: true, says: `Odoo would print ${text(answer["name"]) ?? "a report"}.` };
    case "ir.actions.client":
      return client(answer, origin);
    default:
      // A lead that is won answers only the picture to celebrate it with.
      if (isObject(answer["effect"])) return { finished: true, ...said(text(answer["effect"]["message"])) };
      return plainResult(answer);
  }
}

/** Portal pages carry access tokens, with which anybody may enter. */
function withoutSecrets(url: string): string {
  return url.replace(/([?&;][^=&;]*(?:token|key|secret|password|hash)[^=&;]*=)[^&;#]*/gi, "$1********");
}

/** What the session itself puts into every context. */
const OF_THE_SESSION = ["lang", "tz", "uid", "allowed_company_ids", "params"];

function windowOf(answer: JsonObject, origin: Origin): Window {
  const active = activeContext(origin);
  const valueOf = (name: string): Json | undefined => active[name];
  // A window that stands in the database keeps its context and domain as Python, which the web client evaluates.
  const read = (raw: Json | undefined) => typeof raw === "string" ? evaluate(raw, valueOf) : raw;
  const context = read(answer["context"]);
  const id = typeof answer["res_id"] === "number" && answer["res_id"] > 0 ? answer["res_id"] : null;
  return {
    model: text(answer["res_model"]) ?? "",
    title: text(answer["name"]),
    id,
    ids: id === null ? idsOf(read(answer["domain"])) : [id],
    dialog: answer["target"] === "new",
    view: viewOf(answer),
    context: Object.fromEntries(
      Object.entries({ ...active, ...isObject(context) ? context : {} }).filter(([key]) =>
        !OF_THE_SESSION.includes(key) && !key.startsWith("search_default_")
      ),
    ),
  };
}

/** What the web client puts into the context of a window that a record's button opened. */
export function activeContext({ model, ids }: Origin): JsonObject {
  return { active_model: model, active_id: ids[0] ?? false, active_ids: ids };
}

function viewOf(answer: JsonObject): number | null {
  const views = Array.isArray(answer["views"]) ? answer["views"] : [];
  const form = views.find((pair) => Array.isArray(pair) && pair[1] === "form");
  const id = Array.isArray(form) ? form[0] : answer["view_id"];
  return typeof id === "number" && id > 0 ? id : null;
}

/** The ids of a domain that names its records. */
function idsOf(domain: Json | undefined): number[] {
  const leaf = (Array.isArray(domain) ? domain : []).find((part) => Array.isArray(part) && part[0] === "id");
  const [, operator, value] = Array.isArray(leaf) ? leaf : [];
  const ids = operator === "in" && Array.isArray(value) ? value : operator === "=" ? [value] : [];
  return ids.filter((id) => typeof id === "number");
}

function client(answer: JsonObject, origin: Origin): Outcome {
  const params = isObject(answer["params"]) ? answer["params"] : {};
  const says = [text(params["title"]), text(params["message"])].filter((part) => part !== null).join(": ");
  // A notification carries what comes after it; only a window among those is unfinished.
  const after = isObject(params["next"]) ? outcomeOf(params["next"], origin) : { finished: true };
  return { ...after, ...said(says === "" ? null : says) };
}

function said(says: string | null): { says?: string } {
  return says === null ? {} : { says };
}

/** Most characters of a value that a method of unknown shape may answer. */
const MOST = 2000;

function plainResult(answer: Json): Outcome {
  // 14 writes records as Python shows them: `account.move(16,)`. They say no more than true.
  if (typeof answer === "string" && /^[a-z_]+(\.[a-z_]+)*\((\d+,? ?)*\)$/.test(answer)) return { finished: true };
  const size = JSON.stringify(answer).length;
  if (size <= MOST) return { finished: true, result: answer };
  return { finished: true, says: `The method answered a value of ${size} characters, which is too large to show.` };
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
