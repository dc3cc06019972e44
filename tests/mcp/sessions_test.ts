import assert from "node:assert/strict";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client as ClientV1 } from "mcp-v1/client/index.js";
import { SSEClientTransport as SseV1 } from "mcp-v1/client/sse.js";
import { StreamableHTTPClientTransport as HttpV1 } from "mcp-v1/client/streamableHttp.js";
import { createEventLog } from "../../src/mcp/event_log.ts";
import { createSessions } from "../../src/mcp/sessions.ts";
import { call, connectHttp, type HttpServer, startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";

const ALICE = { id: "key:alice", kind: "key", role: "editor" } as const;
const BOB = { id: "key:bob", kind: "key", role: "editor" } as const;

/** The v1 SDK has no types under Deno. */
interface Question {
  params: { message: string };
}

/** A session that remembers its end. */
function held(ended: string[], name: string) {
  return { name, close: () => Promise.resolve(void ended.push(name)) };
}

Deno.test("a session is there for the caller who opened it, and for nobody else", async () => {
  const sessions = createSessions<ReturnType<typeof held>>({ ttlMs: 60_000 });
  sessions.add("1", ALICE, held([], "alice's"));
  assert.equal(sessions.find("1", ALICE)?.name, "alice's");
  assert.equal(sessions.find("1", BOB), undefined);
  assert.equal(sessions.find("1", { ...ALICE, role: "viewer" }), undefined);
  assert.equal(sessions.find("1", { ...ALICE, scopes: ["odoo:read"] }), undefined);
  assert.equal(sessions.find("1", { ...ALICE, narrowed: { readOnly: true, toolsets: [] } }), undefined);
  assert.equal(sessions.find("2", ALICE), undefined);
  await sessions.closeAll();
});

Deno.test("too many sessions end the least recently used of the caller, then of all", async () => {
  const ended: string[] = [];
  const counts: number[] = [];
  const sessions = createSessions<ReturnType<typeof held>>({
    ttlMs: 60_000,
    most: 3,
    mostPerCaller: 2,
    onChange: (count) => counts.push(count),
  });
  sessions.add("a1", ALICE, held(ended, "a1"));
  sessions.add("a2", ALICE, held(ended, "a2"));
  sessions.find("a1", ALICE);
  sessions.add("a3", ALICE, held(ended, "a3"));
  assert.deepEqual(ended, ["a2"]);
  sessions.add("b1", BOB, held(ended, "b1"));
  sessions.add("b2", BOB, held(ended, "b2"));
  assert.deepEqual(ended, ["a2", "a1"]);
  await sessions.closeAll();
  assert.deepEqual(ended, ["a2", "a1", "a3", "b1", "b2"]);
  assert.equal(Math.max(...counts), 3);
  assert.equal(counts.at(-1), 0);
});

Deno.test("an unused session ends, one with an open stream does not", async () => {
  const ended: string[] = [];
  const sessions = createSessions<ReturnType<typeof held>>({ ttlMs: 30 });
  sessions.add("idle", ALICE, held(ended, "idle"));
  sessions.add("streaming", ALICE, held(ended, "streaming"));
  const release = sessions.hold("streaming");
  await until(() => ended.length > 0);
  assert.deepEqual(ended, ["idle"]);
  release();
  await until(() => ended.length > 1);
  assert.deepEqual(ended, ["idle", "streaming"]);
});

Deno.test("a stream is taken up after the message that arrived last, or not at all where messages are gone", async () => {
  const log = createEventLog();
  const message = (n: number) => ({ jsonrpc: "2.0" as const, method: `n${n}` });
  const ids: string[] = [];
  for (let n = 0; n < 250; n++) ids.push(await log.storeEvent(n % 2 === 0 ? "even" : "odd", message(n)));
  const sent: string[] = [];
  const send = (_: string, one: object) => Promise.resolve(void sent.push((one as { method: string }).method));
  assert.equal(await log.replayEventsAfter(ids[244]!, { send }), "even");
  assert.deepEqual(sent, ["n246", "n248"]);
  assert.equal(await log.getStreamIdForEventId?.(ids[49]!), undefined);
  assert.equal(await log.getStreamIdForEventId?.(ids[50]!), "even");
  await log.storeEvent("even", { jsonrpc: "2.0", method: "x".repeat(2_000_000) });
  assert.equal(await log.getStreamIdForEventId?.(ids[249]!), undefined);
});

/** A client of protocol 2025-11-25 in a session, and what it was asked and told. */
async function inSession(url: URL, headers: Record<string, string> = {}) {
  const asked: string[] = [];
  const updated: string[] = [];
  const client = new ClientV1({ name: "old", version: "1" }, { capabilities: { elicitation: {} } });
  const { ElicitRequestSchema, ResourceUpdatedNotificationSchema } = await import("mcp-v1/types.js");
  client.setRequestHandler(ElicitRequestSchema, ({ params }: Question) => {
    asked.push(params.message);
    return { action: "accept", content: { confirm: true } };
  });
  client.setNotificationHandler(
    ResourceUpdatedNotificationSchema,
    ({ params }: { params: { uri: string } }) => void updated.push(params.uri),
  );
  const transport = new HttpV1(url, { requestInit: { headers } });
  await client.connect(transport);
  return { client, transport, asked, updated, [Symbol.asyncDispose]: () => client.close() };
}

async function partner(client: ClientV1): Promise<number> {
  const { structuredContent } = await client.callTool({
    name: "create_record",
    arguments: { model: "res.partner", values: { name: "Session Test" } },
  });
  return (structuredContent as { records: { id: number }[] }).records[0]!.id;
}

Deno.test("a 2025 client that can ask a person gets a session: it is asked, told of changes, and can end it", async () => {
  await using server = await startHttp(["--demo"]);
  await using old = await inSession(server.url);
  assert.ok(old.transport.sessionId !== undefined);
  const id = await partner(old.client);
  const uri = `odoo://record/res.partner/${id}`;
  await old.client.subscribeResource({ uri });
  await assert.rejects(old.client.subscribeResource({ uri: "odoo://models" }), /only records/);
  await assert.rejects(old.client.subscribeResource({ uri: "odoo://record/res.partner/99999999" }), /E005/);
  await old.client.callTool({
    name: "update_record",
    arguments: { model: "res.partner", ids: [id], values: { city: "Ghent" } },
  });
  await until(() => old.updated.length > 0);
  assert.deepEqual([...new Set(old.updated)], [uri]);
  const gone = await old.client.callTool({ name: "delete_record", arguments: { model: "res.partner", ids: [id] } });
  assert.equal(gone.isError, undefined, JSON.stringify(gone));
  assert.equal(old.asked.length, 1);
  assert.match(old.asked[0]!, /delete/i);
  const session = old.transport.sessionId!;
  await old.transport.terminateSession();
  assert.equal((await ping(server, session, {})).status, 404);
});

Deno.test("without a session nothing changes: a client that can't ask gets none, and neither does 2026-07-28", async () => {
  await using server = await startHttp(["--demo"]);
  const client = new ClientV1({ name: "old", version: "1" });
  const transport = new HttpV1(server.url);
  await client.connect(transport);
  assert.equal(transport.sessionId, undefined);
  await client.close();
  await using modern = await connectHttp(server.url);
  assert.ok(modern.transport instanceof StreamableHTTPClientTransport);
  assert.equal(modern.transport.sessionId, undefined);
  assert.equal((await call(modern, "count_records", { model: "res.partner" })).isError, false);
  const refused = await fetch(server.url, {
    method: "POST",
    headers: { accept: "application/json", "content-type": "application/json" },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "initialize",
      params: {
        protocolVersion: "2025-11-25",
        capabilities: { elicitation: {} },
        clientInfo: { name: "x", version: "1" },
      },
    }),
  });
  assert.deepEqual([refused.status, refused.headers.get("mcp-session-id")], [406, null]);
  await refused.body?.cancel();
  const counted = await (await fetch(new URL("/metrics", server.url))).text();
  assert.doesNotMatch(counted, /^odoo_mcp_sessions\{/m);
  await using off = await startHttp(["--demo", "--http-sessions", "off"]);
  await using old = await inSession(off.url);
  assert.equal(old.transport.sessionId, undefined);
});

