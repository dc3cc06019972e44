/**
 * The floor: what no setting opens. Data with reasons; `policy.ts` applies it. Odoo's own access rights stand behind it,
 * but an API key often belongs to someone who may do all of this.
 */

/** Models of the floor, as a pattern over the model's name. */
export interface FloorModel {
  pattern: string;
  /** What is refused: everything, or only changing it (`write` and `act`). */
  refuses: "everything" | "changing";
  why: string;
}

/** Models that are read and written like any other although a pattern of {@link FLOOR_MODELS} covers them. */
export const OFF_THE_FLOOR: readonly string[] = [
  "ir.attachment", // Odoo checks the record it hangs on
  "ir.filters", // a user's saved searches
  "ir.exports",
  "ir.exports.line",
];

/** Checked in this order: the first that fits gives the reason. */
export const FLOOR_MODELS: readonly FloorModel[] = [
  { pattern: "ir.config_parameter", refuses: "everything", why: "it holds the database's secrets" },
  { pattern: "res.config*", refuses: "everything", why: "it holds credentials, and applying it installs modules" },
  { pattern: "res.users.apikeys*", refuses: "everything", why: "it holds credentials" },
  { pattern: "res.users.identitycheck", refuses: "everything", why: "it holds a password" },
  { pattern: "res.users.deletion", refuses: "everything", why: "it deletes users" },
  { pattern: "change.password.*", refuses: "everything", why: "it holds passwords" },
  { pattern: "auth*totp*", refuses: "everything", why: "it holds credentials" },
  { pattern: "auth*passkey*", refuses: "everything", why: "it holds credentials" },
  { pattern: "ir.mail_server", refuses: "everything", why: "it holds credentials of mail servers" },
  { pattern: "fetchmail.server", refuses: "everything", why: "it holds credentials of mail servers" },
  { pattern: "payment.acquirer*", refuses: "everything", why: "it holds credentials of payment providers" },
  { pattern: "payment.provider*", refuses: "everything", why: "it holds credentials of payment providers" },
  { pattern: "sale.payment.*", refuses: "everything", why: "it holds credentials of payment providers" },
  { pattern: "payment.token", refuses: "everything", why: "whoever holds it can charge a customer's card" },
  { pattern: "payment.link.wizard", refuses: "everything", why: "it hands out access tokens" },
  { pattern: "portal.share", refuses: "everything", why: "it hands out access tokens" },
  { pattern: "iap.account", refuses: "everything", why: "it holds credentials of paid services" },
  { pattern: "*.credentials", refuses: "everything", why: "it holds credentials" },
  { pattern: "base.external.dbsource", refuses: "everything", why: "it holds credentials and runs SQL" },
  { pattern: "bus.*", refuses: "everything", why: "it carries other people's notifications" },
  { pattern: "ir.*", refuses: "changing", why: "it is Odoo's own machinery: code, rights, views, jobs" },
  { pattern: "base", refuses: "changing", why: "it is Odoo's own machinery" },
  { pattern: "base.*", refuses: "changing", why: "it changes modules, languages, automations or merges records" },
  { pattern: "base_import.*", refuses: "changing", why: "it imports past the checks of values" },
  { pattern: "res.groups*", refuses: "changing", why: "it decides who may do what" },
  { pattern: "auth.oauth.provider", refuses: "changing", why: "it decides who can log in" },
  { pattern: "portal.wizard*", refuses: "changing", why: "it creates users" },
  { pattern: "wizard.ir.*", refuses: "changing", why: "it is Odoo's own machinery" },
  { pattern: "reset.view.*", refuses: "changing", why: "it is Odoo's own machinery" },
  { pattern: "queue.job*", refuses: "changing", why: "it runs methods on the server" },
  { pattern: "mail.template*", refuses: "changing", why: "its text is evaluated on the server" },
  { pattern: "sms.template*", refuses: "changing", why: "its text is evaluated on the server" },
  { pattern: "mail.message*", refuses: "changing", why: "messages could be forged; only posting writes them" },
  { pattern: "mail.mail", refuses: "changing", why: "it sends mail past the messaging tools" },
  { pattern: "mail.notification", refuses: "changing", why: "it is the record of what was sent" },
  { pattern: "mail.tracking.value", refuses: "changing", why: "it is the history of changes" },
  { pattern: "mail.alias*", refuses: "changing", why: "it decides where incoming mail goes" },
];

/** Models of which records may be changed but neither created nor deleted. */
export const FLOOR_POPULATIONS: readonly { model: string; why: string }[] = [
  { model: "res.users", why: "it decides who can log in" },
];

/** Fields of any model, read or written, as patterns over the field's name: secrets and what opens like one. */
export const SECRET_FIELDS: readonly string[] = [
  "*password*",
  "*passwd*",
  "*passphrase*",
  "pwd",
  "*_pwd",
  "*_pass",
  "pin",
  "*secret*",
  "*token*",
  "*apikey*",
  "*api_key*",
  "*access_key*",
  "*private_key*",
  "*encryption_key*",
  "*credential*",
  "*totp*",
  "*hmac*",
  "signup_url", // carries the token
];

/** Names that only look like {@link SECRET_FIELDS}. */
export const NOT_SECRET: readonly string[] = [
  "*secretar*",
  "delay_pass", // purchase.report: days to receive
  "totp_enabled",
  "*token_count",
];

/** Fields that can be read but decide who may do what, as patterns over `model.field`. */
export const FLOOR_WRITTEN_FIELDS: readonly { pattern: string; why: string }[] = [
  { pattern: "res.users.group*", why: "it grants rights" },
  { pattern: "res.users.*_group*", why: "it grants rights" },
  { pattern: "res.users.role*", why: "it grants rights" },
  { pattern: "res.users.login", why: "it is a credential" },
  { pattern: "res.users.oauth_*", why: "it is a credential" },
  { pattern: "res.users.active", why: "it decides who can log in" },
  { pattern: "res.users.share", why: "it decides who can log in" },
  { pattern: "res.users.company_id", why: "it grants access to a company" },
  { pattern: "res.users.company_ids", why: "it grants access to companies" },
  { pattern: "res.users.partner_id", why: "it decides whose mail resets the password" },
  { pattern: "res.users.action_id", why: "it decides what the user's next login opens" },
  { pattern: "res.company.user_ids", why: "it grants access to a company" },
  { pattern: "res.partner.user_ids", why: "it hands a user to another person" },
  { pattern: "ir.attachment.store_fname", why: "it names a file of the server" },
  { pattern: "ir.attachment.db_datas", why: "it goes past the checks of an attachment's content" },
];
