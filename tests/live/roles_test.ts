/** Roles, masks and what hangs on closed models, on a real Odoo. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { jsonCall, login } from "../../scripts/bench/odoo.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, connectStdio, type Tree } from "../support/server.ts";

const ROLE = {
  models: { allow: [], deny: ["crm.*"] },
  fields: { hide: [], mask: ["email", "phone"] },
};

/** A client whose person has the admin role, narrowed by an entry. */
function connect(live: LiveOdoo, entry: unknown): Promise<Client & AsyncDisposable> {
  return connectStdio([
    "serve",
    ...["--odoo-url", live.url, "--odoo-database", live.database, "--mode", "open"],
    ...["--security-roles", JSON.stringify({ admin: entry })],
  ], { env: { ODOO_USERNAME: live.username, ODOO_PASSWORD: live.password } });
}

/** Asks Odoo itself, past this program. */
async function past(live: LiveOdoo) {
  const uid = await login(live);
  return async <T>(model: string, method: string, args: unknown[], options: Record<string, unknown> = {}): Promise<T> =>
    JSON.parse(await jsonCall(live, uid, model, method, args, options)).result as T;
}

async function done(client: Client, tool: string, args: Record<string, unknown>): Promise<Tree> {
  const { isError, data, text } = await call(client, tool, args);
  assert.equal(isError, false, `${tool}: ${text}`);
  return data;
}

/** The ids of a table: its first column. */
function idsOf({ rows }: Tree): unknown[] {
  return (rows as unknown as unknown[][]).map(([id]) => id);
}

liveTest(
  "attachments, messages and activities of a closed model are hidden: searched, by id, and from change",
  async (live) => {
    const odoo = await past(live);
    const lead = await odoo<number>("crm.lead", "create", [{ name: "CANARY lead" }]);
    const partner = await odoo<number>("res.partner", "create", [{ name: "Open partner" }]);
    const attach = (model: string, id: number) =>
      odoo<number>("ir.attachment", "create", [{
        name: `CANARY ${model}.txt`,
        res_model: model,
        res_id: id,
        raw: "x",
      }]);
    const [closed, open] = [await attach("crm.lead", lead), await attach("res.partner", partner)];
    try {
      await odoo("crm.lead", "message_post", [[lead]], { body: "CANARY note" });
      await using client = await connect(live, ROLE);
      const files = await done(client, "search_records", {
        model: "ir.attachment",
        domain: [["id", "in", [closed, open]]],
        fields: ["name"],
      });
      assert.deepEqual(idsOf(files), [open]);
      const read = await done(client, "get_record", { model: "ir.attachment", ids: [closed, open], fields: ["name"] });
      assert.deepEqual(read.missing, [closed]);
      const metadata = await done(client, "get_metadata", { model: "ir.attachment", ids: [closed, open] });
      assert.deepEqual(metadata.missing, [closed]);
      const changed = await call(client, "update_record", {
        model: "ir.attachment",
        ids: [closed],
        values: { name: "y" },
      });
      assert.equal(changed.data.code, "E005", changed.text);
      const moved = await call(client, "update_record", {
        model: "ir.attachment",
        ids: [open],
        values: { res_model: "crm.lead", res_id: lead },
      });
      assert.equal(moved.isError, true, moved.text);
      const messages = await done(client, "search_records", {
        model: "mail.message",
        domain: [["body", "ilike", "CANARY"]],
        fields: ["model", "body"],
      });
      assert.deepEqual(messages.rows, []);
      const models = await done(client, "list_models", { query: "lead" });
      assert.doesNotMatch(JSON.stringify(models), /crm\./);
      // All of this is there for those who may.
      await using all = await connect(live, {});
      const seen = await done(all, "get_record", { model: "ir.attachment", ids: [closed], fields: ["name"] });
      assert.match(JSON.stringify(seen), /CANARY/);
    } finally {
      await odoo("ir.attachment", "unlink", [[closed, open]]);
      await odoo("crm.lead", "unlink", [[lead]]);
      await odoo("res.partner", "unlink", [[partner]]);
    }
  },
);

