/** Secrets and values that tests send through the program, to be found nowhere but in answers. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { call } from "./server.ts";

/** Stands for every password, key and token. */
export const SECRET = "canary-secret-7f3a";
/** Stands for every value of a record. */
export const VALUE = "canary-value-91bc";

/** What must be found nowhere, in the forms it may take. */
const LEAKS = [SECRET, VALUE, btoa(SECRET), btoa(VALUE), encodeURIComponent(VALUE), "canary"];

/** Fails where a text holds a secret or a value. */
export function assertClean(what: string, text: string, more: readonly string[] = []): void {
  for (const leak of [...LEAKS, ...more]) {
    const at = text.indexOf(leak);
    assert.equal(at, -1, `${what} holds ${leak}: …${text.slice(Math.max(0, at - 200), at + 200)}…`);
  }
}

/** Runs something with an empty folder of its own. */
export async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Uses every tool with values in every argument, rightly and wrongly, and every resource. Answers how many calls. */
export async function everyTool(client: Client): Promise<number> {
  let calls = 0;
  const ask = async (tool: string, args: Record<string, unknown>) => {
    calls++;
    return await call(client, tool, args).catch(() => null);
  };
  const made = await ask("create_record", {
    model: "res.partner",
    values: { name: VALUE, email: `${VALUE}@x.example`, comment: `<p>${VALUE}</p>`, category_id: [VALUE] },
  });
  const plain = await ask("create_record", { model: "res.partner", values: { name: VALUE } });
  const ids = plain?.data.ids ?? made?.data.ids ?? [1];
  const base = { model: "res.partner", ids };
  await ask("update_record", { ...base, values: { city: VALUE } });
  await ask("update_record", { ...base, values: { city: "x" }, expect: { city: "canary other" } });
  await ask("post_message", { ...base, body: VALUE });
  await ask("post_message", { ...base, body: VALUE, kind: "message", partners: [VALUE] });
  await ask("schedule_activity", { ...base, summary: VALUE, due: "2027-01-01" });
  await ask("run_action", { model: "sale.order", ids: [1], action: "action_confirm" });
  await ask("run_action", { model: "sale.order", ids: [1], action: VALUE, args: { x: VALUE } });
  await ask("batch_operation", {
    operations: [
      { action: "create", model: "res.partner", values: { name: VALUE } },
      { action: "update", model: "res.partner", ids, values: { street: VALUE } },
      { action: "delete", model: "res.partner", ids: [999999] },
    ],
  });
  await ask("search_records", { model: "res.partner", domain: [["name", "ilike", VALUE]], fields: ["name", "city"] });
  await ask("complex_search", { model: "res.partner", where: [{ field: "name", op: "contains", value: VALUE }] });
  await ask("get_record", { ...base, fields: ["name", "comment"] });
  await ask("list_messages", base);
  await ask("analytics_query", { model: "res.partner", measures: ["count"], group_by: ["name"] });
  await ask("delete_record", base);
  await ask("undo", { token: VALUE });
  for (const tool of (await client.listTools()).tools.map(({ name }) => name)) {
    for (
      const args of [
        { model: VALUE },
        { model: "res.partner", ids: [VALUE], values: VALUE },
        { model: "res.partner", [VALUE]: VALUE },
        { model: "res.partner", domain: [[VALUE, "=", VALUE]], where: VALUE, fields: [VALUE] },
        { model: "res.partner", ids: [1], values: { [VALUE]: VALUE }, idempotency_key: VALUE, plan: VALUE },
        { model: "res.partner", domain: VALUE, order: VALUE, cursor: VALUE, query: VALUE },
        { instance: VALUE, model: "res.partner", token: VALUE, continue: VALUE },
      ]
    ) await ask(tool, args);
  }
  await ask(VALUE, {});
  for (const uri of ["odoo://record/res.partner/1", `odoo://record/${VALUE}/1`, `odoo://model/${VALUE}`]) {
    await client.readResource({ uri }).catch(() => null);
  }
  await client.getPrompt({ name: "analyze_data", arguments: { model: "res.partner", question: VALUE } }).catch(() =>
    null
  );
  const ref = { type: "ref/resource" as const, uri: "odoo://record/{model}/{id}" };
  await client.complete({
    ref,
    argument: { name: "id", value: VALUE },
    context: { arguments: { model: "res.partner" } },
  })
    .catch(() => null);
  return calls;
}
