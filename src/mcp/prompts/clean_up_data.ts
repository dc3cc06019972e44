import type { Prompt } from "./define.ts";
import { fieldsOf, steps, whoAndWhen } from "./grounds.ts";

export const cleanUpData: Prompt = {
  name: "clean_up_data",
  title: "Clean up data",
  description: "Find duplicates, gaps and odd values in a model and propose corrections.",
  arguments: [{ name: "model", description: "Model, e.g. res.partner", required: true }],
  async run({ model = "" }, context) {
    const mayWrite = context.tools.has("update_record");
    return [
      await whoAndWhen(context),
      `Look for duplicates, missing and odd values in ${model}.`,
      await fieldsOf(model, context),
      steps(context, [
        ["count_records", "Count the records with empty important fields with count_records."],
        ["analytics_query", "Find duplicates with analytics_query, grouped by e-mail, name or reference."],
        ["search_records", "Look at the candidates with search_records."],
        ["update_record", "Propose each correction; change nothing before the person agreed, then use update_record."],
      ]),
      mayWrite
        ? "Archive rather than delete. Report what was changed and what was left."
        : "You can't change anything here: report what you found.",
    ].join("\n\n");
  },
};
