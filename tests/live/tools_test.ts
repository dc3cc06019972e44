/** The whole program as agents use it, on a real Odoo: a process of its own, a real MCP client, both old protocols. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { jsonCall, login } from "../../scripts/bench/odoo.ts";
import { startFaulty } from "../support/faulty_odoo.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, connectHttp, connectStdio, type Elicit, startHttp, type Tree } from "../support/server.ts";

const PROTOCOLS = ["jsonrpc", "xmlrpc"] as const;

interface How {
  protocol?: typeof PROTOCOLS[number];
  /** A user whose password is the login, instead of the administrator. */
  user?: string;
  /** Another way to the same Odoo. */
  url?: string;
  args?: string[];
  elicit?: Elicit;
}

function settings(live: LiveOdoo, { protocol = "jsonrpc", user, url = live.url, args = [] }: How): {
  args: string[];
  env: Record<string, string>;
} {
  return {
    args: ["--odoo-url", url, "--odoo-database", live.database, "--odoo-protocol", protocol, ...args],
    env: { ODOO_USERNAME: user ?? live.username, ODOO_PASSWORD: user ?? live.password },
  };
}

function connect(live: LiveOdoo, how: How = {}): Promise<Client & AsyncDisposable> {
  const { args, env } = settings(live, how);
  return connectStdio(["serve", ...args], { env, ...(how.elicit && { elicit: how.elicit }) });
}

/** The answer of a tool that must not fail. */
async function done(client: Client, tool: string, args: Record<string, unknown> = {}): Promise<Tree> {
  const { isError, data, text } = await call(client, tool, args);
  assert.equal(isError, false, `${tool} ${JSON.stringify(args).slice(0, 300)}: ${text.slice(0, 1000)}`);
  return data;
}