/** A request in a session, by hand. */
function ping({ url }: HttpServer, session: string, headers: Record<string, string>, last?: string) {
  return fetch(url, {
    method: last === undefined ? "POST" : "GET",
    headers: {
      accept: "application/json, text/event-stream",
      "content-type": "application/json",
      "mcp-protocol-version": "2025-11-25",
      "mcp-session-id": session,
      ...(last !== undefined && { "last-event-id": last }),
      ...headers,
    },
    ...(last === undefined && { body: JSON.stringify({ jsonrpc: "2.0", id: 99, method: "ping" }) }),
  });
}

Deno.test("an answer whose connection broke is taken up again by its last event", async () => {
  await using server = await startHttp(["--demo"]);
  await using old = await inSession(server.url);
  const session = old.transport.sessionId!;
  const control = new AbortController();
  const headers = {
    accept: "application/json, text/event-stream",
    "content-type": "application/json",
    "mcp-protocol-version": "2025-11-25",
    "mcp-session-id": session,
  };
  const params = { name: "search_records", arguments: { model: "res.partner", limit: 3 } };
  const response = await fetch(server.url, {
    method: "POST",
    headers,
    body: JSON.stringify({ jsonrpc: "2.0", id: 7, method: "tools/call", params }),
    signal: control.signal,
  });
  const first = new TextDecoder().decode((await response.body!.getReader().read()).value);
  const id = /^id: (\S+)/m.exec(first)?.[1];
  assert.ok(id !== undefined, first);
  control.abort();
  const resumed = await ping(server, session, {}, id);
  assert.equal(resumed.status, 200);
  const text = await resumed.text();
  assert.match(text, /"id":7/);
  assert.match(text, /structuredContent/);
  const unknown = await ping(server, session, {}, "12345");
  assert.equal(unknown.status, 400);
  await unknown.body?.cancel();
});

