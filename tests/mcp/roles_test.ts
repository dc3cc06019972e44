/** Who may do what, through the front door: every kind of caller, every tool, real keys, the demo company. */
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createKey, writeKeys } from "../../src/guard/mod.ts";
import { tools } from "../../src/mcp/mod.ts";
import { call, connectStdio, type HttpServer, startHttp } from "../support/server.ts";

const SALES = {
  from: "editor",
  tools: [
    "search_records",
    "get_record",
    "count_records",
    "list_models",
    "create_record",
    "update_record",
    "list_messages",
  ],
  models: { allow: [], deny: ["crm.*"] },
  fields: { hide: ["res.partner.vat"], mask: ["email", "phone"] },
};

const ROLES = {
  sales: SALES,
  clerk: { from: "admin", toolsets: ["core"], mode: "read-only" },
  // Everything about the CRM is closed and personal data masked, in every tool there is.
  masked: { from: "admin", models: { allow: [], deny: ["crm.*"] }, fields: { hide: [], mask: ["email", "phone"] } },
};

/** What each role may call, said once more by hand: what its tools do at most. */
const MAY: Record<string, (tool: typeof tools[number]) => boolean> = {
  viewer: ({ access }) => access === "read",
  editor: ({ access }) => access === "read" || access === "write",
  operator: () => true,
  admin: () => true,
  sales: ({ name, aliasOf }) => SALES.tools.includes(aliasOf ?? name),
  clerk: ({ access, name, aliasOf }) => {
    const real = tools.find((one) => one.name === (aliasOf ?? name))!;
    return access === "read" && real.toolset === "core";
  },
  masked: () => true,
  gone: () => false,
};

interface Served extends AsyncDisposable {
  server: HttpServer;
  /** A client that comes with the key of a role. */
  connect(role: string, headers?: Record<string, string>): Promise<Client & AsyncDisposable>;
  post(role: string, headers?: Record<string, string>, body?: string): Promise<Response>;
}

async function serve(args: string[] = []): Promise<Served> {
  const folder = await Deno.makeTempDir();
  const path = `${folder}/keys.json`;
  const made = new Map<string, { key: string; entry: Parameters<typeof writeKeys>[0][number] }>();
  for (const role of Object.keys(MAY)) made.set(role, await createKey({ name: role, role, expires: null }));
  await Deno.writeTextFile(path, writeKeys([...made.values()].map(({ entry }) => entry)), { mode: 0o600 });
  const server = await startHttp([
    "--demo",
    ...["--security-keys", path, "--security-roles", JSON.stringify(ROLES), "--toolsets", "all", "--mode", "open"],
    ...(args.includes("--limits-requests-per-minute") ? [] : ["--limits-requests-per-minute", "0"]),
    ...args,
  ]);
  const authorization = (role: string) => `Bearer ${made.get(role)!.key}`;
  return {
    server,
    async connect(role, headers = {}) {
      const client = new Client({ name: "test", version: "1.0.0" }, {
        versionNegotiation: { mode: { pin: "2026-07-28" } },
      });
      const requestInit = { headers: { ...headers, authorization: authorization(role) } };
      await client.connect(new StreamableHTTPClientTransport(server.url, { requestInit }));
      return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
    },
    post: (role, headers = {}, body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} })) =>
      fetch(server.url, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          accept: "application/json, text/event-stream",
          "mcp-protocol-version": "2025-11-25",
          authorization: authorization(role),
          ...headers,
        },
        body,
      }),
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

