import type { Field, Fields } from "../odoo/mod.ts";
import type { Views } from "./view_read.ts";

/** How much a type tells a reader who sees only a dozen fields. Types that are absent are never shown unasked. */
const TYPES: Record<string, number> = {
  many2one: 30,
  selection: 28,
  monetary: 28,
  date: 26,
  datetime: 22,
  char: 18,
  float: 16,
  reference: 12,
  integer: 8,
  boolean: 4,
  text: 2,
  html: 0,
};

/** Names that matter in every business model, with how much. The first that fits counts. */
const NAMES: [RegExp, number][] = [
  [/^(state|stage_id|status|payment_state)$/, 45],
  [/^partner_id$/, 40],
  [/^(amount_total|list_price|expected_revenue|price_unit|price_subtotal|product_id|order_id|move_id)$/, 36],
  [/^(user_id|employee_id|project_id|date_order|invoice_date|date|login|department_id|job_id)$/, 30],
  [/^(email|phone|work_email|work_phone|email_from|is_company|city|date_deadline|scheduled_date|default_code)$/, 34],
  [/^(categ_id|probability|product_uom_qty|quantity|qty_available|planned_hours|allocated_hours|unit_amount)$/, 24],
  [/^(country_id|ref|code|parent_id|vat|move_type|invoice_date_due|priority)$/, 22],
  [/^(amount_untaxed|amount_residual|amount_tax|standard_price|debit|credit|balance|account_id|journal_id)$/, 20],
  [/^(mobile|job_title|barcode|origin|location_id|location_dest_id|picking_type_id|invoice_status|type|team_id)$/, 12],
  [/^(company_id|currency_id|active)$/, -30],
  [/_signed$/, -4],
  [/_(date|total|price|status|state|qty|quantity)$/, 10],
  [/^(date|amount|price|total|qty)_/, 8],
];

/** Noise: kept by Odoo for itself, for its web client or its mail threads. */
const NOISE = new RegExp(
  [
    "^(id|display_name|name|complete_name|__last_update|create_uid|create_date|write_uid|write_date|sequence|color|lang|tz)$",
    "^(message_|activity_|my_activity|rating_|website_|access_|signup_|image|avatar|has_message|partner_gid|property_)",
    "^(is_blacklisted|phone_blacklisted|mobile_blacklisted|additional_info|parent_path|lft|rgt|res_model|res_id|kanban_state)",
    "^(sel_groups_|in_group_|can_image_|combination_indices|notification_type|odoobot_|l10n_|is_seo|seo_|campaign_id|medium_id|source_id|commercial_|company_(name|registry)|contact_address|tz_offset|color_)",
    "_(sanitized|normalized|formatted|html|count|counter|ids|blacklisted|currency_rate|rate|warn|msg|message|latitude|longitude|uid)$",
    "(password|token|secret|api_key|oauth|hash|signature|totp|uuid)",
  ].join("|"),
);

/**
 * Fields by use, the best first: those required, states, relations that lead to business, dates, amounts, ways to reach
 * somebody; and where the views are known, those that people see. Only stored ones (inherited ones count) without content
 * of unbounded size (binaries, x2many), and none of Odoo's own book-keeping.
 */
export function rankFields(fields: Fields, views: Views | null = null): Field[] {
  const seen = views === null ? null : seenScores(views);
  return [...fields.values()]
    .filter((field) => isColumn(field) && Object.hasOwn(TYPES, field.type) && !isNoise(field))
    .map((field) => ({ field, score: score(field) + (seen === null ? 0 : seen.get(field.name) ?? UNSEEN) }))
    .sort((a, b) => b.score - a.score || (a.field.name < b.field.name ? -1 : 1))
    .map(({ field }) => field);
}

/** What no view shows serves Odoo itself; the names that matter everywhere stay (an order's state is often only a colour). */
const UNSEEN = -16;

/** How much it counts that people see a field: in the list most of all, in the form the more the further up. */
function seenScores({ list, optional, form }: Views): Map<string, number> {
  const scores = new Map<string, number>();
  const add = (name: string, points: number) => scores.set(name, (scores.get(name) ?? 0) + points);
  for (const name of list) add(name, 24);
  for (const name of optional) add(name, 8);
  form.forEach((name, at) => add(name, Math.max(2, 14 - at / 2)));
  return scores;
}

/** Whether Odoo keeps a field for itself, its web client or its mail threads. */
export function isNoise(field: Field): boolean {
  return NOISE.test(field.name);
}

/** Stored, or inherited from a record that stores it (a user's e-mail is its partner's): Odoo can sort and group by these. */
export function isColumn(field: Field): boolean {
  return field.stored || field.sortable;
}

function score(field: Field): number {
  const named = NAMES.find(([pattern]) => pattern.test(field.name))?.[1] ?? 0;
  // A required flag has a default and hardly ever tells anything.
  const required = field.required && field.type !== "boolean" && named >= 0 ? 14 : 0;
  const technical = /^(ir|mail|bus|base|digest|utm)\./.test(field.relation ?? "") ? -40 : 0;
  // Plain names belong to the model's heart; long ones to a module that was added.
  return TYPES[field.type]! + named + required + technical - field.name.length / 2;
}