Deno.test("a session of one key is not there for another", async () => {
  const folder = await Deno.makeTempDir();
  const keys = `${folder}/keys.json`;
  const made = async (name: string) => {
    const { stdout, success, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--unstable-worker-options",
        "main.ts",
        "key",
        "create",
        name,
        "--role",
        "editor",
        "--security-keys",
        keys,
        "--json",
      ],
      cwd: new URL("../..", import.meta.url),
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return String(JSON.parse(new TextDecoder().decode(stdout)).key);
  };
  const [alice, bob] = [await made("alice"), await made("bob")];
  try {
    await using server = await startHttp(["--demo", "--security-keys", keys, "--limits-guarded-rows", "1"]);
    await using old = await inSession(server.url, { authorization: `Bearer ${alice}` });
    const session = old.transport.sessionId!;
    const mine = await ping(server, session, { authorization: `Bearer ${alice}` });
    assert.equal(mine.status, 200);
    await mine.body?.cancel();
    const [his, invented, none] = await Promise.all([
      ping(server, session, { authorization: `Bearer ${bob}` }),
      ping(server, crypto.randomUUID(), { authorization: `Bearer ${bob}` }),
      ping(server, session, {}),
    ]);
    assert.deepEqual([his.status, invented.status, none.status], [404, 404, 401]);
    assert.equal(await his.text(), await invented.text());
    await none.body?.cancel();
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a cancelled call of a session ends at the server", async () => {
  const aborted = Promise.withResolvers<void>();
  const slow = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ signal }) => {
    signal.addEventListener("abort", () => aborted.resolve());
    await Promise.race([aborted.promise, new Promise((resolve) => setTimeout(resolve, 20_000))]);
    return new Response(null, { status: 500 });
  });
  {
    await using server = await startHttp(["--odoo-url", `http://127.0.0.1:${slow.addr.port}`], {
      ODOO_DB: "x",
      ODOO_USERNAME: "a",
      ODOO_PASSWORD: "b",
    });
    await using old = await inSession(server.url);
    const control = new AbortController();
    const calling = old.client.callTool({ name: "count_records", arguments: { model: "res.partner" } }, undefined, {
      signal: control.signal,
    });
    setTimeout(() => control.abort(), 300);
    await assert.rejects(calling);
    await aborted.promise;
  }
  await slow.shutdown();
});

Deno.test("the old two-endpoint transport serves an official v1 client, elicitation included", async () => {
  await using server = await startHttp(["--demo", "--transport", "sse"]);
  const client = new ClientV1({ name: "older", version: "1" }, { capabilities: { elicitation: {} } });
  const { ElicitRequestSchema } = await import("mcp-v1/types.js");
  const asked: string[] = [];
  client.setRequestHandler(ElicitRequestSchema, ({ params }: Question) => {
    asked.push(params.message);
    return { action: "accept", content: { confirm: true } };
  });
  const ended = Promise.withResolvers<void>();
  client.onclose = () => ended.resolve();
  await client.connect(new SseV1(new URL("/sse", server.url)));
  assert.ok((await client.listTools()).tools.length > 10);
  const id = await partner(client);
  await client.callTool({ name: "delete_record", arguments: { model: "res.partner", ids: [id] } });
  assert.equal(asked.length, 1);
  const stranger = await fetch(new URL(`/messages?sessionId=${crypto.randomUUID()}`, server.url), {
    method: "POST",
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "ping" }),
  });
  assert.equal(stranger.status, 404);
  await stranger.body?.cancel();
  const wrong = await fetch(new URL("/sse", server.url), { method: "PUT" });
  assert.deepEqual([wrong.status, wrong.headers.get("allow")], [405, "GET"]);
  await wrong.body?.cancel();
  // Newer clients find Streamable HTTP beside it.
  await using modern = await connectHttp(server.url);
  assert.equal((await call(modern, "count_records", { model: "res.partner" })).isError, false);
  await client.close();
  await ended.promise;
});

Deno.test("SIGTERM ends a server whose clients hold streams open, with code 0", async () => {
  await using server = await startHttp(["--demo", "--transport", "sse"]);
  await using old = await inSession(server.url);
  const control = new AbortController();
  const accept = { accept: "text/event-stream" };
  const sse = await fetch(new URL("/sse", server.url), { headers: accept, signal: control.signal });
  assert.match(new TextDecoder().decode((await sse.body!.getReader().read()).value), /event: endpoint/);
  assert.ok(old.transport.sessionId !== undefined);
  assert.equal(await server.stop(), 0);
  assert.doesNotMatch(server.log(), /Cannot go on/);
  control.abort();
});
