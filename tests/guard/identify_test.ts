import assert from "node:assert/strict";
import { credentialsFor, odooOf } from "../../src/guard/credentials.ts";
import { createIdentify, type IdentifyOptions, isRefusal } from "../../src/guard/identify.ts";
import { createKeyring } from "../../src/guard/keyring.ts";
import { createKey } from "../../src/guard/keys.ts";
import type { OAuth } from "../../src/guard/oauth.ts";
import { addressesOf } from "../../src/guard/own_credentials.ts";
import { missingScope } from "../../src/guard/scopes.ts";
import { LOCAL_CALLER } from "../../src/guard/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import { randomKey, signingKey } from "../../src/lib/seal.ts";
import { Secret } from "../../src/lib/secret.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";

const HERE = "https://mcp.example.com/mcp";
const alice = await createKey({ name: "alice", role: "editor", expires: null });
const keyring = createKeyring(memoryStore(), [alice.entry]);
const oauth: OAuth = {
  verify: (token) =>
    Promise.resolve(
      token === "good" ? { subject: "bob", client: "agent", scopes: ["openid", "odoo:write"] } : { why: "bad" },
    ),
};
const addresses = new Set(["https://odoo.example.com"]);
const own = { addresses, needsUrl: false, key: signingKey(randomKey()) };
const mine = { "x-odoo-api-key": "my-key", "x-odoo-username": "me" };

async function who(options: IdentifyOptions, headers: Record<string, string>) {
  const answer = await createIdentify(options)(new Headers(headers), HERE);
  return isRefusal(answer) ? answer.status : answer;
}

Deno.test("where nothing is configured everybody is the person who started the server", async () => {
  assert.equal(await who({}, {}), LOCAL_CALLER);
});

Deno.test("a key gives its name and role, a token its subject, its client, its scopes and the role of the highest", async () => {
  const options = { keyring, oauth };
  assert.deepEqual(await who(options, { authorization: `Bearer ${alice.key}` }), {
    id: "key:alice",
    kind: "key",
    role: "editor",
  });
  assert.deepEqual(await who(options, { authorization: "bearer good" }), {
    id: "oauth:bob",
    kind: "oauth",
    role: "editor",
    scopes: ["openid", "odoo:write"],
    client: "agent",
  });
  for (const headers of [{}, { authorization: "Bearer bad" }]) assert.equal(await who(options, headers), 401);
  assert.equal(await who({ keyring }, { authorization: "Bearer good" }), 401);
  assert.equal(await who({ oauth }, { authorization: `Bearer ${alice.key}` }), 401);
});

Deno.test("what can't be told right now is 503, and a bug is not swallowed", async () => {
  const failing = (error: Error): OAuth => ({ verify: () => Promise.reject(error) });
  const headers = { authorization: "Bearer x" };
  assert.equal(await who({ oauth: failing(new Failure("E001", "down")) }, headers), 503);
  await assert.rejects(who({ oauth: failing(new TypeError("bug")) }, headers), /bug/);
});

Deno.test("credentials of one's own come on top of a key, never instead of it", async () => {
  assert.equal(await who({ keyring, own }, mine), 401);
  const both = await who({ keyring, own }, { ...mine, authorization: `Bearer ${alice.key}` });
  assert.ok(typeof both === "object");
  assert.match(both.id, /^key:alice\+own:[\w-]{22}$/);
  assert.deepEqual([both.kind, both.role], ["own", "editor"]);
  const alone = await who({ own }, mine);
  assert.ok(typeof alone === "object");
  assert.match(alone.id, /^own:[\w-]{22}$/);
  assert.equal(alone.role, "operator");
  assert.equal(await who({ own }, {}), 401);
  assert.equal(await who({ keyring }, { ...mine, authorization: `Bearer ${alice.key}` }), 403);
});

Deno.test("callers with different credentials of their own are different callers, and their names tell nothing", async () => {
  const name = async (headers: Record<string, string>) => {
    const found = await who({ own }, { ...mine, ...headers });
    return typeof found === "object" ? found.id : found;
  };
  const names = [
    await name({}),
    await name({ "x-odoo-api-key": "my-kez" }),
    await name({ "x-odoo-username": "you" }),
    await name({ "x-odoo-database": "prod" }),
    await name({ "x-odoo-url": "https://odoo.example.com" }),
  ];
  assert.equal(new Set(names).size, names.length);
  assert.equal(await name({}), names[0]);
  const elsewhere = await who({ own: { ...own, key: signingKey(randomKey()) } }, mine);
  assert.notEqual(typeof elsewhere === "object" && elsewhere.id, names[0], "no plain hash, which could be guessed");
});

