/**
 * The real program against Odoo 19 as it was recorded, over its three protocols: what an agent gets, and what went over
 * the wire for it.
 */
import type { Client } from "@modelcontextprotocol/client";
import assert from "node:assert/strict";
import type { Json } from "../../src/lib/json.ts";
import { recording } from "../odoo/codec/recordings.ts";
import { DATABASE, type RecordedOdoo, startRecordedOdoo, USERS } from "../support/recorded_odoo.ts";
import { type Protocol, readAnswer } from "../support/recorded_wire.ts";
import { call, type Called, connectStdio } from "../support/server.ts";

const PROTOCOLS: Protocol[] = ["json2", "jsonrpc", "xmlrpc"];

/** What the recorded Odoo answered over a protocol. */
function told(protocol: Protocol, name: string): Json {
  const answer = readAnswer(protocol, recording(`19/${protocol}`, name).response.body);
  assert.ok("value" in answer, `${name} over ${protocol} is an error`);
  return answer.value;
}

/** The ids that the recordings of a protocol are about: each was made with records of its own. */
function idsOf(protocol: Protocol) {
  const many = [told(protocol, "create_many")].flat().map(Number);
  return {
    partner: [told(protocol, "create_one")].flat().map(Number)[0]!,
    order: [told(protocol, "x2many_create_so")].flat().map(Number)[0]!,
    archived: many[0]!,
    deleted: many.slice(1),
  };
}

interface Session {
  user?: keyof typeof USERS;
  args?: string[];
  env?: Record<string, string>;
}

/** Runs the program on a recorded Odoo of its own, and checks every request it sent. */
async function onOdoo19(
  protocol: Protocol | "auto",
  run: (client: Client, odoo: RecordedOdoo) => Promise<void>,
  { user = "admin", args = [], env = {} }: Session = {},
): Promise<void> {
  await using odoo = startRecordedOdoo();
  const { login, password, apiKey } = USERS[user];
  const secret: Record<string, string> = protocol === "json2" ? { ODOO_API_KEY: apiKey } : { ODOO_PASSWORD: password };
  await using client = await connectStdio(
    ["serve", "--odoo-url", odoo.url, "--odoo-protocol", protocol, ...args],
    { env: { ODOO_DB: DATABASE, ODOO_USERNAME: login, ...secret, ...env } },
  );
  await run(client, odoo);
  for (const one of odoo.asked) checkRequest(one);
}

/** What 19 would silently misunderstand, or refuse: no request may hold any of it. */
function checkRequest({ line, headers, body, protocol, call: sent }: RecordedOdoo["asked"][number]): void {
  if (line.startsWith("GET ")) return;
  assert.equal(headers.get("content-length"), String(new TextEncoder().encode(body).length), line);
  assert.equal(headers.get("transfer-encoding"), null, line);
  assert.equal(headers.get("cookie"), null, line);
  if (sent === undefined) return;
  assert.equal(sent.problem, undefined, `${line}: ${body}`);
  assert.ok(sent.ids === undefined || (Array.isArray(sent.ids) && sent.ids.length > 0), `${line}: ${body}`);
  if (protocol !== "json2") return;
  assert.match(headers.get("authorization") ?? "", /^Bearer \S+$/);
  assert.match(headers.get("x-odoo-database") ?? "", /^\w+$/);
  assert.ok(!Object.hasOwn(sent.params, "args") && !Object.hasOwn(sent.params, "kwargs"), body);
}

/** The answer of a tool that must succeed. */
async function get(client: Client, tool: string, args: Record<string, unknown>): Promise<Called["data"]> {
  const { isError, text, data } = await call(client, tool, args);
  assert.equal(isError, false, text);
  return data;
}

