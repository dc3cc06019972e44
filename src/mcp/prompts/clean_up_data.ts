import type { Description } from "../../ask/mod.ts";
import type { Prompt } from "./define.ts";
import { describe, fieldLines, steps, whoAndWhen } from "./grounds.ts";

export const cleanUpData: Prompt = {
  name: "clean_up_data",
  title: "Clean up data",
  description: "Find duplicates, gaps and odd values in a model and propose corrections.",
  arguments: [{ name: "model", description: "Model, e.g. res.partner", required: true }],
  async run({ model = "" }, context) {
    const description = await describe(model, context);
    const mayWrite = context.tools.has("update_record") && description.rights.write !== false;
    const keys = await keysOf(model, context.odoo);
    const twins = keys.length === 0 ? "its name or reference" : `${keys.join(", ")}, one at a time`;
    return [
      await whoAndWhen(context),
      `Look for duplicates, missing and odd values in ${model}.`,
      fieldLines(description),
      steps(context, [
        [
          "count_records",
          `Count the records with count_records where an important field is empty: ${gaps(description)}.`,
        ],
        [
          "analytics_query",
          `Find duplicates with analytics_query: measures ["count"], order "count desc", grouped by ${twins}.`,
        ],
        ["complex_search", "Look at the candidates with complex_search."],
        ...(mayWrite
          ? [[
            "update_record",
            "Propose each correction; change nothing before the person agreed, then use update_record.",
          ] as [string, string]]
          : []),
      ]),
      mayWrite
        ? "Archive rather than delete. Report what was changed and what was left."
        : "You can't change anything here: report what you found.",
    ].join("\n\n");
  },
};

/** Fields that should differ between records, as far as this model has them. */
async function keysOf(model: string, odoo: Parameters<Prompt["run"]>[1]["odoo"]): Promise<string[]> {
  const fields = await odoo.fields(model);
  const usual = [
    "vat",
    "email",
    "email_from",
    "work_email",
    "phone",
    "default_code",
    "barcode",
    "ref",
    "login",
    "name",
  ];
  return usual.filter((name) => fields.get(name)?.groupable === true);
}

/** Fields that people see and that may be empty. */
function gaps({ fields }: Description): string {
  const open = fields.filter(({ required, computed, type }) =>
    required !== true && computed !== true && !["boolean", "one2many", "integer", "float", "monetary"].includes(type)
  );
  return open.slice(0, 5).map(({ name }) => name).join(", ");
}
