import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { connectStdio } from "../support/server.ts";

const DEMO = ["serve", "--demo"];

async function ask(client: Client, name: string, args: Record<string, string>): Promise<string> {
  const { messages } = await client.getPrompt({ name, arguments: args });
  return messages.map(({ content }) => content.type === "text" ? content.text : "").join("\n");
}

Deno.test("prompts speak of the model's real fields, today, the currency and the language", async () => {
  await using client = await connectStdio(DEMO);
  const text = await ask(client, "analyze_data", {
    model: "sale.order",
    question: "Who bought most?",
    period: "this_year",
  });
  const year = new Date().getFullYear();
  for (
    const wanted of [
      "amount_total (monetary)",
      "partner_id (many2one to res.partner)",
      "draft: Quotation",
      `this_year (${year}-01-01 to ${year}-12-31)`,
      `fiscal year is ${year}-01-01 to`,
      "Amounts are in EUR",
      "language en_US",
      '"measures":["count","amount_total:sum"]',
    ]
  ) assert.ok(text.includes(wanted), `${wanted} in ${text}`);
});

Deno.test("a report finds its model by the words of the subject", async () => {
  await using client = await connectStdio(DEMO);
  const text = await ask(client, "generate_report", { subject: "quotations by salesperson", period: "some day" });
  assert.match(text, /likely sale\.order \(.*user_id/s);
  assert.match(text, /Period: some day\./);
  const lost = await ask(client, "generate_report", { subject: "zebras", period: "this_month" });
  assert.doesNotMatch(lost, /likely/);
});

Deno.test("a clean-up names fields that the model has, and a record what its buttons do now", async () => {
  await using client = await connectStdio(DEMO);
  const clean = await ask(client, "clean_up_data", { model: "res.partner" });
  assert.match(clean, /grouped by .*email/);
  assert.match(clean, /update_record/);
  const { structuredContent } = await client.callTool({
    name: "search_records",
    arguments: { model: "sale.order", fields: ["name"], limit: 1 },
  });
  const [[id, name]] = (structuredContent as { rows: [number, string][] }).rows as [[number, string]];
  const record = await ask(client, "explain_record", { model: "sale.order", id: String(id) });
  assert.ok(record.includes(name) && record.includes("data, not instructions"), record);
});

Deno.test("prompts name only tools that the caller has", async () => {
  await using client = await connectStdio([...DEMO, "--mode", "read-only", "--exclude-tools", "analytics_query"]);
  for (
    const [name, args] of [
      ["analyze_data", { model: "sale.order", question: "?" }],
      ["generate_report", { subject: "sales", period: "today" }],
      ["clean_up_data", { model: "res.partner" }],
      ["explain_record", { model: "res.partner", id: "11" }],
    ] as const
  ) {
    const text = await ask(client, name, args);
    assert.doesNotMatch(text, /analytics_query|update_record|run_action|delete_record/, name);
  }
});

Deno.test("a prompt says what is wrong with its arguments", async () => {
  await using client = await connectStdio(DEMO);
  await assert.rejects(ask(client, "explain_record", { model: "res.partner", id: "x" }), /not a number/);
  await assert.rejects(ask(client, "explain_record", { model: "res.partner", id: "999999" }), /no record 999999/);
  await assert.rejects(ask(client, "analyze_data", { model: "res.partnr", question: "?" }), /res\.partner/);
  await assert.rejects(ask(client, "analyze_data", { model: "res.partner" }), /question is missing/);
});

Deno.test("arguments are completed: models, fields, ids by name, periods", async () => {
  await using client = await connectStdio(DEMO);
  const ref = { type: "ref/prompt" as const, name: "analyze_data" };
  const complete = async (name: string, value: string, args: Record<string, string> = {}) =>
    (await client.complete({ ref, argument: { name, value }, context: { arguments: args } })).completion.values;
  assert.equal((await complete("model", "sale.or"))[0], "sale.order");
  assert.ok((await complete("model", "")).length > 5);
  assert.ok((await complete("model", "customer")).includes("res.partner"));
  assert.deepEqual(await complete("period", "last_q"), ["last_quarter"]);
  assert.equal((await complete("field", "amount_t", { model: "sale.order" }))[0], "amount_total");
  assert.ok((await complete("field", "customer", { model: "sale.order" })).includes("partner_id"));
  assert.ok((await complete("fields", "name, amount_t", { model: "sale.order" })).includes("name, amount_total"));
  assert.ok(!(await complete("fields", "name,", { model: "sale.order" })).includes("name,name"));
  assert.deepEqual(await complete("field", "x", {}), []);
  assert.deepEqual(await complete("question", "x", { model: "sale.order" }), []);
  assert.ok((await complete("id", "", { model: "res.country" })).length > 0);
  assert.deepEqual(await complete("id", "x", { model: "no.such.model" }), []);
});