/** The error of a tool that must fail: its code, and nothing of the server's inside or of its jokes. */
async function refused(client: Client, code: string, tool: string, args: Record<string, unknown>): Promise<Called> {
  const answer = await call(client, tool, args);
  assert.equal(answer.isError, true, answer.text);
  assert.equal(answer.data.code, code, answer.text);
  assert.doesNotMatch(answer.text, /Traceback|File \\?"|\/opt\/|\.py\b|Uh-oh|cookies|password-19|a{40}/, answer.text);
  return answer;
}

/** Calls a tool that wants a confirmation, and confirms it. */
async function confirmed(
  client: Client,
  tool: string,
  args: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const { data } = await refused(client, "E010", tool, args);
  return { ...args, plan: String(data.details!.plan) };
}

Deno.test("with an API key Odoo 19 is asked over JSON-2, once its version is known", async () => {
  await onOdoo19("auto", async (client, odoo) => {
    await get(client, "count_records", { model: "res.partner" });
    await get(client, "count_records", { model: "res.partner" });
    const [first, ...others] = odoo.asked;
    assert.deepEqual([first?.line, first?.service], ["POST /jsonrpc", "common.version"]);
    assert.ok(others.length > 0 && others.every(({ protocol }) => protocol === "json2"));
    assert.equal(odoo.calls("res.users.context_get").length, 1, "who the key belongs to is asked once");
  }, { env: { ODOO_API_KEY: USERS.admin.apiKey } });
});

Deno.test("with a password Odoo 19 is asked over JSON-RPC, after one login", async () => {
  await onOdoo19("auto", async (client, odoo) => {
    await get(client, "count_records", { model: "res.partner" });
    await get(client, "count_records", { model: "res.partner" });
    assert.ok(odoo.asked.every(({ protocol }) => protocol === "jsonrpc"));
    assert.equal(odoo.asked.filter(({ service }) => service === "common.authenticate").length, 1);
  });
});

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  Deno.test(`over ${protocol} an API key stands in for the password`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const { user } = await get(client, "get_context", {});
      assert.deepEqual(user, { id: 2, name: "Mitchell Admin", login: "admin" });
      assert.ok(odoo.asked.some(({ by }) => by === "auth_api_key_as_password"));
    }, { env: { ODOO_API_KEY: USERS.admin.apiKey } });
  });
}

