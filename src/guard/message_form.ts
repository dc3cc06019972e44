import type { Json } from "../lib/json.ts";
import type { Call } from "../odoo/mod.ts";

const isText = (value: Json) => typeof value === "string";

/** The parameters of `message_post` that pass, and what they may hold. */
const PARAMETERS: Readonly<Record<string, (value: Json) => boolean>> = {
  body: isText,
  subject: isText,
  body_is_html: (value) => value === true,
  message_type: (value) => value === "comment",
  subtype_xmlid: (value) => value === "mail.mt_note" || value === "mail.mt_comment",
  partner_ids: (value) => Array.isArray(value) && value.every((id) => Number.isInteger(id)),
};

/**
 * Why a `message_post` may not pass, or null. Odoo would let it name another author or sender, hang any file on the
 * message, or mark it as something else than a message of the user.
 */
export function whyNoMessage({ ids, params }: Call): string | null {
  if (ids?.length !== 1) return "it posts to one record at a time";
  if (!isText(params["body"] ?? null)) return "its body is no text";
  if (params["message_type"] === undefined || params["subtype_xmlid"] === undefined) {
    return "it does not say whether it is a note or a message";
  }
  const bad = Object.entries(params).find(([name, value]) => {
    const fits = Object.hasOwn(PARAMETERS, name) ? PARAMETERS[name] : undefined;
    return fits === undefined || !fits(value);
  });
  return bad === undefined ? null : `its ${bad[0]} is none that may be sent`;
}
