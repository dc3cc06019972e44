import { describeModel, getContext } from "../../ask/mod.ts";
import type { PromptContext } from "./define.ts";

/** A line about who asks, where and when, so that "this month" means the right one. */
export async function whoAndWhen({ odoo }: PromptContext): Promise<string> {
  const { user, company, today, time_zone } = await getContext(odoo);
  return `You work in Odoo as ${user.name} of ${company.name}. Today is ${today} (${time_zone}).`;
}

/** The model's real fields, one line each. */
export async function fieldsOf(model: string, { odoo }: PromptContext): Promise<string> {
  const { fields } = await describeModel(odoo, { model });
  const lines = fields.map(({ name, type, label }) => `- ${name} (${type}): ${label}`);
  return `The most useful fields of ${model}:\n${lines.join("\n")}`;
}

/** Sentences about tools, without those the caller may not use. */
export function steps(context: PromptContext, lines: [tool: string, text: string][]): string {
  return lines.filter(([tool]) => context.tools.has(tool)).map(([, text], at) => `${at + 1}. ${text}`).join("\n");
}
