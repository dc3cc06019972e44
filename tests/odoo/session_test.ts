import assert from "node:assert/strict";
import type { Json } from "../../src/lib/json.ts";
import { Secret } from "../../src/lib/secret.ts";
import type { Credentials } from "../../src/odoo/login.ts";
import { createRpc } from "../../src/odoo/rpc.ts";
import { createSession, type SessionOptions } from "../../src/odoo/session.ts";
import { create, failureOf, never, read } from "./calls.ts";
import { type Recording, recording } from "./codec/recordings.ts";
import { freePort, serveHttp } from "./sockets.ts";

/** What a server says to a request: a recorded answer, a result of JSON-RPC, or a status. */
type Saying = Recording | { result: Json } | number;

/** An Odoo on a real socket that answers each service, method or path as told, and 404 to the rest. */
function odoo(sayings: Record<string, Saying | Saying[]>) {
  const seen: string[] = [];
  const server = serveHttp(async (request) => {
    const { pathname } = new URL(request.url);
    const body = await request.text();
    const name = pathname === "/jsonrpc"
      ? jsonName(body)
      : pathname.startsWith("/xmlrpc")
      ? xmlName(pathname, body)
      : pathname;
    const known = sayings[name] ?? sayings[pathname] ?? 404;
    const times = seen.filter((one) => one === name).length;
    seen.push(name);
    const saying = Array.isArray(known) ? known[Math.min(times, known.length - 1)]! : known;
    if (typeof saying === "number") {
      return new Response("<html>", { status: saying, headers: { "Content-Type": "text/html" } });
    }
    if ("result" in saying) return Response.json({ jsonrpc: "2.0", id: 1, ...saying });
    const { status, headers, body: text } = saying.response;
    return new Response(text, { status, headers: { "Content-Type": headers["content-type"] ?? "" } });
  });
  return { ...server, seen, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

function jsonName(body: string): string {
  const { service, method, args } = JSON.parse(body).params;
  return service === "object" ? `${args[3]}.${args[4]}` : `${service}.${method}`;
}

function xmlName(path: string, body: string): string {
  const strings = [...body.matchAll(/<string>([^<]*)/g)].map(([, text]) => text);
  const method = /<methodName>(\w+)/.exec(body)?.[1];
  return `xml ${path.endsWith("/object") ? `${strings[2]}.${strings[3]}` : `${path.split("/").at(-1)}.${method}`}`;
}

/** A session as admin with a password, with the given options, without the given settings. */
function open(url: string, options: Partial<SessionOptions> = {}, ...left: (keyof Credentials)[]) {
  const rpc = createRpc({ baseUrl: url });
  const all: SessionOptions = {
    database: "demo",
    username: "admin",
    password: new Secret("s3cret"),
    protocol: "auto",
    ...options,
  };
  for (const name of left) delete all[name];
  const session = createSession(all, rpc);
  return { ...session, [Symbol.dispose]: () => rpc.close() };
}

const version14 = recording("14/jsonrpc", "version");
const version19 = recording("19/jsonrpc", "version");
const nobody = recording("14/jsonrpc", "execute_uid_missing_user");
const refusedThere = recording("14/web", "session_authenticate_wrong");
const key = new Secret("k3y");
const found = { result: 81 };
const count = read({ method: "search_count", params: { domain: [] } });

Deno.test("the first calls ask for the version and log in once between them, later ones only call", async () => {
  await using server = odoo({
    "common.version": version14,
    "common.authenticate": { result: 2 },
    "res.partner.search_count": found,
  });
  using session = open(server.url);
  const answers = await Promise.all([1, 2, 3].map(() => session.execute(count, never)));
  await session.execute(count, never);
  assert.deepEqual(answers, [81, 81, 81]);
  const calls = server.seen.filter((name) => name.startsWith("res."));
  assert.deepEqual([server.seen.slice(0, 2), calls.length, server.seen.length], [
    ["common.version", "common.authenticate"],
    4,
    6,
  ]);
  assert.deepEqual([await session.login(never), await session.protocol(never)], [2, "jsonrpc"]);
});

Deno.test("19 with an API key speaks JSON-2, without a login of its own", async () => {
  await using server = odoo({
    "common.version": version19,
    "/json/2/res.partner/search_count": recording("19/json2", "search_count"),
    "/json/2/res.users/context_get": recording("19/json2", "context_get"),
  });
  using session = open(server.url, { apiKey: key });
  assert.equal(typeof await session.execute(count, never), "number");
  assert.deepEqual(server.seen, ["common.version", "/json/2/res.partner/search_count"]);
  assert.deepEqual([await session.protocol(never), await session.login(never)], ["json2", 2]);
});

Deno.test("19 with a password, and 14 with an API key, speak JSON-RPC", async () => {
  for (const [version, options] of [[version19, {}], [version14, { apiKey: key }]] as const) {
    await using server = odoo({
      "common.version": version,
      "common.authenticate": { result: 2 },
      "res.partner.search_count": found,
    });
    using session = open(server.url, options);
    assert.equal(await session.execute(count, never), 81);
    assert.equal(await session.protocol(never), "jsonrpc");
  }
});

Deno.test("XML-RPC is spoken where JSON-RPC is not there, or where the setting says so", async () => {
  const xml = {
    "xml common.version": recording("14/xmlrpc", "version"),
    "xml common.authenticate": recording("14/xmlrpc", "auth_ok"),
    "xml res.partner.search_count": recording("14/xmlrpc", "search_count"),
  };
  {
    await using server = odoo(xml);
    using session = open(server.url);
    assert.equal(typeof await session.execute(count, never), "number");
    assert.equal(await session.protocol(never), "xmlrpc");
  }
  await using server = odoo({ ...xml, "common.version": version14 });
  using session = open(server.url, { protocol: "xmlrpc" });
  await session.execute(count, never);
  assert(server.seen.every((name) => name.startsWith("xml ")));
});

Deno.test("a server with JSON-2 alone is found by its plain pages, and wants an API key", async () => {
  const sayings = {
    "/json/version": recording("19/json2", "version_json"),
    "/json/2/res.partner/search_count": recording("19/json2", "search_count"),
  };
  await using server = odoo(sayings);
  using session = open(server.url, { apiKey: key });
  assert.equal(typeof await session.execute(count, never), "number");
  assert.equal((await session.version(never)).major, 19);
  using other = open(server.url);
  const failure = await failureOf(other.execute(count, never));
  assert.deepEqual([failure.code, failure.applied], ["E013", "no"]);
  assert.match(failure.hint, /odoo\.api_key/);
});

Deno.test("a protocol that is set but impossible is refused with the reason", async () => {
  const cases = [
    [version14, { protocol: "json2", apiKey: key }, /older than JSON-2/],
    [version19, { protocol: "json2" }, /only an API key/],
    [version19, { protocol: "xmlrpc" }, /does not offer/],
  ] as const;
  for (const [version, options, message] of cases) {
    await using server = odoo({ "common.version": version });
    using session = open(server.url, options);
    const failure = await failureOf(session.protocol(never));
    assert.equal(failure.code, "E013");
    assert.match(failure.message, message);
  }
});

Deno.test("a wrong password is asked about once, then answered from memory for a while", async () => {
  await using server = odoo({
    "common.version": version14,
    "common.authenticate": { result: false },
    "res.users.context_get": nobody,
    "/web/session/authenticate": refusedThere,
  });
  using session = open(server.url);
  const first = await failureOf(session.execute(create(), never));
  assert.deepEqual([first.code, first.applied, first.details["reason"], first.retryable], [
    "E002",
    "no",
    "credentials",
    false,
  ]);
  assert(!JSON.stringify(first).includes("s3cret"));
  const again = await failureOf(session.execute(count, never));
  assert.match(again.hint, /asked again in \d+ s/);
  assert.deepEqual(server.seen, [
    "common.version",
    "common.authenticate",
    "res.users.context_get",
    "/web/session/authenticate",
  ]);
});

Deno.test("a refused login heals by itself once its memory has run out", async () => {
  await using server = odoo({
    "common.version": version14,
    "common.authenticate": [{ result: false }, { result: 2 }],
    "res.users.context_get": nobody,
    "/web/session/authenticate": refusedThere,
    "res.partner.search_count": found,
  });
  using session = open(server.url, { refusedForMs: 0 });
  assert.equal((await failureOf(session.execute(count, never))).code, "E002");
  assert.equal(await session.execute(count, never), 81);
});

Deno.test("a cool-down is told apart from a wrong password, and the password is not tried again", async () => {
  await using server = odoo({
    "common.version": version14,
    "common.authenticate": { result: false },
    "res.users.context_get": recording("14/jsonrpc", "auth_cooldown_execute"),
  });
  using session = open(server.url);
  const failure = await failureOf(session.execute(count, never));
  assert.deepEqual([failure.code, failure.details["reason"]], ["E002", "cooldown"]);
  assert(!server.seen.includes("/web/session/authenticate"));
});

Deno.test("a second factor is told apart from a wrong password, with what to do", async () => {
  await using server = odoo({
    "common.version": version14,
    "common.authenticate": { result: false },
    "res.users.context_get": nobody,
    "/web/session/authenticate": { result: { uid: null } },
  });
  using session = open(server.url);
  const failure = await failureOf(session.login(never));
  assert.deepEqual([failure.code, failure.details["reason"]], ["E002", "two_factor"]);
  assert.match(failure.hint, /API key/);
});

Deno.test("an API key is never tried as a web session's password", async () => {
  await using server = odoo({
    "common.version": version14,
    "common.authenticate": { result: false },
    "res.users.context_get": nobody,
  });
  using session = open(server.url, { apiKey: key });
  assert.match((await failureOf(session.login(never))).message, /API key/);
  assert(!server.seen.includes("/web/session/authenticate"));
});

Deno.test("a wrong database is told with its name, as a setting", async () => {
  await using server = odoo({
    "common.version": version14,
    "common.authenticate": recording("14/jsonrpc", "auth_wrong_db"),
  });
  using session = open(server.url);
  const failure = await failureOf(session.login(never));
  assert.equal(failure.code, "E001");
  assert.match(failure.hint, /odoo\.database/);
});

Deno.test("the only database is taken when none is set; several are named; a hidden list is told", async () => {
  const login = { "common.version": version14, "common.authenticate": { result: 2 } };
  {
    await using server = odoo({ ...login, "db.list": recording("14/jsonrpc", "db_list") });
    using session = open(server.url, {}, "database");
    assert.equal(await session.login(never), 2);
  }
  {
    await using server = odoo({ ...login, "db.list": { result: ["a", "b"] } });
    using session = open(server.url, {}, "database");
    const failure = await failureOf(session.login(never));
    assert.deepEqual([failure.code, failure.hint], ["E001", "Set odoo.database to one of: a, b."]);
  }
  await using server = odoo({ ...login, "db.list": recording("14/jsonrpc", "execute_wrong_password") });
  using session = open(server.url, {}, "database");
  const failure = await failureOf(session.login(never));
  assert.deepEqual([failure.code, server.seen.includes("common.authenticate")], ["E001", false]);
  assert.match(failure.message, /does not list/);
});

Deno.test("missing credentials are named before anything is tried", async () => {
  await using server = odoo({ "common.version": version14 });
  for (const name of ["username", "password"] as const) {
    using session = open(server.url, {}, name);
    const failure = await failureOf(session.execute(count, never));
    assert.equal(failure.code, "E002");
    assert.match(failure.message, new RegExp(`odoo\\.${name}`));
  }
  assert(server.seen.every((name) => name === "common.version"));
});

Deno.test("credentials refused later are told, and the next call logs in anew", async () => {
  await using server = odoo({
    "common.version": version14,
    "common.authenticate": { result: 2 },
    "res.partner.search_count": [found, recording("14/jsonrpc", "execute_wrong_password"), found],
  });
  using session = open(server.url);
  await session.execute(count, never);
  assert.equal((await failureOf(session.execute(count, never))).code, "E002");
  assert.equal(await session.execute(count, never), 81);
  assert.equal(server.seen.filter((name) => name === "common.authenticate").length, 2);
});

Deno.test("a call while Odoo is down fails and the next one heals", async () => {
  const port = freePort();
  using session = open(`http://127.0.0.1:${port}`);
  const failure = await failureOf(session.execute(create(), never));
  assert.deepEqual([failure.code, failure.applied], ["E001", "no"]);
  const results: Record<string, Json> = { "common.version": { server_version: "14.0" }, "common.authenticate": 2 };
  const server = Deno.serve(
    { hostname: "127.0.0.1", port, onListen: () => {} },
    async (request) => Response.json({ jsonrpc: "2.0", id: 1, result: results[jsonName(await request.text())] ?? 81 }),
  );
  assert.equal(await session.execute(count, never), 81);
  await server.shutdown();
});

Deno.test("a write whose login broke surely never left", async () => {
  await using server = odoo({ "common.version": version14, "common.authenticate": 502 });
  using session = open(server.url);
  const failure = await failureOf(session.execute(create(), never));
  assert.deepEqual([failure.code, failure.applied, failure.retryable], ["E001", "no", true]);
});

Deno.test("what is no Odoo is told: nothing there, a web page, JSON of another kind", async () => {
  const cases = [[{}, /Cannot find Odoo/], [{ "common.version": 200 }, /web page/], [{
    "common.version": { result: "1" },
  }, /version/]] as const;
  for (const [sayings, message] of cases) {
    await using server = odoo(sayings);
    using session = open(server.url);
    const failure = await failureOf(session.version(never));
    assert.deepEqual([failure.code, failure.retryable], ["E001", false]);
    assert.match(failure.message, message);
  }
});

Deno.test("version asks each time, so that it tells whether Odoo lives", async () => {
  await using server = odoo({ "common.version": [version14, 503] });
  using session = open(server.url);
  assert.equal((await session.version(never)).text, "14.0");
  assert.equal((await failureOf(session.version(never))).code, "E001");
});

Deno.test("a server whose addresses changed is looked at anew", async () => {
  await using server = odoo({
    "common.version": [version14, 404],
    "xml common.version": recording("14/xmlrpc", "version"),
    "common.authenticate": { result: 2 },
    "res.partner.search_count": 404,
    "xml res.partner.search_count": recording("14/xmlrpc", "search_count"),
  });
  using session = open(server.url);
  assert.equal((await failureOf(session.execute(count, never))).code, "E001");
  assert.equal(typeof await session.execute(count, never), "number");
  assert.equal(await session.protocol(never), "xmlrpc");
});
