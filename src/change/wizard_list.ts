import type { DefaultAction } from "./default_action.ts";

/**
 * The buttons of wizards that everyday actions open, on 14 to 19. Wizards that send mail by themselves (composers, "send
 * and print") are not here: messages have tools of their own.
 */
export const WIZARD_ACTIONS: readonly DefaultAction[] = [
  { model: "stock.immediate.transfer", action: "process", does: "deliver everything", tells: ["mail", "valuation"] },
  {
    model: "stock.backorder.confirmation",
    action: "process",
    does: "deliver what is done, the rest later",
    tells: ["mail", "valuation"],
  },
  {
    model: "stock.backorder.confirmation",
    action: "process_cancel_backorder",
    does: "deliver what is done, cancel the rest",
    tells: ["mail", "valuation"],
  },
  {
    model: "confirm.stock.sms",
    action: "send_sms",
    does: "validate, with a text message to the customer",
    tells: ["mail", "valuation"],
  },
  {
    model: "confirm.stock.sms",
    action: "dont_send_sms",
    does: "validate without a text message, and switch these messages off for the whole company",
    tells: ["mail", "valuation"],
    leaves:
      "Text messages on delivery are switched off for the whole company now; Inventory's settings switch them on.",
  },
  { model: "sale.advance.payment.inv", action: "create_invoices", does: "create a draft invoice" },
  { model: "sale.order.cancel", action: "action_cancel", does: "cancel the order" },
  {
    model: "sale.order.cancel",
    action: "action_send_mail_and_cancel",
    does: "cancel the order and write to the customer",
    tells: ["mail"],
  },
  { model: "sale.mass.cancel.orders", action: "action_mass_cancel", does: "cancel the orders" },
  { model: "crm.lead.lost", action: "action_lost_reason_apply", does: "mark as lost" },
  { model: "crm.lead2opportunity.partner", action: "action_apply", does: "convert the lead" },
  { model: "account.payment.register", action: "action_create_payments", does: "pay", tells: ["entries"] },
  { model: "account.move.reversal", action: "reverse_moves", does: "create the credit note" },
  { model: "account.move.reversal", action: "refund_moves", does: "create the credit note" },
  { model: "account.move.reversal", action: "modify_moves", does: "create the credit note and a new draft" },
  { model: "validate.account.move", action: "validate_move", does: "post to the books", tells: ["entries"] },
  { model: "stock.return.picking", action: "create_returns", does: "create the return" },
  { model: "stock.return.picking", action: "action_create_returns", does: "create the return" },
  { model: "stock.return.picking", action: "action_create_exchanges", does: "create the return and its exchange" },
  { model: "stock.inventory.adjustment.name", action: "action_apply", does: "apply the count", tells: ["valuation"] },
  { model: "mrp.immediate.production", action: "process", does: "produce everything", tells: ["valuation"] },
  {
    model: "mrp.production.backorder",
    action: "action_backorder",
    does: "record what is produced, the rest later",
    tells: ["valuation"],
  },
  {
    model: "mrp.production.backorder",
    action: "action_close_mo",
    does: "record what is produced, cancel the rest",
    tells: ["valuation"],
  },
  {
    model: "mrp.consumption.warning",
    action: "action_confirm",
    does: "go on with what was consumed",
    tells: ["valuation"],
  },
  { model: "hr.expense.refuse.wizard", action: "expense_refuse_reason", does: "refuse the expense", tells: ["mail"] },
  { model: "hr.expense.refuse.wizard", action: "action_refuse", does: "refuse the expense", tells: ["mail"] },
];
