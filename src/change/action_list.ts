/** An action of Odoo's own applications that agents may run, and what it does in a person's words. */
export interface DefaultAction {
  model: string;
  action: string;
  does: string;
}

/**
 * The actions that may be run without any setting: the buttons of everyday documents on 14 to 19. Those a version does not
 * have answer `E005`. What is not here needs `actions.allow`.
 */
export const DEFAULT_ACTIONS: readonly DefaultAction[] = [
  { model: "*", action: "action_archive", does: "archive" },
  { model: "*", action: "action_unarchive", does: "bring back from the archive" },
  { model: "sale.order", action: "action_confirm", does: "confirm the quotation; deliveries may be created" },
  { model: "sale.order", action: "action_quotation_sent", does: "mark as sent" },
  { model: "sale.order", action: "action_cancel", does: "cancel, with its open deliveries" },
  { model: "sale.order", action: "action_draft", does: "set back to quotation" },
  { model: "sale.order", action: "action_done", does: "lock" },
  { model: "sale.order", action: "action_lock", does: "lock" },
  { model: "sale.order", action: "action_unlock", does: "unlock" },
  { model: "purchase.order", action: "button_confirm", does: "confirm; receipts may be created" },
  { model: "purchase.order", action: "button_approve", does: "approve" },
  { model: "purchase.order", action: "button_cancel", does: "cancel" },
  { model: "purchase.order", action: "button_draft", does: "set back to draft" },
  { model: "purchase.order", action: "button_done", does: "lock" },
  { model: "purchase.order", action: "button_lock", does: "lock" },
  { model: "purchase.order", action: "button_unlock", does: "unlock" },
  { model: "account.move", action: "action_post", does: "post to the books; its number is drawn for good" },
  { model: "account.move", action: "button_draft", does: "set back to draft" },
  { model: "account.move", action: "button_cancel", does: "cancel" },
  { model: "account.move", action: "action_reverse", does: "begin a credit note" },
  { model: "account.move", action: "action_register_payment", does: "begin a payment" },
  { model: "account.payment", action: "action_post", does: "post to the books" },
  { model: "account.payment", action: "action_draft", does: "set back to draft" },
  { model: "account.payment", action: "action_cancel", does: "cancel" },
  { model: "account.payment", action: "action_validate", does: "mark as paid" },
  { model: "stock.picking", action: "action_confirm", does: "mark as to do" },
  { model: "stock.picking", action: "action_assign", does: "reserve what is in stock" },
  { model: "stock.picking", action: "button_validate", does: "validate; stock moves for good" },
  { model: "stock.picking", action: "action_cancel", does: "cancel" },
  { model: "stock.picking", action: "do_unreserve", does: "give up what is reserved" },
  { model: "stock.quant", action: "action_apply_inventory", does: "apply the counted quantity" },
  { model: "crm.lead", action: "action_set_won", does: "mark as won" },
  { model: "crm.lead", action: "action_set_won_rainbowman", does: "mark as won" },
  { model: "crm.lead", action: "action_set_lost", does: "mark as lost" },
  { model: "crm.lead", action: "toggle_active", does: "restore a lost one" },
  { model: "mail.activity", action: "action_done", does: "mark as done" },
  { model: "mail.activity", action: "action_feedback", does: "mark as done with feedback" },
  { model: "mrp.production", action: "action_confirm", does: "confirm" },
  { model: "mrp.production", action: "action_assign", does: "reserve components" },
  { model: "mrp.production", action: "button_plan", does: "plan work orders" },
  { model: "mrp.production", action: "button_mark_done", does: "mark as done; stock moves for good" },
  { model: "mrp.production", action: "action_cancel", does: "cancel" },
  { model: "hr.leave", action: "action_confirm", does: "submit" },
  { model: "hr.leave", action: "action_approve", does: "approve" },
  { model: "hr.leave", action: "action_validate", does: "approve finally" },
  { model: "hr.leave", action: "action_refuse", does: "refuse" },
  { model: "hr.leave", action: "action_draft", does: "set back to draft" },
  { model: "hr.expense.sheet", action: "action_submit_sheet", does: "submit" },
  { model: "hr.expense.sheet", action: "approve_expense_sheets", does: "approve" },
  { model: "project.task", action: "action_assign_to_me", does: "assign to the current user" },
  { model: "event.registration", action: "action_confirm", does: "confirm" },
  { model: "event.registration", action: "action_set_done", does: "mark as attended" },
  { model: "event.registration", action: "action_cancel", does: "cancel" },
  { model: "repair.order", action: "action_validate", does: "confirm" },
  { model: "repair.order", action: "action_repair_start", does: "start" },
  { model: "repair.order", action: "action_repair_end", does: "end" },
  { model: "repair.order", action: "action_repair_cancel", does: "cancel" },
];

/** {@link DEFAULT_ACTIONS} as patterns over `model.method`, for a policy's list of allowed actions. */
export const DEFAULT_ACTION_PATTERNS: readonly string[] = DEFAULT_ACTIONS.map(({ model, action }) =>
  `${model}.${action}`
);

/** The default actions that are written for one model. */
export function defaultActionsOf(model: string): DefaultAction[] {
  return DEFAULT_ACTIONS.filter((one) => one.model === model);
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