Deno.test("each caller gets its own credentials, else its role's, else the shared ones", () => {
  const [forAlice, forEditors] = [{ username: "alice", api_key: new Secret("a") }, {
    username: "ed",
    api_key: new Secret("e"),
  }];
  const settings = { "key:alice": { default: forAlice }, "role:editor": { default: forEditors, other: forEditors } };
  const caller = { id: "key:alice", kind: "key" as const, role: "editor" };
  assert.deepEqual(credentialsFor(caller, "default", settings), { ...forAlice, id: "key:alice" });
  assert.deepEqual(credentialsFor(caller, "other", settings), { ...forEditors, id: "role:editor" });
  assert.deepEqual(credentialsFor({ ...caller, id: "key:bob" }, "default", settings), {
    ...forEditors,
    id: "role:editor",
  });
  assert.equal(credentialsFor({ ...caller, id: "key:bob", role: "viewer" }, "default", settings), null);
  assert.equal(credentialsFor({ ...caller, id: "constructor", role: "constructor" }, "name", settings), null);
  const brought = { ...caller, id: "own:x", own: { apiKey: new Secret("o"), username: "me" } };
  const found = credentialsFor(brought, "default", settings);
  assert.deepEqual([found?.id, found?.username, found?.api_key?.reveal()], ["own:x", "me", "o"]);
});

Deno.test("credentials of a caller's own go to one Odoo and to no other", () => {
  const odoo = (url: string, database?: string) => ({
    ...{ url, protocol: "auto" as const, max_connections: 4 },
    ...(database !== undefined && { database }),
  });
  const configured = {
    default: odoo("https://a.example", "one"),
    second: odoo("https://a.example", "two"),
    third: odoo("https://b.example"),
  };
  const names = (
    given: { url?: string; database?: string },
    all: Record<string, ReturnType<typeof odoo>> = configured,
  ) =>
    Object.entries(odooOf({ apiKey: new Secret("x"), ...given }, all)).map((
      [name, { url, database }],
    ) => [name, url, database]);
  assert.deepEqual(names({ url: "https://b.example" }), [["third", "https://b.example", undefined]]);
  assert.deepEqual(names({ url: "https://a.example", database: "two" }), [["second", "https://a.example", "two"]]);
  assert.deepEqual(names({ url: "https://a.example", database: "new" }), [["default", "https://a.example", "new"]]);
  assert.deepEqual(names({ url: "https://c.example" }), [["own", "https://c.example", undefined]]);
  assert.deepEqual(names({ database: "one" }, { default: configured.default }), [[
    "default",
    "https://a.example",
    "one",
  ]]);
  assert.deepEqual(names({}, {}), []);
});

Deno.test("an allowed host means https, and on this machine http too", () => {
  const isLoopback = (host: string) => host === "127.0.0.1";
  assert.deepEqual(addressesOf(["odoo.example.com", "odoo.example.com:8443", "127.0.0.1:8069"], isLoopback), [
    "https://odoo.example.com",
    "https://odoo.example.com:8443",
    "https://127.0.0.1:8069",
    "http://127.0.0.1:8069",
  ]);
});

Deno.test("each scope reaches what the ones before it reach, and one thing more", () => {
  const may = (scopes: string[] | undefined) =>
    (["read", "write", "destroy", "act"] as const).filter((access) =>
      missingScope(scopes === undefined ? {} : { scopes }, access) === null
    );
  assert.deepEqual(may([]), []);
  assert.deepEqual(may(["openid"]), []);
  assert.deepEqual(may(["odoo:read"]), ["read"]);
  assert.deepEqual(may(["odoo:write"]), ["read", "write"]);
  for (const scope of ["odoo:act", "odoo:admin"]) assert.deepEqual(may([scope]), ["read", "write", "destroy", "act"]);
  assert.deepEqual(may(undefined), ["read", "write", "destroy", "act"], "without scopes the role decides");
});
