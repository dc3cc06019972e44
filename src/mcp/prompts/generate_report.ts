import { listModels } from "../../ask/mod.ts";
import type { Prompt, PromptContext } from "./define.ts";
import { analyticsExample, describe, fieldLines, periodText, steps, whoAndWhen } from "./grounds.ts";

export const generateReport: Prompt = {
  name: "generate_report",
  title: "Generate a report",
  description: "Write a report on a subject for a period.",
  arguments: [
    { name: "subject", description: "e.g. sales by customer", required: true },
    { name: "period", description: "e.g. last_quarter", required: true },
    { name: "format", description: "e.g. Markdown table, one page, bullet points", required: false },
  ],
  async run({ subject = "", period = "", format }, context) {
    return [
      await whoAndWhen(context),
      `Write a report: ${subject}. Period: ${await periodText(period, context)}. Format: ${
        format || "one page of Markdown"
      }.`,
      ...await likelyModel(subject, context),
      steps(context, [
        ["list_models", "If another model fits the subject better, find it with list_models."],
        ["describe_model", "Look up fields that are not above with describe_model (query)."],
        ["analytics_query", "Get the figures with analytics_query, and those of the period before to compare with."],
        ["complex_search", "Name the records behind the largest figures with complex_search."],
      ]),
      "State period, company and currency. Say what the figures do not contain. Invent nothing.",
    ].join("\n\n");
  },
};

/** The model that the words of the subject fit best, with its fields; nothing where none does. */
async function likelyModel(subject: string, context: PromptContext): Promise<string[]> {
  const { models } = await listModels(context.odoo, { query: subject, limit: 4 });
  const [best, ...others] = models.filter(({ readable }) => readable !== false);
  if (best === undefined) return [];
  const description = await describe(best.name, context);
  const also = others.length === 0 ? "" : ` Others: ${others.map(({ name }) => name).join(", ")}.`;
  const example = context.tools.has("analytics_query") ? ` E.g. analytics_query ${analyticsExample(description)}.` : "";
  return [`The model is likely ${best.name} (${best.label}).${also}${example}`, fieldLines(description)];
}
