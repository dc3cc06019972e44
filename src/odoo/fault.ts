import { Failure, type FailureOptions } from "../lib/failure.ts";
import type { Call } from "./call.ts";
import { accessFailure } from "./fault_access.ts";
import { mistakeFailure } from "./fault_mistake.ts";
import { businessText, type Fault, type MakeFailure, named, shortName, unknownModel } from "./fault_text.ts";

export type { Fault } from "./fault_text.ts";

/**
 * Turns an error of Odoo into the Failure that clients get. `call` is null for the services (version, login). Odoo rolls
 * a transaction back before it answers an error, so `applied` is `"no"`; and it answers the same again, so hardly any is
 * retryable. A business text stays word for word; of any other text no SQL, path or traceback gets out.
 */
export function toFailure(fault: Fault, call: Call | null): Failure {
  const { name, message } = fault;
  const cause = new Error(`${name}: ${message}`);
  const failure = (code: Failure["code"], text: string, options: FailureOptions = {}) =>
    new Failure(code, text, { ...options, cause });

  if (CONFLICTS.test(name)) {
    return failure("E008", `Cannot finish ${named(call)}: another transaction changes the same records.`, {
      hint: "Odoo rolled this one back: nothing was changed. Try again in a moment.",
      retryable: true,
    });
  }
  switch (name) {
    case "odoo.exceptions.AccessDenied":
    case "werkzeug.exceptions.Unauthorized":
    case "odoo.http.SessionExpiredException":
      return denied(message, failure);
    case "odoo.exceptions.AccessError":
      return accessFailure(message, failure);
    case "odoo.exceptions.MissingError":
      return missing(message, call, failure);
    case "odoo.exceptions.LockError":
      return failure("E008", businessText(message), {
        hint: "Somebody else works on these records. Try again in a moment.",
        retryable: true,
      });
    case "odoo.exceptions.UserError":
    case "odoo.exceptions.ValidationError":
    case "odoo.exceptions.RedirectWarning":
    case "odoo.exceptions.Warning":
      return business(message, call, failure);
    case "psycopg2.OperationalError":
      return database(message, failure);
    case "psycopg2.errors.QueryCanceled":
      return failure("E007", `Cannot finish ${named(call)}: the database gave up, it took too long.`, {
        hint: "Ask for less: a narrower domain, fewer records at once.",
      });
  }
  return mistakeFailure(fault, call, failure) ??
    failure("E999", `Cannot finish ${named(call)}: ${inside(fault)}.`, {
      hint:
        "Odoo rolled the call back: nothing was changed. Arguments of a wrong shape end like this too, so check them " +
        "first; Odoo's log holds the rest.",
      details: { odoo_error: shortName(name) },
    });
}

/** Odoo has tried again by itself for 9 to 45 s before it answers one of these. */
const CONFLICTS = /(^psycopg2\.errors\.(SerializationFailure|LockNotAvailable|DeadlockDetected)|\bConcurrencyError)$/;

function denied(message: string, failure: MakeFailure): Failure {
  if (/too many login failures/i.test(message)) {
    return failure("E002", "Cannot log in: after too many failed logins Odoo refuses every login for a while.", {
      hint:
        "Even the right password is refused now. Wait a minute without trying, then check odoo.username and odoo.password.",
      retryable: true,
      // base.login_cooldown_duration, unless the administrator changed it.
      details: { reason: "cooldown", retry_after_s: 60 },
    });
  }
  if (/apikey|api key/i.test(message)) {
    return failure("E002", "Cannot log in: Odoo does not accept the API key.", {
      hint:
        "It is wrong, was deleted or has expired; a password does not do here. Make a new one in Odoo (Preferences, " +
        "Account Security) and set odoo.api_key.",
      details: { reason: "api_key" },
    });
  }
  return failure("E002", "Cannot log in: Odoo refused the credentials.", {
    hint:
      "The password was changed, the key has expired or the user was archived. Check odoo.username, odoo.password " +
      "and odoo.api_key.",
    details: { reason: "credentials" },
  });
}