/** The failure of a tool that must fail, with the code it must have. */
async function refused(client: Client, code: string, tool: string, args: Record<string, unknown>): Promise<Tree> {
  const { isError, data, text } = await call(client, tool, args);
  assert.deepEqual([isError, data.code], [true, code], `${tool} ${JSON.stringify(args).slice(0, 300)}: ${text}`);
  // A business rule of Odoo speaks for itself; everything else comes with what to do next.
  assert.ok(String(data.message).length > 0 && (code === "E004" || String(data.hint).length > 0), text);
  assert.doesNotMatch(text, /Traceback|File "|\.py\b/, text);
  return data;
}

/** Runs a tool twice: for its plan, then with it. Answers the plan's lines too. */
async function agreed(client: Client, tool: string, args: Record<string, unknown>): Promise<Tree & { will: Tree }> {
  const { details } = await refused(client, "E010", tool, args);
  return { ...await done(client, tool, { ...args, plan: details!.plan }), will: details!.will! };
}

/** Deletes in Odoo itself what a test made, the newest first; what is gone already does not matter. */
function trash(live: LiveOdoo): AsyncDisposable & { keep(model: string, ids: unknown): number[] } {
  const made: { model: string; id: number }[] = [];
  return {
    keep(model, ids) {
      const numbers = (ids as number[]).map(Number);
      made.push(...numbers.map((id) => ({ model, id })));
      return numbers;
    },
    async [Symbol.asyncDispose]() {
      const uid = made.length === 0 ? 0 : await login(live);
      for (const { model, id } of made.reverse()) {
        // A confirmed order is cancelled before Odoo lets it go.
        if (model === "sale.order") await jsonCall(live, uid, model, "action_cancel", [[id]], {}).catch(() => {});
        await jsonCall(live, uid, model, "unlink", [[id]], {}).catch(() => {});
      }
    },
  };
}

/** What a table holds in a column. */
function column({ columns, rows }: Tree, name: string): unknown[] {
  const at = (columns as unknown as (string | { name: string })[]).findIndex((one) =>
    (typeof one === "string" ? one : one.name) === name
  );
  assert.ok(at >= 0, `${name} is no column of ${JSON.stringify(columns)}`);
  return (rows as unknown as unknown[][]).map((row) => row[at]);
}

for (const protocol of PROTOCOLS) {
  liveTest(`an agent finds its way, searches and reads over ${protocol}`, async (live) => {
    await using client = await connect(live, { protocol });
    const { tools } = await client.listTools();
    for (const name of ["get_context", "search_records", "run_action", "batch_operation"]) {
      assert.ok(tools.some((tool) => tool.name === name), name);
    }
    const context = await done(client, "get_context");
    assert.equal(context.user!.login, live.username);
    assert.match(String(context.odoo!.version), /^\d+\.\d/);
    assert.match(String(context.today), /^\d{4}-\d\d-\d\d$/);

    const companies = { model: "res.partner", domain: [["is_company", "=", true]], order: "id" };
    const page = await done(client, "search_records", { ...companies, limit: 4, total: true });
    assert.deepEqual([page.rows!.length, page.has_more], [4, true]);
    assert.ok(Number(page.total) > 4);
    const next = await done(client, "search_records", { ...companies, limit: 4, cursor: page.next });
    const ids = [...column(page, "id"), ...column(next, "id")] as number[];
    assert.deepEqual(ids, [...new Set(ids)].sort((a, b) => a - b));
    const counted = await done(client, "count_records", { model: "res.partner", domain: companies.domain });
    assert.equal(counted.count, page.total);

    const missing = 2_000_000_000;
    const read = await done(client, "get_record", { model: "res.partner", ids: [ids[1], missing, ids[0]] });
    assert.deepEqual([read.missing, read.records!.length], [[missing], 2]);
    assert.deepEqual([read.records![0]!.id, read.records![1]!.id], [ids[1], ids[0]]);
    assert.match(String(read.records![0]!.url), new RegExp(`^${live.url}/.*${ids[1]}`));
    assert.doesNotMatch(JSON.stringify(read), /:false[,}]/);

    const described = await done(client, "describe_model", { model: "sale.order", query: "customer" });
    const fields = described.fields as unknown as Tree[];
    assert.ok(fields.some(({ name, relation }) => name as unknown === "partner_id" && relation as unknown));
    const models = await done(client, "list_models", { query: "sales order" });
    assert.equal(models.models![0]!.name, "sale.order");
    const metadata = await done(client, "get_metadata", { model: "res.partner", ids: [ids[0], missing] });
    assert.deepEqual(metadata.missing, [missing]);
    assert.match(String(metadata.records![0]!.created), /^\d{4}-\d\d-\d\dT.*[+-]\d\d:\d\d$|Z$/);
  });

  liveTest(`relative dates become absolute bounds that the answer shows over ${protocol}`, async (live) => {
    await using client = await connect(live, { protocol });
    const found = await done(client, "complex_search", {
      model: "sale.order",
      where: [
        { field: "date_order", op: ">=", value: "-365d" },
        { any: [{ field: "state", op: "in", value: ["Sales Order", "draft"] }, { field: "partner_id", op: "is_set" }] },
        { not: { field: "name", op: "starts_with", value: "100%" } },
      ],
      fields: ["name", "date_order", "state"],
      limit: 50,
    });
    assert.ok(Number(found.count) > 0);
    const text = JSON.stringify(found.domain);
    assert.match(text, /\["date_order",">=","\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"\]/);
    assert.match(text, /\["sale","draft"\]/);
    assert.match(text, /"=ilike","100\\\\%%"/);
    const bound = /"date_order",">=","([^"]+)"/.exec(text)![1]!;
    const earliest = Date.parse(`${bound.replace(" ", "T")}Z`);
    for (const date of column(found, "date_order")) assert.ok(Date.parse(String(date)) >= earliest, String(date));
    const none = await done(client, "count_records", {
      model: "sale.order",
      where: [{ field: "date_order", op: "between", value: ["1990", "1991-Q2"] }],
    });
    assert.equal(none.count, 0);
  });

  liveTest(`sums by month are what the rows add up to over ${protocol}`, async (live) => {
    await using client = await connect(live, { protocol });
    const orders = await done(client, "search_records", {
      model: "sale.order",
      // Of one currency: others would be kept apart, in rows of their own.
      domain: [["currency_id", "=", "EUR"]],
      fields: ["date_order", "amount_total"],
      limit: 200,
      order: "id",
    });
    const own = new Map<string, { count: number; sum: number }>();
    const amounts = column(orders, "amount_total").map(Number);
    for (const [index, date] of column(orders, "date_order").entries()) {
      const month = own.get(String(date).slice(0, 7)) ?? { count: 0, sum: 0 };
      own.set(String(date).slice(0, 7), { count: month.count + 1, sum: month.sum + amounts[index]! });
    }
    assert.ok(own.size > 0);
    const sums = await done(client, "analytics_query", {
      model: "sale.order",
      domain: [["id", "in", column(orders, "id")]],
      group_by: ["date_order:month"],
      measures: ["count", "amount_total:sum"],
      order: "date_order:month",
    });
    const rows = sums.rows as unknown as [string, number, number][];
    assert.deepEqual(rows.map(([month]) => month), [...own.keys()].sort());
    for (const [month, count, sum] of rows) {
      assert.equal(count, own.get(month)!.count, month);
      assert.ok(Math.abs(sum - own.get(month)!.sum) < 0.01, `${month}: ${sum} and ${own.get(month)!.sum}`);
    }
    const total = amounts.reduce((all, amount) => all + amount, 0);
    assert.ok(Math.abs(Number(sums.totals!["amount_total:sum"]) - total) < 0.01);
  });

  liveTest(`an agent creates, changes, confirms and deletes an order with lines over ${protocol}`, async (live) => {
    await using bin = trash(live);
    await using client = await connect(live, { protocol });
    const partner = await done(client, "create_record", {
      model: "res.partner",
      values: { name: `Tools <${protocol}> & "Sön" 🛒`, country_id: "Belgium" },
    });
    const [customer] = bin.keep("res.partner", partner.ids);
    const products = await done(client, "search_records", {
      model: "product.product",
      domain: [["sale_ok", "=", true], ["type", "=", "service"]],
      fields: ["display_name"],
      limit: 2,
    });
    const [desk, chair] = column(products, "id");
    const created = await done(client, "create_record", {
      model: "sale.order",
      values: {
        partner_id: customer,
        client_order_ref: "first",
        order_line: {
          create: [{ product_id: desk, product_uom_qty: 3, price_unit: 10 }, { product_id: chair, price_unit: 5 }],
        },
      },
    });
    const ids = bin.keep("sale.order", created.ids);
    assert.equal(created.records![0]!.filled!.state, "draft");
    assert.equal(created.records![0]!.filled!.amount_untaxed, 35);

    const values = { client_order_ref: "second", partner_id: customer };
    const changed = await done(client, "update_record", { model: "sale.order", ids, values });
    assert.deepEqual(changed.records![0]!.changed, { client_order_ref: { before: "first", after: "second" } });
    const status = await refused(client, "E004", "update_record", {
      model: "sale.order",
      ids,
      values: { state: "sale" },
    });
    assert.match(`${status.message} ${status.hint}`, /run_action|action_confirm/);

    const confirm = { model: "sale.order", ids, action: "action_confirm" };
    const { details } = await refused(client, "E010", "run_action", confirm);
    const other = { ...confirm, action: "action_cancel", plan: details!.plan };
    await refused(client, "E010", "run_action", other);
    const confirmed = await agreed(client, "run_action", confirm);
    assert.equal(confirmed.finished, true);
    assert.equal(confirmed.records![0]!.before!.state, "draft");
    assert.equal(confirmed.records![0]!.after!.state, "sale");
    await refused(client, "E010", "run_action", { ...confirm, action: "action_cancel", plan: "made up" });
    const again = await refused(client, "E004", "run_action", confirm);
    assert.match(`${again.message} ${again.hint}`, /is sale .*Possible now: action_cancel/);

    const remove = { model: "sale.order", ids };
    const { details: plan } = await refused(client, "E010", "delete_record", remove);
    const kept = await refused(client, "E004", "delete_record", { ...remove, plan: plan!.plan });
    assert.match(String(kept.message), /confirmed/, "Odoo's own rule, word for word");
    await agreed(client, "run_action", { ...confirm, action: "action_cancel" });
    const deleted = await agreed(client, "delete_record", remove);
    assert.equal(deleted.deleted![0]!.id, ids[0]);
    assert.match(JSON.stringify(deleted.will), /S\d+/);
    assert.deepEqual((await done(client, "get_record", remove)).missing, ids);
    await refused(client, "E005", "delete_record", remove);
  });

  liveTest(`a batch of creates keeps all or nothing over ${protocol}`, async (live) => {
    await using bin = trash(live);
    await using client = await connect(live, { protocol });
    const tag = (name: string) => ({ op: "create", model: "crm.tag", values: { name: `${name} ${protocol}` } });
    const domain = [["name", "=like", `Tools tag % ${protocol}`]];
    const count = async () => (await done(client, "count_records", { model: "crm.tag", domain })).count;
    const twice = { operations: [tag("Tools tag A"), tag("Tools tag B"), tag("Tools tag A")] };
    const failed = await refused(client, "E004", "batch_operation", twice);
    assert.match(String(failed.message), /^Nothing of the batch was kept/);
    assert.equal(await count(), 0);
    const kept = await done(client, "batch_operation", { operations: [tag("Tools tag A"), tag("Tools tag B")] });
    for (const item of kept.items as unknown as Tree[]) {
      bin.keep("crm.tag", (item.records as unknown as Tree[]).map(({ id }) => id));
    }
    assert.equal(kept.complete, true);
    assert.equal(await count(), 2);
  });

  liveTest(`a person who is asked decides whether a record is deleted over ${protocol}`, async (live) => {
    await using bin = trash(live);
    let answer: "accept" | "decline" = "decline";
    await using client = await connect(live, { protocol, elicit: () => answer });
    const created = await done(client, "create_record", { model: "res.partner", values: { name: "Tools asked" } });
    const ids = bin.keep("res.partner", created.ids);
    const remove = { model: "res.partner", ids };
    assert.match(String((await refused(client, "E010", "delete_record", remove)).message), /declined/);
    assert.deepEqual((await done(client, "get_record", remove)).missing, []);
    answer = "accept";
    assert.equal((await done(client, "delete_record", remove)).deleted![0]!.id, ids[0]);
    assert.deepEqual((await done(client, "get_record", remove)).missing, ids);
  });

  liveTest(`once the fields are known a reading tool asks Odoo once over ${protocol}`, async (live) => {
    await using bin = trash(live);
    await using proxy = startFaulty(live.url);
    await using client = await connect(live, { protocol, url: proxy.url });
    const model = "res.partner";
    const found = await done(client, "search_records", { model, limit: 2 });
    const ids = column(found, "id");
    const reads: [string, Record<string, unknown>, string[]][] = [
      ["search_records", { model, domain: [["name", "ilike", "a"]], limit: 5 }, ["search_read"]],
      ["complex_search", { model, where: [{ field: "create_date", op: ">=", value: "-9d" }] }, ["search_read"]],
      ["get_record", { model, ids }, ["read"]],
      ["count_records", { model }, ["search_count"]],
      ["analytics_query", { model, group_by: ["country_id"], measures: ["count"] }, ["read_group"]],
      ["get_metadata", { model, ids: [ids[0]] }, ["get_metadata"]],
      ["get_context", {}, []],
      ["describe_model", { model }, []],
      ["list_models", { query: "invoice" }, []],
    ];
    for (const [tool, args] of reads) await done(client, tool, args);
    for (const [tool, args, methods] of reads) {
      proxy.taken();
      await done(client, tool, args);
      assert.deepEqual(proxy.taken(), methods.map((method) => `${model}.${method}`), tool);
    }
    // Writing tools look before and after, so that the agent need not.
    const created = await done(client, "create_record", { model, values: { name: "Tools counted" } });
    const [id] = bin.keep(model, created.ids);
    assert.deepEqual(proxy.taken(), [`${model}.create`, `${model}.read`]);
    await done(client, "update_record", { model, ids: [id], values: { city: "Ghent" } });
    assert.deepEqual(proxy.taken(), [`${model}.read`, `${model}.write`, `${model}.read`]);
    await agreed(client, "delete_record", { model, ids: [id] });
    assert.deepEqual(proxy.taken().filter((name) => name === `${model}.unlink`), [`${model}.unlink`]);
  });
}