Deno.test("every role × every tool: listed and callable, or neither, and refusals name no other tool", async () => {
  await using served = await serve();
  let tried = 0;
  for (const [role, may] of Object.entries(MAY)) {
    await using client = await served.connect(role);
    const listed = (await client.listTools()).tools.map(({ name }) => name);
    for (const tool of tools) {
      tried++;
      if (may(tool)) {
        // A toolset names aliases too, so a role of toolset core may call them without seeing them.
        if (role !== "clerk" || tool.aliasOf === undefined) {
          assert.ok(listed.includes(tool.name), `${role} ${tool.name}`);
        }
        const { data } = await call(client, tool.name, { nonsense: 1 });
        assert.equal(data.code, "E004", `${role} ${tool.name}`);
        continue;
      }
      assert.ok(!listed.includes(tool.name), `${role} sees ${tool.name}`);
      const { isError, data, text } = await call(client, tool.name, { model: "res.partner", ids: [1], values: {} });
      assert.deepEqual([isError, data.code], [true, "E011"], `${role} ${tool.name}: ${text}`);
      assert.ok(String(data.details!.rule).length > 0);
      const others = tools.map(({ name }) => name).filter((name) => name !== tool.name && text.includes(name));
      // An alias may hold the name of its tool, which says nothing new.
      assert.deepEqual(others.filter((name) => !tool.name.includes(name)), [], text);
    }
    const instructions = client.getInstructions() ?? "";
    const closed = tools.filter((tool) => !may(tool)).map(({ name }) => name);
    assert.deepEqual(closed.filter((name) => new RegExp(`\\b${name}\\b`).test(instructions)), [], instructions);
  }
  console.log(`${tried} pairs of role and tool`);
});

/** Arguments with which each tool would work on a model, were it open. */
function argumentsFor(tool: typeof tools[number], model: string, id: number): Record<string, unknown> {
  const name = tool.aliasOf ?? tool.name;
  const all: Record<string, Record<string, unknown>> = {
    get_context: {},
    search_records: { model, limit: 50 },
    complex_search: { model, limit: 50, where: [] },
    get_record: { model, ids: [id], fields: "all_stored" },
    count_records: { model },
    analytics_query: { model, measures: ["count"], group_by: ["id"] },
    list_models: { query: "crm" },
    describe_model: { model },
    get_metadata: { model, ids: [id] },
    create_record: { model, values: { name: "x" } },
    update_record: { model, ids: [id], values: { name: "x" } },
    delete_record: { model, ids: [id] },
    batch_operation: { operations: [{ op: "update", model, ids: [id], values: { name: "x" } }] },
    run_action: { model, ids: [id], action: "action_set_won" },
    undo: { token: "x" },
    post_message: { model, ids: [id], body: "x" },
    list_messages: { model, ids: [id] },
    schedule_activity: { model, ids: [id], summary: "x" },
  };
  const args = all[name];
  assert.ok(args, `${name} has no arguments here`);
  return tool.name === "odoo_search" ? { model } : args;
}

Deno.test("nothing of a closed model comes out of any tool, resource, completion or error", async () => {
  await using served = await serve();
  await using admin = await served.connect("admin");
  const values = { name: "CANARY-LEAD", email_from: "canary@leak.example" };
  const made = await call(admin, "create_record", { model: "crm.lead", values });
  assert.equal(made.isError, false, made.text);
  const id = Number(made.data.ids![0]);
  await call(admin, "post_message", { model: "crm.lead", ids: [id], body: "CANARY-NOTE" });
  // What the others must not see is there to be seen.
  for (
    const [tool, args] of [["get_record", { model: "crm.lead", ids: [id] }], ["search_records", {
      model: "mail.message",
    }]] as const
  ) {
    assert.match((await call(admin, tool, args)).text, /CANARY/, tool);
  }

  await using client = await served.connect("masked");
  for (const tool of tools) {
    const args = argumentsFor(tool, "crm.lead", id);
    const { isError, data, text } = await call(client, tool.name, args);
    assert.doesNotMatch(text, /CANARY|canary@/, tool.name);
    if ("model" in args || "operations" in args) {
      assert.ok(isError || tool.name === "batch_operation", `${tool.name}: ${text}`);
      if (isError) assert.equal(data.code, "E011", `${tool.name}: ${text}`);
    }
    if (tool.name === "list_models") assert.doesNotMatch(text, /crm\.lead/);
  }
  for (const model of ["mail.message", "mail.activity"]) {
    const { text } = await call(client, "search_records", { model, limit: 50 });
    assert.doesNotMatch(text, /CANARY/, model);
  }
  for (const uri of ["odoo://models", "odoo://model/crm.lead", `odoo://record/crm.lead/${id}`]) {
    const text = await client.readResource({ uri }).then((read) => JSON.stringify(read), (error) => String(error));
    assert.doesNotMatch(text, /CANARY|canary@/, uri);
  }
  const template = { type: "ref/resource" as const, uri: "odoo://record/{model}/{id}" };
  const { completion } = await client.complete({
    ref: template,
    argument: { name: "id", value: "CANARY" },
    context: { arguments: { model: "crm.lead" } },
  });
  assert.deepEqual(completion.values, []);
  const prompt = await client.getPrompt({ name: "explain_record", arguments: { model: "crm.lead", id: String(id) } })
    .then((got) => JSON.stringify(got), (error) => String(error));
  assert.doesNotMatch(prompt, /CANARY|canary@/);
});

