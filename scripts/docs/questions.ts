import { type Question, questions } from "../../tests/live/questions.ts";
import { page } from "./table.ts";

/** The first questions of the areas that most companies have, for README. */
export function someQuestions(): string {
  const areas = ["Sales", "CRM", "Stock", "Purchase", "Accounting", "HR", "Projects", "Contacts"];
  return areas.map((area) => `- ${questions.find((one) => one.area === area)?.ask}`).join("\n");
}

/** Every question of the tested table, each with its call. */
export function questionPage(): string {
  const areas = [...new Set(questions.map(({ area }) => area))];
  return page(
    "Questions and the calls that answer them",
    "Each is one tool call; `deno task test` compares every answer with SQL on the database of a real Odoo 14. At the " +
      "median an answer takes about 90 tokens and one request to Odoo.",
    ...areas.flatMap((area) => [`## ${area}`, questions.filter((one) => one.area === area).map(line).join("\n")]),
  );
}

function line({ ask, tool, input }: Question): string {
  return `- ${ask}<br>\`${tool} ${JSON.stringify(input)}\``;
}
