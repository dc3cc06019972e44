import { Failure } from "../lib/failure.ts";
import type { Fields, Odoo } from "../odoo/mod.ts";
import { readModels } from "./models.ts";
import { mayDo } from "./rights.ts";

/** Odoo's main applications by the module people name them by, and the model each stands or falls with. */
const APPS: readonly (readonly [app: string, model: string])[] = [
  ["sale", "sale.order"],
  ["crm", "crm.lead"],
  ["account", "account.move"],
  ["purchase", "purchase.order"],
  ["stock", "stock.picking"],
  ["mrp", "mrp.production"],
  ["project", "project.task"],
  ["hr", "hr.employee"],
  ["hr_holidays", "hr.leave"],
  ["hr_expense", "hr.expense"],
  ["hr_recruitment", "hr.applicant"],
  ["helpdesk", "helpdesk.ticket"],
  ["point_of_sale", "pos.order"],
  ["website_sale", "product.public.category"],
  ["event", "event.event"],
  ["fleet", "fleet.vehicle"],
  ["maintenance", "maintenance.equipment"],
  ["repair", "repair.order"],
  ["sign", "sign.request"],
  ["documents", "documents.document"],
  ["subscription", "sale.subscription"],
];

/** Of so many it is asked one by one where the user may not list models. */
const ASKED = 8;

/** What was found by asking one by one; kept as long as the fields, because a refusal is in no cache. */
const kept = new WeakMap<Fields, string[]>();

/**
 * The main applications that are there, told by which models exist: ordinary users may read neither the list of modules
 * (14 and 19) nor, on 19, that of models; there the first few are asked for one by one.
 */
export async function readApps(odoo: Odoo): Promise<string[]> {
  const models = await readModels(odoo);
  if (models !== null) {
    const names = new Set(models.map(({ name }) => name));
    return APPS.filter(([, model]) => names.has(model)).map(([app]) => app);
  }
  const key = await odoo.fields("res.company").catch(orNull);
  const known = key === null ? undefined : kept.get(key);
  if (known !== undefined) return known;
  const asked = await Promise.all(
    APPS.slice(0, ASKED).map(async ([app, model]) => {
      return await mayDo(odoo, model, "read").catch(orNull) === true ? [app] : [];
    }),
  );
  if (key !== null) kept.set(key, asked.flat());
  return asked.flat();
}

function orNull(error: unknown): null {
  if (error instanceof Failure && !error.retryable) return null;
  throw error;
}
