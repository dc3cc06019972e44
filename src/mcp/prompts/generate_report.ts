import type { Prompt } from "./define.ts";
import { steps, whoAndWhen } from "./grounds.ts";

export const generateReport: Prompt = {
  name: "generate_report",
  title: "Generate a report",
  description: "Write a report on a subject for a period.",
  arguments: [
    { name: "subject", description: "e.g. sales by customer", required: true },
    { name: "period", description: "e.g. last quarter", required: true },
    { name: "format", description: "e.g. Markdown table, one page, bullet points", required: false },
  ],
  async run({ subject = "", period = "", format }, context) {
    return [
      await whoAndWhen(context),
      `Write a report: ${subject}. Period: ${period}. Format: ${format ?? "one page of Markdown"}.`,
      steps(context, [
        ["list_models", "Find the model with list_models."],
        ["describe_model", "Find its date and amount fields with describe_model."],
        ["analytics_query", "Get the figures with analytics_query, and those of the period before to compare with."],
        ["complex_search", "Name the records behind the largest figures with complex_search."],
      ]),
      "State period, company and currency. Say what the figures do not contain. Invent nothing.",
    ].join("\n\n");
  },
};
