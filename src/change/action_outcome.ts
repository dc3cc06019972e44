import { isObject, type Json, type JsonObject } from "../lib/json.ts";

/** What an action's answer means. */
export interface ActionOutcome {
  /** False when Odoo opens a window next: somebody has to go on there. */
  finished: boolean;
  /** The window that is next, and how to go on. */
  next?: { model: string; title: string | null; id: number | null; dialog: boolean; how: string };
  /** An address the action opens; it is finished all the same. */
  opens?: string;
  /** What Odoo would tell a person: a notification, the name of a report. */
  says?: string;
  /** A plain value the method answered. */
  result?: Json;
}

/**
 * Classifies what a method answered. `act_window` is not finished: Odoo wants something filled in, chosen or looked at.
 * `act_url`, a report, a notification, `true` and nothing at all are.
 */
export function outcomeOf(answer: Json): ActionOutcome {
  if (!isObject(answer)) return answer === null || answer === true ? { finished: true } : plainResult(answer);
  switch (answer["type"]) {
    case "ir.actions.act_window":
      return windowNext(answer);
    case "ir.actions.act_url":
      return { finished: true, ...(typeof answer["url"] === "string" && { opens: withoutSecrets(answer["url"]) }) };
    case "ir.actions.act_window_close":
      return { finished: true };
    case "ir.actions.report":
      return { finished: true, says: `Odoo would print ${text(answer["name"]) ?? "a report"}.` };
    case "ir.actions.client":
      return client(answer);
    default:
      return plainResult(answer);
  }
}

/** Portal pages carry access tokens, with which anybody may enter. */
function withoutSecrets(url: string): string {
  return url.replace(/([?&;][^=&;]*(?:token|key|secret|password|hash)[^=&;]*=)[^&;#]*/gi, "$1********");
}

function windowNext(answer: JsonObject): ActionOutcome {
  const model = text(answer["res_model"]) ?? "";
  const id = typeof answer["res_id"] === "number" && answer["res_id"] > 0 ? answer["res_id"] : null;
  const dialog = answer["target"] === "new";
  const how = dialog
    ? `Odoo asks for more in a dialog (${model}), which can't be filled in from here yet: a person opens the record in ` +
      "Odoo and presses the same button."
    : `Odoo shows ${model}${id === null ? "" : ` #${id}`} next: look at it with get_record or search_records.`;
  return { finished: false, next: { model, title: text(answer["name"]), id, dialog, how } };
}

function client(answer: JsonObject): ActionOutcome {
  const params = isObject(answer["params"]) ? answer["params"] : {};
  const says = [text(params["title"]), text(params["message"])].filter((part) => part !== null).join(": ");
  // A notification carries what comes after it; only a window among those is unfinished.
  const after = isObject(params["next"]) ? outcomeOf(params["next"]) : { finished: true };
  return { ...after, ...(says !== "" && { says }) };
}

/** Most characters of a value that a method of unknown shape may answer. */
const MOST = 2000;

function plainResult(answer: Json): ActionOutcome {
  const size = JSON.stringify(answer).length;
  if (size <= MOST) return { finished: true, result: answer };
  return { finished: true, says: `The method answered a value of ${size} characters, which is too large to show.` };
}

function text(value: Json | undefined): string | null {
  return typeof value === "string" && value !== "" ? value : null;
}