liveTest("an HTTP server of a real Odoo is ready, and its clients search, create and delete", async (live) => {
  await using bin = trash(live);
  const { args, env } = settings(live, {});
  await using server = await startHttp(args, env);
  const ready = await fetch(new URL("/ready", server.url));
  assert.deepEqual([ready.status, await ready.json()], [200, { status: "ready" }]);
  await using client = await connectHttp(server.url);
  await using old = await connectHttp(server.url, "2025-11-25");
  for (const one of [client, old]) {
    const created = await done(one, "create_record", { model: "res.partner", values: { name: "Tools over HTTP" } });
    const ids = bin.keep("res.partner", created.ids);
    assert.equal((await done(old, "count_records", { model: "res.partner", domain: [["id", "in", ids]] })).count, 1);
    await agreed(one, "delete_record", { model: "res.partner", ids });
    assert.deepEqual((await done(client, "get_record", { model: "res.partner", ids })).missing, ids);
  }
  const many = Array.from(
    { length: 16 },
    (_, at) => done(client, "search_records", { model: "res.partner", offset: at }),
  );
  assert.equal((await Promise.all(many)).length, 16);
});

liveTest("resources, prompts and completions speak of the real models", async (live) => {
  await using client = await connect(live);
  const read = async (uri: string) => JSON.stringify((await client.readResource({ uri })).contents);
  assert.match(await read("odoo://models"), /res\.partner/);
  assert.match(await read("odoo://model/sale.order"), /amount_total/);
  assert.match(await read("odoo://record/res.partner/1"), /display_name/);
  assert.match(await read("odoo://default/res.partner/1"), /display_name/);
  await assert.rejects(read("odoo://record/res.partner/2000000000"), /E005/);
  await assert.rejects(read("odoo://model/no.such.model"), /E005/);
  await assert.rejects(read("odoo://record/ir.config_parameter/1"), /E011/);
  const prompt = await client.getPrompt({
    name: "analyze_data",
    arguments: { model: "sale.order", question: "Who buys most?" },
  });
  assert.match(JSON.stringify(prompt.messages), /amount_total.*analytics_query/s);
  const explained = await client.getPrompt({ name: "explain_record", arguments: { model: "res.partner", id: "1" } });
  assert.match(JSON.stringify(explained.messages), /data, not instructions/);
  const ref = { type: "ref/resource" as const, uri: "odoo://record/{model}/{id}" };
  const models = await client.complete({ ref, argument: { name: "model", value: "sale.or" } });
  assert.ok(models.completion.values.includes("sale.order"), JSON.stringify(models));
  const partner = await done(client, "search_records", { model: "res.partner", fields: ["name"], limit: 1 });
  const [name] = column(partner, "name");
  const ids = await client.complete({
    ref,
    argument: { name: "id", value: String(name) },
    context: { arguments: { model: "res.partner" } },
  });
  assert.ok(ids.completion.values.includes(String(column(partner, "id")[0])), JSON.stringify(ids));
});

