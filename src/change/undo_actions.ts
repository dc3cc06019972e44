import type { JsonObject } from "../lib/json.ts";

/** How an action is taken back. */
export interface Inverse {
  model: string;
  action: string;
  /** Only from these states; from any where absent. */
  from?: readonly string[];
  /** Actions that lead back, in order. */
  by?: readonly string[];
  /** Fields whose old values are written back, where the model has them. */
  write?: readonly string[];
  /** Goes with each call: keeps Odoo from asking in a dialog. */
  context?: JsonObject;
  /** What stands against it once it has happened: a domain over the records, and its meaning. */
  unless?: readonly { path: string; values: readonly string[]; why: string }[];
  /** How to get anew what it did beside the record, where it opened a wizard and somebody stops there. */
  renew?: string;
  /** What stays all the same. */
  remains: string;
}

const SALE = { model: "sale.order", context: { disable_cancel_warning: true } };

/** What is no obstacle to leaving a cancelled order: 14 lets go back to a quotation whatever was delivered. */
const SOLD = {
  unless: [
    { path: "picking_ids.state", values: ["done"], why: "goods of it were delivered" },
    { path: "invoice_ids.state", values: ["posted"], why: "an invoice of it was posted" },
  ],
};

const PURCHASE = { model: "purchase.order" };

const BOUGHT = {
  unless: [
    { path: "picking_ids.state", values: ["done"], why: "goods of it were received" },
    { path: "invoice_ids.state", values: ["posted"], why: "a bill of it was posted" },
  ],
};

const PAID = [{ path: "payment_state", values: ["in_payment", "paid", "partial", "reversed"], why: "it was paid" }];

/**
 * Actions with a known way back, on 14 to 19. What is not here has none: a validated delivery has moved stock for good, a
 * done activity is gone, a sent mail is out.
 */
export const INVERSES: readonly Inverse[] = [
  { model: "*", action: "action_archive", by: ["action_unarchive"], remains: "" },
  { model: "*", action: "action_unarchive", by: ["action_archive"], remains: "" },
  {
    ...SALE,
    ...SOLD,
    action: "action_confirm",
    by: ["action_cancel", "action_draft"],
    remains: "deliveries and draft invoices it made are cancelled, not deleted; mails it sent stay sent",
  },
  { ...SALE, ...SOLD, action: "action_quotation_sent", by: ["action_cancel", "action_draft"], remains: "" },
  {
    ...SALE,
    action: "action_cancel",
    from: ["draft"],
    by: ["action_draft"],
    remains: "",
  },
  {
    ...SALE,
    action: "action_cancel",
    by: ["action_draft"],
    renew: "cancel the order, then action_draft and action_confirm make new deliveries of what is open",
    remains: "it is a quotation again: its deliveries stay cancelled until it is confirmed anew",
  },
  { ...SALE, action: "action_draft", from: ["cancel"], by: ["action_cancel"], remains: "" },
  { ...SALE, action: "action_done", by: ["action_unlock"], remains: "" },
  { ...SALE, action: "action_lock", by: ["action_unlock"], remains: "" },
  {
    ...PURCHASE,
    ...BOUGHT,
    action: "button_confirm",
    by: ["button_cancel", "button_draft"],
    remains: "receipts it made are cancelled, not deleted; mails it sent stay sent",
  },
  { ...PURCHASE, action: "button_cancel", from: ["draft"], by: ["button_draft"], remains: "" },
  {
    ...PURCHASE,
    action: "button_cancel",
    by: ["button_draft"],
    remains: "it is a draft again: its receipts stay cancelled until it is confirmed anew",
  },
  { ...PURCHASE, action: "button_draft", from: ["cancel"], by: ["button_cancel"], remains: "" },
  { ...PURCHASE, action: "button_done", by: ["button_unlock"], remains: "" },
  { ...PURCHASE, action: "button_lock", by: ["button_unlock"], remains: "" },
  {
    model: "account.move",
    action: "action_post",
    by: ["button_draft"],
    unless: PAID,
    remains: "the number it drew stays with it",
  },
  { model: "account.move", action: "button_draft", from: ["posted"], by: ["action_post"], remains: "" },
  { model: "account.move", action: "button_draft", from: ["cancel"], by: ["button_cancel"], remains: "" },
  { model: "account.move", action: "button_cancel", from: ["draft"], by: ["button_draft"], remains: "" },
  {
    model: "account.payment",
    action: "action_post",
    by: ["action_draft"],
    remains: "the number it drew stays with it; invoices it was matched with are open again",
  },
  { model: "account.payment", action: "action_draft", from: ["posted"], by: ["action_post"], remains: "" },
  { model: "account.payment", action: "action_cancel", from: ["draft"], by: ["action_draft"], remains: "" },
  { model: "stock.picking", action: "action_assign", by: ["do_unreserve"], remains: "" },
  { model: "stock.picking", action: "do_unreserve", by: ["action_assign"], remains: "" },
  { model: "hr.leave", action: "action_refuse", from: ["draft"], by: ["action_draft"], remains: "" },
  {
    model: "crm.lead",
    action: "action_set_won",
    write: ["stage_id", "probability", "active"],
    remains: "messages about it stay in its history",
  },
  {
    model: "crm.lead",
    action: "action_set_won_rainbowman",
    write: ["stage_id", "probability", "active"],
    remains: "messages about it stay in its history",
  },
  {
    model: "crm.lead",
    action: "action_set_lost",
    write: ["active", "probability", "lost_reason", "lost_reason_id"],
    remains: "",
  },
  { model: "crm.lead", action: "toggle_active", write: ["active", "probability"], remains: "" },
  { model: "project.task", action: "action_assign_to_me", write: ["user_id", "user_ids"], remains: "" },
];

/** The way back from an action that began in a state; null where there is none. */
export function inverseOf(model: string, action: string, state: unknown): Inverse | null {
  return INVERSES.find((one) =>
    (one.model === model || one.model === "*") && one.action === action &&
    (one.from === undefined || (typeof state === "string" && one.from.includes(state)))
  ) ?? null;
}

/** Fields that must be read before and after an action for its way back. */
export function inverseFields(model: string, action: string): string[] {
  const all = INVERSES.filter((one) => (one.model === model || one.model === "*") && one.action === action);
  return [...new Set(all.flatMap(({ write }) => write ?? []))];
}
