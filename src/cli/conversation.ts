import { isObject, type Json, type JsonObject } from "../lib/json.ts";

/** What earlier answers told, for later questions. */
export interface Known {
  customer?: { id: number; name: string };
  opportunity?: number;
}

/** One turn of the conversation. */
export interface Step {
  /** What a person asks. */
  question: string;
  tool: string;
  /** What the agent calls the tool with. */
  arguments(known: Known): JsonObject;
  /** Takes from the answer what later steps need. */
  learn?(answer: JsonObject, known: Known): void;
  /** Whether the tool is expected to refuse. */
  refused?: true;
  /** What the answer shows. */
  remark: string;
}

/** The guided conversation, each question building on the answers before it. */
export const STEPS: Step[] = [
  {
    question: "Which companies are our customers?",
    tool: "search_records",
    arguments: () => ({
      model: "res.partner",
      domain: [["is_company", "=", true], ["sale_order_ids", "!=", false]],
      fields: ["name", "city", "country_id", "email"],
      limit: 5,
    }),
    learn: (answer, known) => {
      const customer = firstRow(answer);
      if (customer !== undefined) known.customer = customer;
    },
    remark: "A table, columns once: about 40 % of the tokens that a list of objects takes.",
  },
  {
    question: "Tell me more about the first one.",
    tool: "get_record",
    arguments: ({ customer }) => ({
      model: "res.partner",
      ids: [customer?.id ?? 0],
      fields: ["name", "phone", "street", "zip", "city", "country_id", "user_id", "child_ids"],
    }),
    remark: "Missing values are empty, related records have their names.",
  },
  {
    question: "Who sold most in the last months, month by month?",
    tool: "analytics_query",
    arguments: () => ({
      model: "sale.order",
      group_by: ["date_order:month", "user_id"],
      measures: ["amount_total:sum", "count"],
      where: [
        { field: "state", op: "in", value: ["sale", "done"] },
        { field: "date_order", op: ">=", value: monthsAgo(2) },
      ],
      order: "date_order:month desc, amount_total:sum desc",
      limit: 9,
    }),
    remark: "Odoo does the sums; the agent gets some lines, not hundreds of orders.",
  },
  {
    question: "They called about new office chairs, some 4,800. Note it as an opportunity.",
    tool: "create_record",
    arguments: ({ customer }) => ({
      model: "crm.lead",
      values: {
        name: "Office chairs for the new branch",
        type: "opportunity",
        partner_id: customer?.name ?? "",
        expected_revenue: 4800,
      },
    }),
    learn: ({ ids }, known) => {
      const id = Array.isArray(ids) ? ids[0] : undefined;
      if (typeof id === "number") known.opportunity = id;
    },
    remark: "The customer was given by name. The answer tells what Odoo filled in.",
  },
  {
    question: "It will rather be 5,200, and it is urgent.",
    tool: "update_record",
    arguments: ({ opportunity }) => ({
      model: "crm.lead",
      ids: [opportunity ?? 0],
      values: { expected_revenue: 5200, priority: "High" },
    }),
    remark: "Before and after, so nobody needs to look again.",
  },
  {
    question: "Sorry, that was a mistake. Delete it.",
    tool: "delete_record",
    arguments: ({ opportunity }) => ({ model: "crm.lead", ids: [opportunity ?? 0] }),
    refused: true,
    remark: "Refused on purpose: deleting wants a confirmation. The agent shows this to you first.",
  },
];

/** The first day of a month some months ago, as tools take dates. */
function monthsAgo(months: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getFullYear(), now.getMonth() - months, 1)).toISOString().slice(0, 10);
}

function firstRow({ columns, rows }: JsonObject): { id: number; name: string } | undefined {
  const names = Array.isArray(columns) ? columns.map((one: Json) => isObject(one) ? one["name"] : one) : [];
  const row = Array.isArray(rows) ? rows[0] : undefined;
  if (!Array.isArray(row)) return undefined;
  const id = row[names.indexOf("id")];
  const name = row[names.indexOf("name")];
  return typeof id === "number" && typeof name === "string" ? { id, name } : undefined;
}
