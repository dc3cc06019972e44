import type { Json, JsonObject } from "../../lib/json.ts";
import { isObject } from "../../lib/json.ts";
import { type Check, NotTried, type Smoke, wrong } from "./check.ts";

const MODEL = "res.partner";

/** An id no database has: the largest PostgreSQL takes. */
const NO_ID = 2 ** 31 - 1;

/** What is asked of every Odoo, without changing anything. Contacts are in each of them. */
export const READING: Check[] = [
  {
    name: "the server lists its tools",
    tools: [],
    first: true,
    async run({ client }) {
      const { tools } = await client.listTools();
      if (tools.length === 0) throw wrong("no tool is listed");
      return `${tools.length} tools`;
    },
  },
  {
    name: "Odoo answers who asks, and in which company",
    tools: ["get_context"],
    first: true,
    async run({ ask }) {
      const { user, company, odoo } = await ask("get_context", {});
      return `${text(user, "login")} in ${text(company, "name")}, Odoo ${text(odoo, "version")}`;
    },
  },
  {
    name: "a model is found by a word of its label",
    tools: ["list_models"],
    async run({ ask }) {
      const models = rowsOf(await ask("list_models", { query: "partner" }), "models");
      if (models.length === 0) throw wrong("no model was found for partner");
      return `${models.length} models for "partner"`;
    },
  },
  {
    name: "a model tells its fields and the user's rights",
    tools: ["describe_model"],
    async run({ ask }) {
      const described = await ask("describe_model", { model: MODEL });
      const may = Object.entries(isObject(described["rights"]) ? described["rights"] : {}).filter(([, has]) => has);
      return `${rowsOf(described, "fields").length} fields; may ${may.map(([right]) => right).join(", ") || "nothing"}`;
    },
  },
  {
    name: "records are found and counted in one call",
    tools: ["search_records"],
    async run({ ask, known }) {
      const found = await ask("search_records", { model: MODEL, fields: ["display_name"], limit: 3, total: true });
      const [first] = rowsOf(found, "rows");
      if (!Array.isArray(first) || typeof first[0] !== "number") {
        throw wrong("no contact was found, though the user's own is one");
      }
      known.partner = first[0];
      return `${String(found["total"])} contacts`;
    },
  },
  {
    name: "a count is the number of records found",
    tools: ["count_records", "search_records"],
    run: (smoke) =>
      agreeing(smoke, async ({ ask }) => {
        const { count } = await ask("count_records", { model: MODEL });
        return { part: Number(count), say: `${String(count)} both ways` };
      }),
  },
  {
    name: "plain conditions find the same as a domain",
    tools: ["complex_search", "search_records"],
    async run({ ask, known }) {
      const where = [{ field: "id", op: "=", value: partner(known) }];
      const found = rowsOf(await ask("complex_search", { model: MODEL, where, fields: ["display_name"] }), "rows");
      if (found.length !== 1) throw wrong(`the contact ${known.partner} was found ${found.length} times`);
      return "the same contact";
    },
  },
  {
    name: "a record is read, and an id without a record is told",
    tools: ["get_record", "search_records"],
    async run({ ask, known }) {
      const ids = [partner(known), NO_ID];
      const { records, missing } = await ask("get_record", { model: MODEL, ids, fields: ["display_name"] });
      if (JSON.stringify(missing) !== JSON.stringify([NO_ID])) throw wrong("the missing id was not told");
      return `${Array.isArray(records) ? records.length : 0} read, 1 missing`;
    },
  },
  {
    name: "the groups of a sum add up to the whole",
    tools: ["analytics_query", "search_records"],
    run: (smoke) =>
      agreeing(smoke, async ({ ask }) => {
        const groups = rowsOf(
          await ask("analytics_query", { model: MODEL, group_by: ["is_company"], measures: ["count"] }),
          "rows",
        );
        const sum = groups.reduce<number>((all, row) => all + (Array.isArray(row) ? Number(row.at(-1)) : 0), 0);
        return { part: sum, say: `${sum} in ${groups.length} groups` };
      }),
  },
  {
    name: "a record tells who changed it and when",
    tools: ["get_metadata", "search_records"],
    async run({ ask, known }) {
      const [about] = rowsOf(await ask("get_metadata", { model: MODEL, ids: [partner(known)] }), "records");
      return `changed ${text(about, "changed")}`;
    },
  },
  {
    name: "an unknown field is refused, never ignored",
    tools: ["search_records"],
    async run({ refused }) {
      const { code, message } = await refused("search_records", {
        model: MODEL,
        domain: [["no_such_field_x", "=", 1]],
      });
      if (code !== "E004") throw wrong(`the answer was ${code}: ${message}`);
      return code;
    },
  },
  {
    name: "an unknown model is refused, never an empty answer",
    tools: ["count_records"],
    async run({ refused }) {
      const { code, message } = await refused("count_records", { model: "no.such.model" });
      if (code !== "E005" && code !== "E011") throw wrong(`the answer was ${code}: ${message}`);
      return code;
    },
  },
  {
    name: "eight questions at once are all answered",
    tools: ["count_records"],
    async run({ ask }) {
      const all = await Promise.all(Array.from({ length: 8 }, (_, n) => {
        return ask("count_records", { model: MODEL, domain: [["id", ">", n]] });
      }));
      const strange = all.filter(({ count }) => typeof count !== "number").length;
      if (strange > 0) throw wrong(`${strange} of 8 answers hold no count`);
      return "8 answers";
    },
  },
];

/** People may add a contact between two questions: only a number that stays different is wrong. */
async function agreeing(
  smoke: Smoke,
  count: (smoke: Smoke) => Promise<{ part: number; say: string }>,
): Promise<string> {
  for (let attempt = 1;; attempt++) {
    const { total } = await smoke.ask("search_records", { model: MODEL, fields: ["id"], limit: 1, total: true });
    const { part, say } = await count(smoke);
    if (part === total) return say;
    if (attempt === 3) throw wrong(`there are ${String(total)} contacts, but this adds up to ${part}`);
  }
}

function partner(known: Smoke["known"]): number {
  if (known.partner !== undefined) return known.partner;
  throw new NotTried("not tried, because no contact was found");
}

function rowsOf(answer: JsonObject, key: string): Json[] {
  const rows = answer[key];
  return Array.isArray(rows) ? rows : [];
}

function text(value: Json | undefined, key: string): string {
  const one = isObject(value) ? value[key] : undefined;
  return typeof one === "string" ? one : "(not told)";
}
