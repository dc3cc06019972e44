import type { DefaultAction } from "./default_action.ts";
import type { Fields } from "../odoo/mod.ts";
import { WIZARD_ACTIONS } from "./wizard_list.ts";

/**
 * The actions that may be run without any setting: the buttons of everyday documents on 14 to 19. Those a version does not
 * have answer `E005`. What is not here needs `actions.allow`.
 */
export const DEFAULT_ACTIONS: readonly DefaultAction[] = [
  { model: "*", action: "action_archive", does: "archive", field: "active" },
  { model: "*", action: "action_unarchive", does: "bring back from the archive", field: "active" },
  {
    model: "sale.order",
    action: "action_confirm",
    does: "confirm the quotation; deliveries may be created",
    from: ["draft", "sent"],
    to: "sale",
  },
  { model: "sale.order", action: "action_quotation_sent", does: "mark as sent", from: ["draft"], to: "sent" },
  {
    model: "sale.order",
    action: "action_cancel",
    does: "cancel, with its open deliveries",
    from: ["draft", "sent", "sale"],
    to: "cancel",
  },
  { model: "sale.order", action: "action_draft", does: "set back to quotation", from: ["cancel", "sent"], to: "draft" },
  { model: "sale.order", action: "action_done", does: "lock", noField: "locked", from: ["sale"], to: "done" },
  { model: "sale.order", action: "action_lock", does: "lock", field: "locked", from: ["sale"] },
  { model: "sale.order", action: "action_unlock", does: "unlock", from: ["done"], to: "sale" },
  {
    model: "sale.order",
    action: "create_invoices",
    does: "begin an invoice",
    from: ["sale", "done"],
    opens: "sale.advance.payment.inv",
  },
  {
    model: "purchase.order",
    action: "button_confirm",
    does: "confirm; receipts may be created",
    from: ["draft", "sent"],
    to: "purchase",
  },
  { model: "purchase.order", action: "button_approve", does: "approve", from: ["to approve"], to: "purchase" },
  {
    model: "purchase.order",
    action: "button_cancel",
    does: "cancel",
    from: ["draft", "sent", "to approve", "purchase"],
    to: "cancel",
  },
  { model: "purchase.order", action: "button_draft", does: "set back to draft", from: ["cancel"], to: "draft" },
  { model: "purchase.order", action: "button_done", does: "lock", noField: "locked", from: ["purchase"], to: "done" },
  { model: "purchase.order", action: "button_lock", does: "lock", field: "locked", from: ["purchase"] },
  { model: "purchase.order", action: "button_unlock", does: "unlock", from: ["done"], to: "purchase" },
  {
    model: "account.move",
    action: "action_post",
    does: "post to the books; its number is drawn for good",
    from: ["draft"],
    to: "posted",
    tells: ["entries"],
  },
  { model: "account.move", action: "button_draft", does: "set back to draft", from: ["posted", "cancel"], to: "draft" },
  { model: "account.move", action: "button_cancel", does: "cancel", from: ["draft", "posted"], to: "cancel" },
  { model: "account.move", action: "action_reverse", does: "begin a credit note", from: ["posted"] },
  { model: "account.move", action: "action_register_payment", does: "begin a payment", from: ["posted"] },
  { model: "account.payment", action: "action_post", does: "post to the books", from: ["draft"], tells: ["entries"] },
  {
    model: "account.payment",
    action: "action_draft",
    does: "set back to draft",
    from: ["posted", "cancel", "cancelled", "canceled", "in_process", "paid", "rejected"],
    to: "draft",
  },
  { model: "account.payment", action: "action_cancel", does: "cancel", from: ["draft", "in_process"] },
  { model: "account.payment", action: "action_validate", does: "mark as paid", from: ["in_process"] },
  { model: "stock.picking", action: "action_confirm", does: "mark as to do", from: ["draft"] },
  {
    model: "stock.picking",
    action: "action_assign",
    does: "reserve what is in stock",
    from: ["draft", "waiting", "confirmed", "assigned"],
  },
  {
    model: "stock.picking",
    action: "button_validate",
    does: "validate; stock moves for good",
    from: ["draft", "waiting", "confirmed", "assigned"],
    to: "done",
    tells: ["mail", "valuation"],
  },
  {
    model: "stock.picking",
    action: "act_stock_return_picking",
    does: "begin a return",
    from: ["done"],
    opens: "stock.return.picking",
  },
  {
    model: "stock.picking",
    action: "action_cancel",
    does: "cancel",
    from: ["draft", "waiting", "confirmed", "assigned"],
    to: "cancel",
  },
  {
    model: "stock.picking",
    action: "do_unreserve",
    does: "give up what is reserved",
    from: ["waiting", "confirmed", "assigned"],
  },
  { model: "stock.quant", action: "action_apply_inventory", does: "apply the counted quantity", tells: ["valuation"] },
  { model: "crm.lead", action: "action_set_won", does: "mark as won" },
  { model: "crm.lead", action: "action_set_won_rainbowman", does: "mark as won" },
  { model: "crm.lead", action: "action_set_lost", does: "mark as lost", args: ["lost_reason", "lost_reason_id"] },
  { model: "crm.lead", action: "mark_lost", does: "ask for the reason and mark as lost", opens: "crm.lead.lost" },
  { model: "crm.lead", action: "toggle_active", does: "restore a lost one" },
  { model: "mail.activity", action: "action_done", does: "mark as done" },
  { model: "mail.activity", action: "action_feedback", does: "mark as done with feedback", args: ["feedback"] },
  { model: "mrp.production", action: "action_confirm", does: "confirm", from: ["draft"], to: "confirmed" },
  {
    model: "mrp.production",
    action: "action_assign",
    does: "reserve components",
    from: ["confirmed", "progress", "to_close"],
  },
  {
    model: "mrp.production",
    action: "button_plan",
    does: "plan work orders",
    from: ["confirmed", "progress", "to_close"],
  },
  {
    model: "mrp.production",
    action: "button_mark_done",
    does: "mark as done; stock moves for good",
    from: ["confirmed", "progress", "to_close"],
    to: "done",
    tells: ["valuation"],
  },
  {
    model: "mrp.production",
    action: "action_cancel",
    does: "cancel",
    from: ["draft", "confirmed", "progress", "to_close"],
    to: "cancel",
  },
  { model: "hr.leave", action: "action_confirm", does: "submit", from: ["draft"], to: "confirm", tells: ["mail"] },
  { model: "hr.leave", action: "action_approve", does: "approve", from: ["confirm", "validate1"], tells: ["mail"] },
  {
    model: "hr.leave",
    action: "action_validate",
    does: "approve finally",
    from: ["confirm", "validate1"],
    tells: ["mail"],
  },
  {
    model: "hr.leave",
    action: "action_refuse",
    does: "refuse",
    from: ["confirm", "validate1", "validate"],
    to: "refuse",
    tells: ["mail"],
  },
  { model: "hr.leave", action: "action_draft", does: "set back to draft", from: ["confirm", "refuse"] },
  { model: "hr.expense.sheet", action: "action_submit_sheet", does: "submit", from: ["draft"], tells: ["mail"] },
  { model: "hr.expense.sheet", action: "approve_expense_sheets", does: "approve", from: ["submit"], tells: ["mail"] },
  { model: "project.task", action: "action_assign_to_me", does: "assign to the current user" },
  {
    model: "event.registration",
    action: "action_confirm",
    does: "confirm",
    from: ["draft"],
    to: "open",
    tells: ["mail"],
  },
  { model: "event.registration", action: "action_set_done", does: "mark as attended", from: ["open"], to: "done" },
  { model: "event.registration", action: "action_cancel", does: "cancel", from: ["draft", "open"], to: "cancel" },
  { model: "repair.order", action: "action_validate", does: "confirm", from: ["draft"] },
  {
    model: "repair.order",
    action: "action_repair_start",
    does: "start",
    from: ["confirmed", "ready"],
    to: "under_repair",
  },
  { model: "repair.order", action: "action_repair_end", does: "end", from: ["under_repair"] },
  {
    model: "repair.order",
    action: "action_repair_cancel",
    does: "cancel",
    from: ["draft", "confirmed", "ready", "under_repair"],
    to: "cancel",
  },
];