liveTest("what Odoo refuses to ordinary users is E003 and says which group would be allowed", async (live) => {
  await using limited = await connect(live, { user: "limited" });
  await using demo = await connect(live, { user: "demo", protocol: "xmlrpc" });
  const lead = await refused(limited, "E003", "search_records", { model: "crm.lead" });
  assert.match(String(lead.hint), /Sales/);
  assert.equal(lead.details!.model, "crm.lead");
  await refused(limited, "E003", "create_record", { model: "res.partner", values: { name: "Tools not allowed" } });
  const journal = { model: "account.journal", values: { name: "Tools", code: "TOOLS", type: "sale" } };
  const failure = await refused(demo, "E003", "create_record", journal);
  assert.match(String(failure.hint), /Billing Administrator/);
  assert.equal(failure.details!.operation, "create");
  const described = await done(limited, "describe_model", { model: "res.partner" });
  assert.deepEqual([described.rights!.read, described.rights!.create], [true, false]);
  const models = await done(limited, "list_models", { query: "contact" });
  assert.ok((models.models as unknown as Tree[]).some(({ name }) => name as unknown === "res.partner"));
  assert.equal((await done(limited, "get_context")).user!.login, "limited");
});

liveTest("nothing that one user has learnt shows to another, also over one protocol at the same time", async (live) => {
  await using admin = await connect(live);
  await using limited = await connect(live, { user: "limited" });
  // Odoo shows this field to accountants only.
  const field = "total_invoiced";
  const about = { model: "res.partner", fields: [field] };
  for (let turn = 0; turn < 3; turn++) {
    const [shown, hidden] = await Promise.all([
      done(admin, "describe_model", about),
      refused(limited, "E004", "describe_model", about),
    ]);
    assert.equal(shown.fields![0]!.name, field);
    assert.match(String(hidden.message), new RegExp(field));
    await Promise.all([
      done(admin, "count_records", { model: "crm.lead" }),
      refused(limited, "E003", "count_records", { model: "crm.lead" }),
    ]);
  }
});
