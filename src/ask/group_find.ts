import type { Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { alignKey, type Comparison } from "./group_compare.ts";
import type { Currencies, Currency } from "./group_currency.ts";
import { findUnits, MOST_MERGED, type Question, tooManyGroups, type Where } from "./group_source.ts";
import type { Group } from "./grouping.ts";
import { asBucket, type Bucket, identity, type Unit, valueOf } from "./parts.ts";

/** Who puts the records together, and because of what. */
export interface Source {
  where: Where;
  because: string | null;
}

/** What was found, before it is put into rows. */
export interface FoundGroups {
  units: Unit[];
  /** The earlier time's, moved to where they are compared; null where nothing is compared. */
  before: Unit[] | null;
  /** All records by nothing but their currency, where not all groups were fetched. */
  whole: Bucket[] | null;
  /** What the units are grouped by: what was asked for, and currencies where there are several. */
  groups: Group[];
  /** False where Odoo has more groups than were fetched; the first by the order are there. */
  complete: boolean;
  currencies: Map<string, Currency>;
  notes: string[];
}

/** Groups that are fetched although fewer are shown: totals and the rest then cost no further request. */
const FETCHED = 1000;

interface Plan {
  source: Source;
  question: Omit<Question, "groups" | "limit">;
  /** As asked for. */
  groups: Group[];
  currencies: Currencies;
  comparison: Comparison | null;
  /** Groups shown at most. */
  limit: number;
  /** What is asked for can only be told from all groups. */
  needsAll: boolean;
}

/** Finds the groups, and those of the time they are compared with, and keeps currencies apart where there are several. */
export async function findGroups(odoo: Odoo, plan: Plan): Promise<FoundGroups> {
  const { source: { where, because }, comparison, currencies } = plan;
  const groups = [...plan.groups, ...currencies.groups];
  const needsAll = plan.needsAll || where !== "odoo" || comparison !== null;
  const ask = (domain: Json[], limit: number) =>
    findUnits(odoo, where, because, { ...plan.question, domain, groups, limit });
  const [first, earlier] = await Promise.all([
    ask(plan.question.domain, needsAll ? MOST_MERGED : Math.max(FETCHED, plan.limit)),
    comparison?.domain ? ask(comparison.domain, MOST_MERGED) : null,
  ]);
  const again = !needsAll && !first.complete && isMisordered(first.units, plan.question);
  const found = again ? await ask(plan.question.domain, MOST_MERGED) : first;
  const isTooMuch = !found.complete && (needsAll || again);
  if (isTooMuch || earlier?.complete === false) {
    tooManyGroups(plan.groups.map(({ key }) => key).join(", "), MOST_MERGED);
  }
  const before = comparison === null ? null : (earlier ?? found).units.map((unit) => ({
    ...unit,
    keys: unit.keys.map((keys, index) =>
      index === comparison.group ? keys.map((key) => alignKey(key, comparison)) : keys
    ),
  }));
  const whole = found.complete
    ? null
    : await findTogether(odoo, plan, { groups, currencies: currencies.of }, plan.question.domain);
  const unreadable = found.unreadable + (earlier?.unreadable ?? 0);
  return {
    ...splitCurrencies(found.units, before, whole, groups, currencies),
    complete: found.complete,
    notes: [
      ...(where === "here"
        ? [`Computed here from ${sum(found.units)} records: Odoo itself can't group or add up ${because}.`]
        : []),
      ...(unreadable > 0 ? [`${unreadable} related records are closed to this user; they count as (not set).`] : []),
    ],
  };
}

/** The groups that tell currencies. */
export function currencyKeys(groups: readonly Group[], currencies: ReadonlyMap<string, Currency>): Set<string> {
  const names = new Set([...currencies.values()].map((one) => one.kind === "group" ? one.key : ""));
  return new Set(groups.map(({ key }) => key).filter((key) => names.has(key)));
}

/** Asks for records by nothing but their currency: one request. Keys keep their places among the groups. */
export async function findTogether(
  odoo: Odoo,
  { source, question }: Pick<Plan, "source" | "question">,
  { groups, currencies }: { groups: Group[]; currencies: ReadonlyMap<string, Currency> },
  domain: Json[],
): Promise<Unit[]> {
  const names = currencyKeys(groups, currencies);
  const kept = groups.filter(({ key }) => names.has(key));
  const { units } = await findUnits(odoo, source.where, source.because, {
    ...question,
    domain,
    groups: kept,
    order: [],
    limit: null,
  });
  return units.map((unit) => ({
    ...unit,
    keys: groups.map((group) => kept.includes(group) ? unit.keys[kept.indexOf(group)]! : [null]),
  }));
}

function sum(units: Unit[]): number {
  return units.reduce((total, { count }) => total + count, 0);
}

/** PostgreSQL takes nothing for the largest, and Odoo to 16 can't be told otherwise. */
function isMisordered(units: Unit[], { order, measures }: Plan["question"]): boolean {
  const [part] = order;
  const at = measures.findIndex(({ key }) => key === part?.key);
  if (part === undefined || at < 0 || !part.desc) return false;
  const value = ({ parts, count }: Unit) => valueOf(measures[at]!, parts[at]!, count) ?? -Infinity;
  const largest = value(units[0]!);
  return units.some((unit) => value(unit) > largest);
}

/** Currencies become a group where there are several, and are told once where there is one. */
function splitCurrencies(
  units: Unit[],
  before: Unit[] | null,
  whole: Unit[] | null,
  groups: Group[],
  { of, groups: added }: Currencies,
): Pick<FoundGroups, "units" | "before" | "whole" | "groups" | "currencies"> {
  const currencies = new Map(of);
  const dropped = new Set<number>();
  for (const group of added) {
    const at = groups.indexOf(group);
    const names = new Map(
      [...units, ...before ?? [], ...whole ?? []].flatMap(({ keys }) => keys[at]!.map((key) => [identity(key), key])),
    );
    if (names.size > 1) continue;
    dropped.add(at);
    const [name] = names.values();
    for (const [key, currency] of of) {
      if (currency.kind !== "group" || currency.key !== group.key) continue;
      if (Array.isArray(name)) currencies.set(key, { kind: "one", name: String(name[1]) });
      else currencies.delete(key);
    }
  }
  const all = whole?.map(asBucket) ?? null;
  if (dropped.size === 0) return { units, before, whole: all, groups, currencies };
  const isKept = (_: unknown, index: number) => !dropped.has(index);
  const strip = (unit: Unit): Unit => ({ ...unit, keys: unit.keys.filter(isKept) });
  return {
    units: units.map(strip),
    before: before?.map(strip) ?? null,
    whole: all?.map((bucket) => ({ ...bucket, keys: bucket.keys.filter(isKept) })) ?? null,
    groups: groups.filter(isKept),
    currencies,
  };
}