const ALL = [...DEFAULT_ACTIONS, ...WIZARD_ACTIONS];

/** {@link DEFAULT_ACTIONS} and the buttons of wizards as patterns over `model.method`, for a policy's allowed actions. */
export const DEFAULT_ACTION_PATTERNS: readonly string[] = ALL.map(({ model, action }) => `${model}.${action}`);

/** The default actions that are written for one model; with its fields, those that this Odoo has as far as they tell. */
export function defaultActionsOf(model: string, fields?: Fields): DefaultAction[] {
  return ALL.filter((one) => one.model === model && (fields === undefined || isHere(one, fields)));
}

/** Whether an Odoo whose model has these fields can have the action; versions differ. */
export function isHere({ field, noField }: DefaultAction, fields: Fields): boolean {
  return (field === undefined || fields.has(field)) && (noField === undefined || !fields.has(noField));
}

/** What is known of one default action, those that every model has included. */
export function defaultAction(model: string, action: string): DefaultAction | undefined {
  return ALL.find((one) => one.action === action && (one.model === model || one.model === "*"));
}

/** Public methods that are no actions, as patterns over the method's name, and what does their work instead. */
export const NO_ACTIONS: readonly { pattern: string; instead: string }[] = [
  { pattern: "create", instead: "Use create_record." },
  { pattern: "name_create", instead: "Use create_record." },
  { pattern: "copy", instead: "Read the record, then use create_record." },
  { pattern: "copy_*", instead: "Read the record, then use create_record." },
  { pattern: "write", instead: "Use update_record." },
  { pattern: "update", instead: "Use update_record." },
  { pattern: "load", instead: "Use create_record or update_record." },
  { pattern: "unlink", instead: "Use delete_record." },
  { pattern: "read*", instead: "Use get_record or analytics_query." },
  { pattern: "search*", instead: "Use search_records." },
  { pattern: "export_data", instead: "Use search_records." },
  { pattern: "web_*", instead: "Use the tools for reading and writing." },
  { pattern: "message_*", instead: "Messages have tools of their own." },
  { pattern: "run", instead: "Server actions are not run from here." },
  { pattern: "method_direct_trigger", instead: "Scheduled jobs are not run from here." },
];