Deno.test("a masked address comes out of no tool, and its pseudonym finds the record", async () => {
  await using served = await serve();
  await using admin = await served.connect("admin");
  const person = { name: "Mask Me", email: "canary@leak.example", phone: "+32 470 99 88 77" };
  const made = await call(admin, "create_record", { model: "res.partner", values: person });
  const id = Number(made.data.ids![0]);
  await call(admin, "post_message", {
    model: "res.partner",
    ids: [id],
    body: "Mail canary@leak.example, 0470 99 88 77",
  });

  await using client = await served.connect("masked");
  const leaks = /canary@leak|470 99 88|47099/;
  for (const tool of ["get_record", "list_messages"]) {
    assert.match((await call(admin, tool, { model: "res.partner", ids: [id] })).text, leaks, tool);
  }
  for (const tool of tools.filter(({ name }) => !["delete_record", "delete_records"].includes(name))) {
    const { text } = await call(client, tool.name, argumentsFor(tool, "res.partner", id));
    assert.doesNotMatch(text, leaks, tool.name);
  }
  const seen = await call(client, "get_record", { model: "res.partner", ids: [id], fields: ["email", "phone"] });
  const { email } = seen.data.records![0]!;
  assert.match(String(email), /^email:[\da-f]{12}@masked$/);
  const found = await call(client, "search_records", { model: "res.partner", domain: [["email", "=", email]] });
  assert.equal(found.data.rows![0]![0], id, found.text);
  const guessed = await call(client, "search_records", {
    model: "res.partner",
    domain: [["email", "ilike", "canary"]],
  });
  assert.deepEqual([guessed.data.code, guessed.data.details!.rule], ["E011", "fields.mask"]);
  const grouped = await call(client, "analytics_query", {
    model: "res.partner",
    measures: ["count"],
    group_by: ["email"],
  });
  assert.equal(grouped.data.code, "E011", grouped.text);

  const changed = await call(client, "update_record", { model: "res.partner", ids: [id], values: { city: "Ghent" } });
  assert.equal(changed.isError, false, changed.text);
  const own = await call(client, "update_record", {
    model: "res.partner",
    ids: [id],
    values: { email: "new@real.example" },
  });
  assert.equal(own.isError, false, own.text);
  assert.equal(own.data.records![0]!.differs, undefined, own.text);
  assert.doesNotMatch(own.text, leaks);
  const copied = await call(client, "update_record", { model: "res.partner", ids: [id], values: { email } });
  assert.deepEqual([copied.data.code, copied.data.details!.rule], ["E011", "fields.mask"]);

  await using other = await served.connect("sales");
  const theirs = await call(other, "search_records", { model: "res.partner", domain: [["email", "=", email]] });
  assert.equal(theirs.data.code, "E004", theirs.text);
});

Deno.test("headers tighten what a role may do, and never loosen it", async () => {
  await using served = await serve();
  await using reader = await served.connect("admin", { "x-mcp-readonly": "true" });
  const { tools: listed } = await reader.listTools();
  assert.ok(listed.length > 0 && listed.every(({ annotations }) => annotations?.readOnlyHint));
  const refused = await call(reader, "create_record", { model: "res.partner", values: { name: "x" } });
  assert.deepEqual([refused.data.code, refused.data.details!.rule], ["E011", "X-MCP-Readonly"]);

  await using core = await served.connect("viewer", { "x-mcp-toolsets": "messaging", "x-mcp-readonly": "false" });
  assert.deepEqual((await core.listTools()).tools.map(({ name }) => name), ["list_messages"]);
  const { status } = await served.post("admin", { "x-mcp-toolsets": "everything" });
  assert.equal(status, 400);
  const { status: odd } = await served.post("admin", { "x-mcp-readonly": "maybe" });
  assert.equal(odd, 400);
});

