import type { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";
import { businessText, type MakeFailure } from "./fault_text.ts";

/** Odoo refused: a right, a record rule, a field's groups, a company, or a private method. Details name them. */
export function accessFailure(message: string, failure: MakeFailure): Failure {
  if (message.startsWith("Private methods (such as")) {
    return failure("E003", message, {
      hint: "Odoo takes no outside calls of methods that begin with _ or are marked private. Use a public method.",
    });
  }
  if (message.startsWith("Database fetch misses ids")) {
    // 14, for ids sent as texts.
    return failure("E004", "Cannot read the records: their ids are not whole numbers.", {
      hint: "Send ids as numbers.",
    });
  }
  const text = plainly(businessText(message));
  const details = whatIsNamed(text);
  if (/compan(y|ies)/i.test(text) && details["groups"] === undefined) {
    return failure("E003", text, {
      hint:
        "The records belong to another company: choose one the user may work in, or have it allowed in the user's record.",
      details,
    });
  }
  const groups = details["groups"];
  return failure("E003", text, {
    hint: Array.isArray(groups)
      ? `An administrator can grant it through one of these groups: ${groups.join("; ")}.`
      : "A record rule or a missing right; an administrator can change either.",
    details,
  });
}

const JOKE = /^Uh-oh! Looks like you have stumbled upon some top-secret records\.\s+/;
const COOKIES =
  /\n*If you really, really need access, perhaps you can win over your friendly administrator with a batch of freshly baked cookies\./;

/**
 * 16 to 19 joke about a refusal, and tell some users the names of records they may not see. What is kept: who, which
 * operation, which document type and ids, which rules, what it says of companies. Other texts pass as they are.
 */
function plainly(text: string): string {
  if (!JOKE.test(text)) return text;
  return text
    .replace(JOKE, "")
    .replace(COOKIES, "")
    .replace(/^Sorry, (.+) doesn't have '(\w+)' access to:/, "$1 doesn't have '$2' access to:")
    .replace(/^(- .+?), .* (\([\w.]+: \d+(, company=.*)?\))$/gm, "$1 $2")
    .replace("Blame the following rules:", "Refused by these rules:")
    .replace(/ Switching company may help - in Odoo, not in real life!/, " Switching company may help.")
    .trim();
}

/** Names in the texts of 14 and 19 (English; others just keep their text): model, operation, field, groups. */
function whatIsNamed(text: string): JsonObject {
  const details: JsonObject = {};
  const model = /\(([a-z_]\w*(?:\.\w+)+)\b/.exec(text)?.[1];
  if (model !== undefined) details["model"] = model;
  const operation = /^Operation: (\w+)$/m.exec(text)?.[1] ?? /doesn't have '(\w+)' access/.exec(text)?.[1] ??
    VERBS[/^You are not allowed to (\w+)/.exec(text)?.[1] ?? ""];
  if (operation !== undefined) details["operation"] = operation;
  const fields = [
    ...text.matchAll(/access the field "(\w+)"/g),
    ...text.matchAll(/^- (\w+) \(allowed for groups/gm),
  ].map(([, field = ""]) => field);
  if (fields.length > 0) details["fields"] = fields;
  const groups = [
    ...[...text.matchAll(/^\t- (.+)$/gm)].map(([, group = ""]) => group),
    ...[...text.matchAll(/allowed for groups ((?:'[^'\n]*'(?:, )?)+)/g)]
      .flatMap(([, list = ""]) => [...list.matchAll(/'([^']*)'/g)].map(([, group = ""]) => group)),
  ];
  if (groups.length > 0) details["groups"] = [...new Set(groups)];
  return details;
}

const VERBS: Record<string, string> = { access: "read", modify: "write", create: "create", delete: "unlink" };
