import { access, SETTINGS, USER } from "../access.ts";
import type { Row } from "../database.ts";
import { userError, wrongParameter } from "../fault.ts";
import { boolean, char, datetime, html, integer, many2many, many2one, one2many, selection } from "../field.ts";
import { findExternalId } from "../external_id.ts";
import type { Environment, FieldDefinition, ModelDefinition, RecordMethod } from "../model.ts";
import { format } from "../period.ts";
import { displayName, modelOf, rowOf, rowsOf } from "../value.ts";

/** The messages on records of a model, and who follows them. */
export function messages(model: string): Record<string, FieldDefinition> {
  return {
    message_ids: one2many("mail.message", "res_id", "Messages", {
      compute: (row, env) =>
        [...rowsOf(env, "mail.message")].filter((one) => one.model === model && one.res_id === row.id)
          .map(({ id }) => id).reverse(),
    }),
    message_partner_ids: many2many("res.partner", "Followers (Partners)", {
      readonly: true,
      searchable: true,
      store: false,
      compute: (row, env) => followersOf(env, model, row.id).map((one) => Number(one.partner_id)),
    }),
  };
}

/** Messages, and what kinds of them people follow. */
export const MESSAGE_MODELS: ModelDefinition[] = [
  {
    model: "mail.message",
    label: "Message",
    order: "id desc",
    access: access([USER], [USER]),
    displayName: (row) => String(row.record_name || row.subject || `mail.message,${row.id}`),
    nameSearch: ["record_name"],
    fields: {
      subject: char("Subject"),
      date: datetime("Date", { default: (env) => format(env.now) }),
      body: html("Contents", { default: "" }),
      message_type: selection("Type", ["email:Email", "comment:Comment", "notification:System notification"], {
        required: true,
        default: "email",
      }),
      subtype_id: many2one("mail.message.subtype", "Subtype", { ondelete: "set null" }),
      model: char("Related Document Model"),
      res_id: { ...integer("Related Document ID"), type: "many2one_reference" },
      record_name: char("Message Record Name"),
      author_id: many2one("res.partner", "Author", { ondelete: "set null" }),
      email_from: char("From"),
      partner_ids: many2many("res.partner", "Recipients"),
    },
  },
  {
    model: "mail.message.subtype",
    label: "Message subtypes",
    order: "sequence, id",
    access: access([USER], [SETTINGS]),
    fields: {
      name: char("Message Type", { required: true, translate: true }),
      internal: boolean("Internal Only"),
      sequence: integer("Sequence", { default: 1 }),
    },
  },
  {
    model: "mail.followers",
    label: "Document Followers",
    order: "id",
    access: access([USER], [SETTINGS]),
    displayName: (row) => `mail.followers,${row.id}`,
    fields: {
      res_model: char("Related Document Model Name", { required: true }),
      res_id: { ...integer("Related Document ID"), type: "many2one_reference" },
      partner_id: many2one("res.partner", "Related Partner", { ondelete: "cascade" }),
      subtype_ids: many2many("mail.message.subtype", "Subtype"),
    },
  },
];

/** Posts on one record; its author follows it from then on. */
export function messagePost(model: string): RecordMethod {
  return (env, ids, { body = "", subject = false, message_type = "notification", subtype_xmlid, partner_ids = [] }) => {
    const [id] = ids;
    if (id === undefined || ids.length !== 1) throw userError(`Expected singleton: ${model}(${ids.join(", ")})`);
    const texts = [body, subject, message_type].every((value) => typeof value === "string" || value === false);
    const named = Array.isArray(partner_ids) && partner_ids.every((one) => rowOf(env, "res.partner", Number(one)));
    if (!texts || !named) throw wrongParameter("message_post() got an unexpected value");
    const subtype = findExternalId(env, typeof subtype_xmlid === "string" ? subtype_xmlid : "mail.mt_note")?.res_id;
    const author = rowOf(env, "res.users", env.uid)!.partner_id!;
    const definition = modelOf(env, model);
    if (followersOf(env, model, id).every((one) => one.partner_id !== author)) {
      const comment = findExternalId(env, "mail.mt_comment")?.res_id;
      env.database.insert("mail.followers", {
        res_model: model,
        res_id: id,
        partner_id: author,
        subtype_ids: typeof comment === "number" ? [comment] : [],
      });
    }
    const now = format(env.now);
    return env.database.insert("mail.message", {
      body: cleaned(String(body || "")),
      subject: subject as string | false,
      message_type: String(message_type),
      subtype_id: subtype ?? false,
      model,
      res_id: id,
      record_name: displayName(env, definition, rowOf(env, model, id)!),
      author_id: author,
      email_from: rowOf(env, "res.partner", author)?.email ?? false,
      partner_ids: partner_ids.map(Number),
      ...{ date: now, create_uid: env.uid, create_date: now, write_uid: env.uid, write_date: now },
    });
  };
}

/** Bare text stands in a paragraph, and nothing that could run is kept. */
function cleaned(body: string): string {
  const safe = body.replace(/<(script|style)\b[\s\S]*?<\/\1\s*>/gi, "");
  return /^\s*</.test(safe) ? safe : `<p>${safe}</p>`;
}

function followersOf(env: Environment, model: string, id: number): Row[] {
  return [...rowsOf(env, "mail.followers")].filter((one) => one.res_model === model && one.res_id === id);
}