liveTest("masked addresses and numbers are in no answer, and pseudonyms find their records", async (live) => {
  const odoo = await past(live);
  const email = `Canary.${crypto.randomUUID().slice(0, 8)}@leak.example`;
  const values = { name: "Masked person", email, phone: "+32 470 99 88 77", mobile: "0470998877" };
  const id = await odoo<number>("res.partner", "create", [{ ...values, comment: `Write to ${email}` }]);
  const lead = await odoo<number>("crm.lead", "create", [{ name: "x", partner_id: id, email_from: email }]);
  const leaks = /leak\.example|470 ?99|0470/i;
  try {
    await odoo("res.partner", "message_post", [[id]], { body: `Reach ${email} or 0470 99 88 77` });
    await using client = await connect(live, { fields: ROLE.fields });
    const fields = [
      "name",
      "email",
      "email_normalized",
      "email_formatted",
      "phone",
      "mobile",
      "comment",
      "contact_address",
    ];
    const { records } = await done(client, "get_record", { model: "res.partner", ids: [id], fields });
    assert.doesNotMatch(JSON.stringify(records), leaks);
    const [person] = records as unknown as [Tree];
    assert.equal(person!.email, person!.email_normalized, "one spelling or another, the same pseudonym");
    for (const field of ["email", "email_normalized"]) {
      const found = await done(client, "search_records", {
        model: "res.partner",
        domain: [[field, "=", person!.email]],
      });
      assert.deepEqual(idsOf(found), [id], field);
    }
    const leads = await done(client, "search_records", {
      model: "crm.lead",
      domain: [["partner_id.email", "=", person!.email]],
      fields: ["email_from", "partner_id"],
    });
    assert.deepEqual([leads.rows![0]![0], leads.rows![0]![1]], [lead, person!.email]);
    for (
      const [tool, args] of [
        ["list_messages", { ids: [id] }],
        ["get_record", { ids: [id], fields: "all_stored" }],
        ["complex_search", { where: [{ field: "id", op: "=", value: id }] }],
        ["analytics_query", { measures: ["count"], group_by: ["parent_id"] }],
        ["update_record", { ids: [id], values: { city: "Ghent" } }],
      ] as const
    ) {
      const { text } = await call(client, tool, { model: "res.partner", ...args });
      assert.doesNotMatch(text, leaks, tool);
    }
    const wrote = await done(client, "update_record", {
      model: "res.partner",
      ids: [id],
      values: { email: "own@real.example" },
    });
    assert.doesNotMatch(JSON.stringify(wrote), leaks);
    assert.equal(wrote.records![0]!.differs, undefined, JSON.stringify(wrote));
    for (const op of ["contains", "starts_with", "!=", "not_in"]) {
      const value = op === "not_in" ? ["x"] : "x";
      const { data } = await call(client, "complex_search", {
        model: "res.partner",
        where: [{ field: "email", op, value }],
      });
      assert.equal(data.code, "E011", op);
    }
  } finally {
    await odoo("crm.lead", "unlink", [[lead]]);
    await odoo("res.partner", "unlink", [[id]]);
  }
});

liveTest("a role's companies are all a caller works in, whatever the user may", async (live) => {
  const odoo = await past(live);
  const [user] = await odoo<{ company_ids: number[] }[]>("res.users", "read", [[await login(live)], ["company_ids"]]);
  const companies = user!.company_ids;
  assert.ok(companies.length > 1, "the administrator works in several companies");
  const last = companies.at(-1)!;
  await using client = await connect(live, { companies: [last] });
  const context = await done(client, "get_context", {});
  assert.equal(context.company!.id, last);
  assert.equal(context.companies, undefined);
  const found = await done(client, "search_records", {
    model: "sale.order",
    domain: [["company_id", "!=", last]],
    fields: ["company_id"],
  });
  assert.deepEqual(found.rows, []);
  const other = companies.find((id) => id !== last)!;
  const { isError } = await call(client, "create_record", {
    model: "res.partner",
    values: { name: "x" },
    company: other,
  });
  assert.equal(isError, true);
  await using nowhere = await connect(live, { companies: [999_999] });
  assert.equal((await call(nowhere, "get_context")).data.code, "E011");
});
