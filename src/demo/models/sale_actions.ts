import type { Row, Value } from "../database.ts";
import { userError } from "../fault.ts";
import type { Environment, RecordMethod } from "../model.ts";
import { format } from "../period.ts";
import { rowOf } from "../value.ts";

/** The buttons of a sales order, with Odoo 14's answers: most say true, a few nothing. */
export const SALE_ACTIONS: Record<string, RecordMethod> = {
  action_quotation_sent: (env, ids) => {
    if (orders(env, ids).some((order) => order.state !== "draft")) {
      throw userError("Only draft orders can be marked as sent directly.");
    }
    set(env, ids, { state: "sent" });
    return null;
  },
  action_confirm: (env, ids) => {
    if (orders(env, ids).some((order) => order.state === "done" || order.state === "cancel")) {
      throw userError("It is not allowed to confirm an order in the following states: cancel, done");
    }
    set(env, ids, { state: "sale", date_order: format(env.now) });
    return true;
  },
  action_cancel: (env, ids) => {
    set(env, ids, { state: "cancel" });
    return true;
  },
  action_draft: (env, ids) => {
    const back = orders(env, ids).filter((order) => order.state === "cancel" || order.state === "sent");
    set(env, back.map((order) => order.id), { state: "draft" });
    return true;
  },
  action_done: (env, ids) => {
    set(env, ids, { state: "done" });
    return true;
  },
  action_unlock: (env, ids) => {
    set(env, ids, { state: "sale" });
    return null;
  },
};

function orders(env: Environment, ids: number[]): Row[] {
  return ids.map((id) => rowOf(env, "sale.order", id)!);
}

function set(env: Environment, ids: number[], values: Record<string, Value>): void {
  const stamp = { write_uid: env.uid, write_date: format(env.now) };
  for (const id of ids) env.database.update("sale.order", id, { ...values, ...stamp });
}
