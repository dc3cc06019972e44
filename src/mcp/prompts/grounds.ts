import {
  describeModel,
  type Description,
  type FieldDescription,
  getContext,
  odooDate,
  readCalendar,
  readWhen,
} from "../../ask/mod.ts";
import type { PromptContext } from "./define.ts";

const DAY = 86_400_000;

/** A paragraph about who asks, where and when, so that "this month" means the right one. */
export async function whoAndWhen({ odoo }: PromptContext): Promise<string> {
  const { user, company, currency, weekday, today, time_zone, fiscal_year, language } = await getContext(odoo);
  return [
    `You work in Odoo as ${user.name} of ${company.name}.`,
    `Today is ${weekday}, ${today} (${time_zone}); the fiscal year is ${fiscal_year.from} to ${fiscal_year.to}.`,
    currency === undefined ? "" : `Amounts are in ${currency} unless a record says otherwise.`,
    `Answer in the language ${language}, unless the person writes in another.`,
  ].filter((line) => line !== "").join(" ");
}

/** A period in words with the days it means, where that can be told: `last quarter (2026-07-01 to 2026-09-30)`. */
export async function periodText(period: string, { odoo }: PromptContext): Promise<string> {
  const zone = (await odoo.user()).timeZone;
  const when = readWhen(period, zone, Date.now(), await readCalendar(odoo));
  if (when?.kind !== "span") return period;
  return `${period} (${odooDate(when.from)} to ${odooDate(when.until - DAY)})`;
}

/** The model's real fields, one line each. */
export function fieldLines({ model, fields }: Description): string {
  return `The most used fields of ${model}:\n${fields.map(fieldLine).join("\n")}`;
}

function fieldLine({ name, label, type, relation, selection }: FieldDescription): string {
  const values = Object.entries(selection ?? {}).map(([value, text]) => value === text ? value : `${value}: ${text}`);
  const more = relation !== undefined ? ` to ${relation}` : values.length > 0 ? ` of ${values.join(", ")}` : "";
  return `- ${name} (${type}${more}): ${label}`;
}

/** What a model's figures are made of: its main date, its main amount and what it is best grouped by. */
export function figuresOf({ fields }: Description): { date?: string; amount?: string; group?: string } {
  const first = (fits: (field: FieldDescription) => boolean) => fields.find(fits)?.name;
  const date = first(({ type, computed }) => /^date(time)?$/.test(type) && computed !== true);
  const amount = first(({ type, computed }) => ["monetary", "float"].includes(type) && computed !== true);
  const group = first(({ type, computed }) => ["many2one", "selection"].includes(type) && computed !== true);
  return {
    ...(date !== undefined && { date }),
    ...(amount !== undefined && { amount }),
    ...(group !== undefined && { group }),
  };
}

/** An example call of analytics_query with the model's own fields. */
export function analyticsExample(description: Description): string {
  const { date, amount, group } = figuresOf(description);
  const groups = [...(group === undefined ? [] : [group]), ...(date === undefined ? [] : [`${date}:month`])];
  const measures = ["count", ...(amount === undefined ? [] : [`${amount}:sum`])];
  return JSON.stringify({ model: description.model, group_by: groups, measures });
}

/** The model as this caller sees it. */
export function describe(model: string, { odoo }: PromptContext): Promise<Description> {
  return describeModel(odoo, { model });
}

/** Sentences about tools, without those the caller may not use. */
export function steps(context: PromptContext, lines: [tool: string, text: string][]): string {
  return lines.filter(([tool]) => context.tools.has(tool)).map(([, text], at) => `${at + 1}. ${text}`).join("\n");
}