Deno.test("a caller who asks too often gets 429 with Retry-After, others go on", async () => {
  await using served = await serve(["--limits-requests-per-minute", "30", "--limits-burst", "3"]);
  const statuses: number[] = [];
  for (let i = 0; i < 5; i++) {
    const response = await served.post("viewer");
    statuses.push(response.status);
    if (response.status === 429) {
      assert.ok(Number(response.headers.get("retry-after")) >= 1);
      const { error } = await response.json();
      assert.deepEqual([error.data.code, error.data.retryable], ["E006", true]);
    } else await response.body?.cancel();
  }
  assert.equal(statuses[0], 200);
  assert.ok(statuses.includes(429), statuses.join());
  const other = await served.post("editor");
  await other.body?.cancel();
  assert.equal(other.status, 200);
});

Deno.test("many messages in one request count as many requests", async () => {
  await using served = await serve(["--limits-requests-per-minute", "60", "--limits-burst", "10"]);
  const ask = async (role: string, messages: number) => {
    const one = { jsonrpc: "2.0", method: "tools/call", params: { name: "get_context", arguments: {} } };
    const body = JSON.stringify(Array.from({ length: messages }, (_, id) => ({ ...one, id })));
    const response = await served.post(role, {}, body);
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await ask("viewer", 11), 429);
  assert.equal(await ask("editor", 10), 200);
  assert.equal(await ask("editor", 5), 429);
  assert.equal(await ask("operator", 1), 200);
});

Deno.test("a burst of changes is E006 while reading goes on", async () => {
  await using served = await serve(["--limits-writes-per-minute", "2"]);
  await using client = await served.connect("editor");
  const codes: unknown[] = [];
  for (let i = 0; i < 3; i++) {
    const { data } = await call(client, "create_record", { model: "res.partner", values: { name: `W${i}` } });
    codes.push(data.code);
  }
  assert.deepEqual(codes, [undefined, undefined, "E006"]);
  assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
});

Deno.test("addresses outside the list get 403 before anything is read, and a proxy is believed only when trusted", async () => {
  const proxied = ["--security-ip-allow", "198.51.100.0/24", "--http-trusted-proxies", "127.0.0.1"];
  await using served = await serve(proxied);
  const status = async (forwarded?: string) => {
    const response = await served.post("admin", forwarded === undefined ? {} : { "x-forwarded-for": forwarded });
    await response.body?.cancel();
    return response.status;
  };
  assert.equal(await status("198.51.100.7"), 200);
  assert.equal(await status("203.0.113.9"), 403);
  assert.equal(await status("198.51.100.7, 203.0.113.9"), 403);
  assert.equal(await status(), 403);
  const health = await fetch(new URL("/health", served.server.url));
  assert.deepEqual(await health.json(), { status: "ok" });

  await using direct = await serve(["--security-ip-allow", "198.51.100.0/24"]);
  const response = await direct.post("admin", { "x-forwarded-for": "198.51.100.7" });
  await response.body?.cancel();
  assert.equal(response.status, 403);
});

Deno.test("the person over stdio is an admin, whom the settings can narrow as well", async () => {
  await using client = await connectStdio([
    "serve",
    "--demo",
    "--security-roles",
    JSON.stringify({ admin: { mode: "read-only", rows: 2, models: { allow: [], deny: ["sale.*"] } } }),
  ]);
  const { tools: listed } = await client.listTools();
  assert.ok(listed.every(({ annotations }) => annotations?.readOnlyHint));
  const many = await call(client, "search_records", { model: "res.partner", limit: 3 });
  assert.equal(many.data.code, "E012", many.text);
  const closed = await call(client, "count_records", { model: "sale.order" });
  assert.equal(closed.data.details!.rule, "security.roles.admin.models.deny");
});