function missing(message: string, call: Call | null, failure: MakeFailure): Failure {
  const found = /\(([^()\n]*): ?([a-z_][\w.]*)\(([\d, ]*)\), [^()\n]*: ?(\d+)\)\s*$/.exec(message);
  const [, , model = "", list = "", user = ""] = found ?? [];
  const ids = list.split(",").map((id) => id.trim()).filter((id) => id !== "").map(Number);
  // Odoo looks its own user up first: the one that this session logged in as is gone.
  if (model === "res.users" && ids.length === 1 && String(ids[0]) === user) {
    return failure("E002", "Cannot log in: the user of this session does not exist any more.", {
      hint: "Check odoo.username and odoo.database.",
      details: { reason: "user" },
    });
  }
  // 19 tells of a many2one's target like that, where 14 tells of a constraint.
  const referred = found !== null && call !== null &&
    (model !== call.model || !ids.some((id) => call.ids?.includes(id)));
  return failure("E005", businessText(message), {
    hint: referred
      ? "It is a record that the call refers to, not one of its own ids. Check the ids in the values."
      : "Search for the record anew; somebody may have deleted it.",
    details: found === null ? {} : { model, ids },
  });
}

function business(message: string, call: Call | null, failure: MakeFailure): Failure {
  const model = /^Object (\S+) doesn't exist$/.exec(message)?.[1];
  if (model !== undefined) return unknownModel(model, failure);
  const text = businessText(message);
  // 14 gives the constraint's human text only where the context has a language.
  if (/^[a-z][a-z0-9]*(_[a-z0-9]+)+$/.test(text)) {
    return failure("E004", text, {
      hint:
        `Odoo told only the name of a constraint: the values break a rule of ${
          call?.model ?? "the model"
        }. A name that ` +
        "ends in _uniq means that such a record exists already; _check that a value is missing or not allowed.",
      details: { constraint: text },
    });
  }
  if (/^Invalid language code: /.test(text)) {
    // 19; 14 takes any language.
    return failure("E004", text, {
      hint: "Set odoo.language to a language that is installed in Odoo, or leave it out: the user's own is taken then.",
    });
  }
  // The same text for a record in use and for one that is not there.
  if (/another model (requires|is using) the record/i.test(text) && call !== null && call.method !== "unlink") {
    return failure("E004", text, {
      hint:
        "Nothing was to be deleted here: a required value is missing, or the values refer to a record that is not there.",
    });
  }
  return failure("E004", text);
}

function database(message: string, failure: MakeFailure): Failure {
  const name = /database "([^"]*)" does not exist/.exec(message)?.[1];
  if (name !== undefined) {
    return failure("E001", `Cannot open database "${name}": this Odoo does not have it.`, {
      hint: "Set odoo.database to the database's exact name; on Odoo Online it is the first part of the address.",
      details: { reason: "database" },
    });
  }
  return failure("E001", "Cannot reach Odoo's database: Odoo answers, but PostgreSQL behind it does not.", {
    hint: "Check that PostgreSQL runs and has free connections, or try again in a while.",
    retryable: true,
  });
}

const LEAKS =
  /\b(SELECT|INSERT INTO|UPDATE|DELETE FROM)\b.*\b(FROM|VALUES|SET|WHERE)\b|(^|[\s"'(])\/\w+\/[\w.-]+|\bFile "|\b[A-Z]:\\/;

/** What went wrong inside Odoo: the class, and the first line of its text where that tells nothing of the server. */
function inside({ name, message }: Fault): string {
  const line = message.split("\n", 1)[0]!.trim().replace(/\.$/, "");
  const tells = line !== "" && line.length <= 300 && !name.startsWith("psycopg2.") && !LEAKS.test(line);
  return `an error inside Odoo (${shortName(name)}${tells ? `: ${line}` : ""})`;
}
