import { isObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import { followSteps, type Group, isGroupable } from "./grouping.ts";
import type { Measure } from "./measures.ts";

/** In which currency the amounts of a measure are. */
export type Currency =
  /** All in this one (ISO code). */
  | { kind: "one"; name: string }
  /** As told by the group with this key, asked for or added. */
  | { kind: "group"; key: string }
  /** Nobody can tell; the field that would. */
  | { kind: "unknown"; field: string };

/** The currencies of a question. */
export interface Currencies {
  /** By measure key, for measures of money. */
  of: Map<string, Currency>;
  /** Groups to add so that amounts of different currencies stay apart. */
  groups: Group[];
}

/**
 * Finds how the amounts of different currencies can be told apart. Odoo adds them whatever their currency. One request,
 * cached, where the currency is that of the company and the user has several.
 */
export async function findCurrencies(
  odoo: Odoo,
  model: string,
  groups: readonly Group[],
  measures: readonly Measure[],
): Promise<Currencies> {
  const found: Currencies = { of: new Map(), groups: [] };
  for (const measure of measures) {
    const name = measure.field?.currencyField;
    if (name === undefined || measure.field?.type !== "monetary" || measure.op.startsWith("count")) continue;
    const steps = await currencySteps(odoo, model, measure, name);
    if (steps === null) {
      found.of.set(measure.key, { kind: "unknown", field: name });
      continue;
    }
    const company = isOfCompany(steps) ? await companyCurrency(odoo) : null;
    const key = steps.map((step) => step.name).join(".");
    if (company !== null) found.of.set(measure.key, { kind: "one", name: company });
    else {
      found.of.set(measure.key, { kind: "group", key });
      if (![...groups, ...found.groups].some((group) => group.key === key)) {
        found.groups.push({ key, steps, field: steps.at(-1)!, granularity: null });
      }
    }
  }
  return found;
}

/** The path to the currency: a stored field beside the amount, or what a related one stands for (`company_id.currency_id`). */
async function currencySteps(odoo: Odoo, model: string, measure: Measure, name: string): Promise<Field[] | null> {
  const before = measure.steps.slice(0, -1);
  const owner = before.at(-1)?.relation ?? model;
  const field = (await odoo.fields(owner)).get(name);
  if (field === undefined || field.type !== "many2one") return null;
  if (isGroupable(field)) return [...before, field];
  const [path, ...others] = field.depends;
  if (path === undefined || others.length > 0 || !path.includes(".")) return null;
  try {
    const steps = await followSteps(odoo, owner, path, "measures");
    const isPath = steps.at(-1)!.relation === "res.currency" && isGroupable(steps[0]!);
    return isPath ? [...before, ...steps] : null;
  } catch {
    return null; // a step that this user may not see
  }
}

function isOfCompany(steps: Field[]): boolean {
  return steps.at(-2)?.relation === "res.company" && steps.at(-1)!.name === "currency_id";
}

/** The currency of the user's companies where they all have the same, else null. */
async function companyCurrency(odoo: Odoo): Promise<string | null> {
  const ids = (await odoo.user()).companies.map(({ id }) => id);
  const rows = await odoo.call("res.company", "read", {
    ids,
    params: { fields: ["currency_id"] },
    origin: "server",
    cache: "schema",
  });
  const names = (Array.isArray(rows) ? rows : []).map((row) => {
    const pair = isObject(row) ? row["currency_id"] : null;
    return Array.isArray(pair) && typeof pair[1] === "string" ? pair[1] : null;
  });
  return new Set(names).size === 1 ? names[0]! : null;
}