for (const protocol of PROTOCOLS) {
  const { partner, order, archived, deleted } = idsOf(protocol);

  Deno.test(`over ${protocol} an agent searches, reads and counts in Odoo 19`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const fields = ["name", "email", "country_id", "category_id", "create_date"];
      const page = await get(client, "search_records", {
        model: "res.partner",
        fields,
        limit: 2,
        offset: 2,
        order: "id",
      });
      assert.deepEqual(page.rows, [
        [
          6,
          "Marc Demo",
          "mark.brown23@example.com",
          [233, "United States"],
          { count: 0, ids: [] },
          "2026-11-21T08:42:36+01:00",
        ],
        [
          7,
          "Joel Willis",
          "joel.willis63@example.com",
          [233, "United States"],
          { count: 0, ids: [] },
          "2026-11-21T08:42:36+01:00",
        ],
      ]);
      assert.equal(page.has_more, true);
      const [search] = odoo.calls("res.partner.search_read");
      assert.deepEqual(search?.call.params, { domain: [], fields, limit: 3, offset: 2, order: "id asc" });
      assert.deepEqual(search?.call.context, { lang: "en_US", tz: "Europe/Brussels", allowed_company_ids: [1, 3, 2] });

      const leads = await get(client, "search_records", {
        model: "crm.lead",
        fields: ["name", "stage_id", "description", "expected_revenue"],
        limit: 1,
      });
      assert.deepEqual(leads.rows![0], [1, "Club Office Furnitures", [1, "New"], null, 0]);

      const read = await get(client, "get_record", { model: "res.partner", ids: [99999999, 1], fields: ["name"] });
      assert.deepEqual(read.missing, [99999999]);
      assert.deepEqual(read.records, [
        { id: 1, name: "My Company (San Francisco)", url: `${odoo.url}/odoo/res.partner/1` },
      ]);

      const all = await get(client, "count_records", { model: "res.partner" });
      assert.equal(all.count, told(protocol, "search_count"));
      const inUsa = { model: "res.partner", domain: [["country_id", "any", [["code", "=", "US"]]]] };
      assert.equal((await get(client, "count_records", inUsa)).count, told(protocol, "domain_any"));

      const plain = await get(client, "complex_search", {
        model: "res.partner",
        where: [{ any: [{ field: "name", op: "contains", value: "azure" }, { field: "email", op: "is_set" }] }],
      });
      assert.deepEqual(plain.domain, [
        "|",
        ["name", "ilike", "azure"],
        "&",
        ["email", "!=", false],
        ["email", "!=", ""],
      ]);
      assert.deepEqual(odoo.calls("res.partner.search_read").at(-1)?.call.params["domain"], plain.domain);
    });
  });

  Deno.test(`over ${protocol} ids that do not exist are told, though 19 answers them when no column is read`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      for (const fields of [["id"], ["display_name"], ["contact_address"]]) {
        const { records, missing } = await get(client, "get_record", {
          model: "res.partner",
          ids: [1, 99999999],
          fields,
        });
        assert.deepEqual([Number(records!.length), missing], [1, [99999999]], String(fields));
      }
      const model = { model: "res.partner", ids: [partner, 99999999] };
      await refused(client, "E005", "update_record", { ...model, values: { phone: "+1 555" } });
      await refused(client, "E005", "delete_record", model);
      await refused(client, "E005", "run_action", { ...model, action: "action_archive" });
      assert.deepEqual(odoo.asked.filter((one) => /write|unlink|action/.test(one.call?.method ?? "")), []);
    });
  });

  Deno.test(`over ${protocol} the views of 19 tell what people see and which buttons there are when`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const { actions, not_allowed } = await get(client, "describe_model", {
        model: "sale.order",
        include: ["actions"],
      });
      const told = (actions as unknown as Record<string, unknown>[]).map((
        { action, states, hidden_if },
      ) => [action, states, hidden_if]);
      assert.deepEqual(told, [
        ["action_confirm", ["draft", "sent"], undefined],
        ["action_cancel", ["draft", "sent", "sale"], "locked"],
        ["create_invoices", ["sale"], undefined],
      ]);
      assert.deepEqual(not_allowed, ["action_quotation_send"]);
      const { fields } = await get(client, "describe_model", { model: "sale.order" });
      const names = (fields as unknown as Record<string, unknown>[]).map(({ name }) => name);
      for (const name of ["name", "partner_id", "amount_total", "state"]) assert.ok(names.includes(name), `${names}`);
      assert.equal(odoo.calls("sale.order.get_views").length, 1);
    });
  });

  Deno.test(`over ${protocol} a model of 19 is described`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const { fields, rights } = await get(client, "describe_model", {
        model: "res.partner",
        fields: ["type", "child_ids", "image_128"],
      });
      assert.deepEqual(rights, { create: true, read: true, write: true, unlink: true });
      const [type, children, image] = fields as unknown as Record<string, unknown>[];
      const labels = { contact: "Contact", invoice: "Invoice", delivery: "Delivery", other: "Other" };
      assert.deepEqual(type!.selection, labels);
      assert.deepEqual([children!.relation, children!.inverse, children!.groupable], [
        "res.partner",
        "parent_id",
        false,
      ]);
      assert.deepEqual([image!.type, image!.sortable, image!.depends], ["binary", false, ["image_1920"]]);
      const [asked] = odoo.calls("res.partner.fields_get");
      const attributes = asked?.call.params["attributes"];
      assert.ok(Array.isArray(attributes) && attributes.includes("groupable"), "the list of attributes is bounded");
    });
  });

  Deno.test(`over ${protocol} an ordinary user, who may not list models on 19, gets the common ones`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const { models, notes } = await get(client, "list_models", { limit: 50 });
      const names = (models as unknown as { name: string }[]).map(({ name }) => name);
      for (const name of ["res.partner", "crm.lead", "sale.order"]) assert.ok(names.includes(name), names.join());
      assert.ok(!names.includes("account.move"), "refused or absent models are left out");
      assert.match(String(notes), /lets this user not list models/);
      assert.deepEqual(odoo.calls("ir.model.search_read").map(({ by }) => by), ["ir_model_demo"]);
    }, { user: "demo" });
  });

  Deno.test(`over ${protocol} formatted_read_group answers in the form that read_group's answers get`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const byMonth = await get(client, "analytics_query", {
        model: "sale.order",
        group_by: ["state", "date_order:month"],
        measures: ["count", "amount_total:sum", "partner_id:count_distinct"],
        having: [{ measure: "count", op: ">", value: 0 }],
      });
      const columns = byMonth.columns as unknown as { name: string; currency?: string }[];
      assert.deepEqual(columns.map(({ name }) => name), [
        "state",
        "date_order:month",
        "count",
        "amount_total:sum",
        "partner_id:count_distinct",
      ]);
      const rows = byMonth.rows as unknown as Json[][];
      assert.deepEqual(rows.find(([state, month]) => state === "Quotation" && month === "2026-10"), [
        "Quotation",
        "2026-10",
        3,
        5092.5,
        2,
      ]);
      // One currency is told once, with the column.
      assert.deepEqual(columns.map(({ currency }) => currency), [undefined, undefined, undefined, "USD", undefined]);
      // The older method is still recorded: both must say the same.
      const classic = told(protocol, "read_group_month") as {
        __range: { "date_order:month": { from: string } };
      }[] as unknown as Record<string, Json>[];
      assert.deepEqual(
        rows.map(([, ...rest]) => JSON.stringify(rest)).sort(),
        classic.map((row) => {
          const { from } = (row["__range"] as { "date_order:month": { from: string } })["date_order:month"];
          return JSON.stringify([from.slice(0, 7), row["__count"]!, row["amount_total"]!, row["partner_id"]!]);
        }).sort(),
      );

      const best = await get(client, "analytics_query", {
        model: "sale.order",
        group_by: ["partner_id"],
        measures: ["amount_total:sum", "count", "amount_total:avg", "date_order:max"],
        limit: 2,
      });
      assert.deepEqual(best.rows, [
        [[9, "Acme Corporation"], 72395, 4, 18098.75, "2026-11-21T08:43:56+01:00"],
        [[10, "Gemini Furniture"], 23963, 17, 1409.5882, "2026-11-21T08:43:53+01:00"],
      ]);
      const known = told(protocol, "formatted_read_group_m2o") as Record<string, Json>[];
      const sum = (name: string) => known.reduce((total, row) => total + Number(row[name]), 0);
      assert.deepEqual([best.groups, best.groups_total, best.records], [2, 3, sum("__count")]);
      assert.deepEqual(best.others, {
        groups: 1,
        "amount_total:sum": 4687.5,
        count: 2,
        "amount_total:avg": 2343.75,
        "date_order:max": "2026-10-21T09:43:51+02:00",
      });
      assert.equal(best.totals!["amount_total:sum"], sum("amount_total:sum"));
      assert.equal(odoo.calls("sale.order.formatted_read_group").length, 2, "one request for each question");

      const nothing = await get(client, "analytics_query", {
        model: "sale.order",
        domain: [["id", "=", 0]],
        measures: ["count", "amount_total:sum", "date_order:max"],
      });
      assert.deepEqual(nothing.rows, [[0, 0, null]]);
      assert.ok(odoo.calls("sale.order.formatted_read_group").length > 0);
      assert.deepEqual(odoo.calls("sale.order.read_group"), []);
    });
  });

  Deno.test(`over ${protocol} an agent creates, changes and deletes in Odoo 19`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const name = `MCPFIX ${protocol} l1`;
      const one = await get(client, "create_record", { model: "res.partner", values: { name } });
      const [id] = told(protocol, "create_list_of_one") as number[];
      assert.deepEqual(one.ids, [id], "a list on every protocol, JSON-2's own form included");
      assert.deepEqual(
        [one.records![0]!.display_name, one.records![0]!.url],
        [name, `${odoo.url}/odoo/res.partner/${id}`],
      );
      assert.deepEqual(odoo.calls("res.partner.create")[0]?.call.params, { vals_list: [{ name }] });

      const three = ["m1", "m2", "m3"].map((part) => ({ name: `MCPFIX ${protocol} ${part}` }));
      const many = await get(client, "create_record", { model: "res.partner", values: three });
      assert.deepEqual(many.ids, told(protocol, "create_many"));

      const batch = await get(client, "batch_operation", {
        operations: three.map((values) => ({ op: "create", model: "res.partner", values })),
      });
      assert.deepEqual(batch.counts, { done: 3, failed: 0, uncertain: 0, not_tried: 0 });
      assert.equal(odoo.calls("res.partner.create").length, 3, "a batch of creates is one call");

      const values = { phone: "+1 555", category_id: { set: [1, 2] } };
      const changed = await get(client, "update_record", { model: "res.partner", ids: [partner], values });
      assert.deepEqual(odoo.calls("res.partner.write").map((sent) => [sent.call.ids, sent.call.params]), [
        [[partner], { vals: { phone: "+1 555", category_id: [[6, 0, [1, 2]]] } }],
      ]);
      assert.deepEqual(changed.records![0]!.changed!.phone, { before: null, after: "+1 555" });

      const which = { model: "res.partner", ids: deleted };
      const yes = await confirmed(client, "delete_record", which);
      assert.deepEqual(odoo.calls("res.partner.unlink"), [], "nothing is deleted before the yes");
      const gone = await get(client, "delete_record", yes);
      assert.deepEqual((gone.deleted as unknown as { id: number }[]).map((record) => record.id), deleted);
      assert.deepEqual(odoo.calls("res.partner.unlink").map((sent) => sent.call.ids), [deleted]);
      assert.deepEqual((await get(client, "get_record", { ...which, fields: ["name"] })).missing, deleted);
    });
  });

  Deno.test(`over ${protocol} an order of 19 is created with its lines, confirmed once, and its delivery is next`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const lines = [
        { product_id: 5, product_uom_qty: 2, price_unit: 10.5 },
        { product_id: 6, product_uom_qty: 3, price_unit: 10.5 },
        { display_type: "line_note", name: "a note" },
      ];
      const created = await get(client, "create_record", {
        model: "sale.order",
        values: { partner_id: partner, order_line: { create: lines }, client_order_ref: `MCPFIX ${protocol}` },
      });
      assert.deepEqual(created.ids, [order]);
      assert.deepEqual(
        [created.records![0]!.filled!.state, created.records![0]!.filled!.amount_total],
        ["draft", 52.5],
      );
      const sent = odoo.calls("sale.order.create")[0]!.call.params["vals_list"] as Record<string, Json>[];
      assert.deepEqual(sent[0]!["order_line"], lines.map((line) => [0, 0, line]));

      const press = { model: "sale.order", ids: [order] };
      const done = await get(
        client,
        "run_action",
        await confirmed(client, "run_action", { ...press, action: "action_confirm" }),
      );
      assert.equal(done.finished, true);
      assert.deepEqual(
        [done.records![0]!.before!.state, done.records![0]!.after!.state],
        ["draft", "sale"],
      );

      const window = await get(
        client,
        "run_action",
        await confirmed(client, "run_action", { ...press, action: "action_view_delivery" }),
      );
      assert.equal(window.finished, false);
      assert.equal(window.next!.model, "stock.picking");

      const twice = await refused(client, "E004", "run_action", { ...press, action: "action_confirm" });
      assert.match(twice.text, /is sale \(Sales Order\), and it runs from draft/);
      assert.equal(odoo.calls("sale.order.action_confirm").length, 1, "nobody was asked to confirm it again");
      const remove = await confirmed(client, "delete_record", press);
      assert.match((await refused(client, "E004", "delete_record", remove)).text, /You must first cancel it/);
      const cancelled = await get(
        client,
        "run_action",
        await confirmed(client, "run_action", { ...press, action: "action_cancel" }),
      );
      assert.equal(cancelled.records![0]!.after!.state, "cancel");
    }, { args: ["--actions-allow", "sale.order.action_view_delivery"] });
  });

  Deno.test(`over ${protocol} an action of 19 that answers nothing has happened`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const press = { model: "res.partner", ids: [archived], action: "action_archive" };
      const done = await get(client, "run_action", await confirmed(client, "run_action", press));
      assert.equal(done.finished, true);
      assert.deepEqual(done.records![0]!.after!.active, false);
      assert.deepEqual(odoo.calls("res.partner.action_archive").map(({ by }) => by), ["archive_returns"], "sent once");
    });
  });

  Deno.test(`over ${protocol} the business rules of 19 are told word for word`, async () => {
    await onOdoo19(protocol, async (client) => {
      const tag = { name: `MCPFIX ${protocol} u` };
      const unique = await refused(client, "E004", "create_record", { model: "crm.tag", values: [tag, tag] });
      assert.equal(unique.data.message, "The operation cannot be completed: Tag name already exists!");
      const missing = await refused(client, "E004", "create_record", { model: "crm.tag", values: {} });
      assert.match(missing.text, /Missing required value for the field 'Tag Name' \(name\)/);
      const nameless = await refused(client, "E004", "create_record", {
        model: "res.partner",
        values: { email: "x@y" },
      });
      assert.match(nameless.text, /Contacts require a name/);
      const loop = { model: "res.partner", ids: [partner], values: { parent_id: partner } };
      const recursive = await refused(client, "E004", "update_record", loop);
      assert.equal(recursive.data.message, "You cannot create recursive Partner hierarchies.");
      const used = await confirmed(client, "delete_record", { model: "res.country", ids: [233] });
      assert.match((await refused(client, "E004", "delete_record", used)).text, /Another model is using the record/);
      const pointless = { model: "res.partner", ids: [partner], values: { country_id: 99999999 } };
      const target = await refused(client, "E005", "update_record", pointless);
      assert.match(target.text, /refers to/);
      assert.deepEqual(target.data.details, { model: "res.country", ids: [99999999] });
    });
  });

  Deno.test(`over ${protocol} an unknown model, method or field of 19 is named`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      for (const tool of ["search_records", "count_records", "describe_model"]) {
        assert.match((await refused(client, "E005", tool, { model: "no.such.model" })).text, /no\.such\.model/);
      }
      const near = await refused(client, "E005", "search_records", { model: "res.partnr" });
      assert.match(near.text, /res\.partner/);
      const unknown = { model: "res.partner", ids: [partner], action: "no_such_method" };
      const method = await refused(client, "E005", "run_action", await confirmed(client, "run_action", unknown));
      assert.deepEqual(method.data.details, { model: "res.partner", method: "no_such_method" });
      const before = odoo.asked.length;
      await refused(client, "E004", "search_records", { model: "res.partner", fields: ["name", "nosuch"] });
      await refused(client, "E004", "count_records", { model: "res.partner", domain: [["nosuch", "=", 1]] });
      await refused(client, "E004", "count_records", {
        model: "res.partner",
        domain: [["contact_address", "ilike", "a"]],
      });
      assert.equal(odoo.asked.length, before, "fields are checked before anything is sent");
    }, { args: ["--actions-allow", "res.partner.no_such_method"] });
  });

  Deno.test(`over ${protocol} refusals of 19 are told plainly, without its jokes`, async () => {
    await onOdoo19(protocol, async (client) => {
      const write = { model: "res.company", ids: [1], values: { name: "x" } };
      const acl = await refused(client, "E003", "update_record", write);
      assert.match(acl.text, /You are not allowed to modify 'Companies' \(res\.company\) records/);
      assert.deepEqual(acl.data.details, { model: "res.company", operation: "write", groups: ["Access Rights"] });
      await refused(client, "E004", "get_record", { model: "res.partner", ids: [1], fields: ["account_move_count"] });
    }, { user: "demo" });
    await onOdoo19(protocol, async (client, odoo) => {
      const rule = await refused(client, "E003", "get_record", { model: "sale.order", ids: [1], fields: ["name"] });
      assert.match(rule.text, /Joel Willis \(id=6\) doesn't have 'read' access to:\\n- Sales Order \(sale\.order\)/);
      assert.deepEqual(rule.data.details, { model: "sale.order", operation: "read" });
      assert.equal(odoo.calls("sale.order.read").length, 1, "a refusal is not asked again");
    }, { user: "portal" });
  });

  Deno.test(`over ${protocol} a change that 19 rolled back for another transaction is tried anew, then told`, async () => {
    await onOdoo19(protocol, async (client, odoo) => {
      const change = { model: "res.partner", ids: [partner], values: { ref: "mine" } };
      const { data } = await refused(client, "E008", "update_record", change);
      assert.equal(data.retryable, true);
      // Nothing was kept, so sending it again does nothing twice.
      assert.deepEqual(odoo.calls("res.partner.write").map(({ by }) => by), Array(3).fill("err_serialization"));
    });
  });

  Deno.test(`over ${protocol} a language that 19 has not installed is told with what to set`, async () => {
    await onOdoo19(protocol, async (client) => {
      const { text } = await refused(client, "E004", "count_records", { model: "res.partner" });
      assert.match(text, /Invalid language code: fr_FR.*odoo\.language/);
    }, { args: ["--odoo-language", "fr_FR"] });
  });

  Deno.test(`over ${protocol} wrong credentials and a wrong database of 19 are told apart`, async () => {
    const wrong: Record<string, string> = protocol === "json2"
      ? { ODOO_API_KEY: "0".repeat(40) }
      : { ODOO_PASSWORD: "nope" };
    await onOdoo19(protocol, async (client, odoo) => {
      const { data } = await refused(client, "E002", "count_records", { model: "res.partner" });
      assert.equal(data.details!.reason, protocol === "json2" ? "api_key" : "credentials");
      const before = odoo.asked.length;
      await refused(client, "E002", "count_records", { model: "res.partner" });
      assert.equal(odoo.asked.length, before, "a refused login is not tried at each call");
    }, { env: wrong });
    await onOdoo19(protocol, async (client) => {
      const { text } = await refused(client, "E001", "count_records", { model: "res.partner" });
      assert.match(text, /database/);
    }, { env: { ODOO_DB: "no_such_db" } });
  });
}
