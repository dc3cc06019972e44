import type { Prompt } from "./define.ts";
import { analyticsExample, describe, fieldLines, periodText, steps, whoAndWhen } from "./grounds.ts";

export const analyzeData: Prompt = {
  name: "analyze_data",
  title: "Analyze data",
  description: "Answer a question about a model's records with figures.",
  arguments: [
    { name: "model", description: "Model, e.g. sale.order", required: true },
    { name: "question", description: "What you want to know", required: true },
    { name: "period", description: "e.g. this_year, last_quarter, 2026-10", required: false },
  ],
  async run({ model = "", question = "", period }, context) {
    const description = await describe(model, context);
    return [
      await whoAndWhen(context),
      `Question about ${model}: ${question}${period ? ` Period: ${await periodText(period, context)}.` : ""}`,
      fieldLines(description),
      steps(context, [
        ["describe_model", "If a field you need is not above, look it up with describe_model (query)."],
        [
          "analytics_query",
          `Get sums, counts and rankings with analytics_query, e.g. ${analyticsExample(description)}; do not add up ` +
          "rows yourself.",
        ],
        ["complex_search", "Look at single records with complex_search only where the figures need an explanation."],
      ]),
      "Give the figures first, then what they mean and what was left out.",
    ].join("\n\n");
  },
};
