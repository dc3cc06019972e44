/** API keys and callers' own Odoo credentials, through the front door of the real program. */
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { runProgram } from "../cli/program.ts";
import { call, type HttpServer, startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";

/** A folder with a keys file of some keys, by name and role; gone when it is disposed. */
async function withKeys(roles: Record<string, string>) {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-keys-" });
  const file = `${folder}/keys.json`;
  const keys: Record<string, string> = {};
  for (const [name, role] of Object.entries(roles)) {
    const { code, stdout, stderr } = await runProgram(["key", "create", name, "--role", role, "--security-keys", file]);
    assert.equal(code, 0, stderr);
    keys[name] = stdout.trim();
  }
  return { folder, file, keys, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

function ask(url: URL, headers: Record<string, string>): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json, text/event-stream", ...headers },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/list", params: {} }),
  });
}

async function status(url: URL, headers: Record<string, string>): Promise<number> {
  const response = await ask(url, headers);
  await response.body?.cancel();
  return response.status;
}

async function connect({ url }: HttpServer, headers: Record<string, string>): Promise<Client & AsyncDisposable> {
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(url, { requestInit: { headers } }));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

const bearer = (key = "") => ({ authorization: `Bearer ${key}` });

Deno.test("a key is let in as bearer and as X-Api-Key, and nothing else is", async () => {
  await using made = await withKeys({ alice: "editor" });
  const key = made.keys["alice"] ?? "";
  await using server = await startHttp(["--demo", "--security-keys", made.file]);
  assert.equal(await status(server.url, bearer(key)), 200);
  assert.equal(await status(server.url, { "x-api-key": key }), 200);
  const refused: [Record<string, string>, number][] = [
    [{}, 401],
    [bearer(`${key}x`), 401],
    [bearer(key.slice(0, -1)), 401],
    [bearer(key.toUpperCase()), 401],
    [bearer(key.slice("omcp_".length)), 401],
    [bearer(`omcp_abcdefgh_${key.slice(14)}`), 401],
    [{ "x-api-key": "" }, 401],
    [{ "x-api-key": `Bearer ${key}` }, 401],
    [{ ...bearer(key), "x-api-key": key }, 400],
    [{ authorization: `Basic ${btoa(`alice:${key}`)}` }, 401],
    [{ cookie: `key=${key}` }, 401],
  ];
  for (const [headers, expected] of refused) {
    const response = await ask(server.url, headers);
    const label = JSON.stringify(Object.keys(headers));
    assert.equal(response.status, expected, label);
    assert.match(response.headers.get("www-authenticate") ?? "", /^Bearer /, label);
    // Clients would go looking for an OAuth server that there is not.
    assert.doesNotMatch(response.headers.get("www-authenticate") ?? "", /resource_metadata/, label);
    assert.doesNotMatch(await response.text(), /revoked|unknown/, label);
  }
  assert.ok(!server.log().includes(key.slice(14)), "the log holds no key");
  assert.match(server.log(), /a request was refused/);
  assert.equal(await status(new URL("/health", server.url), {}), 200);
  assert.equal(await status(new URL("/.well-known/oauth-protected-resource", server.url), {}), 404);
});

Deno.test("a key acts in its role, and what one key planned no other can carry out", async () => {
  await using made = await withKeys({ viewer: "viewer", one: "operator", two: "operator" });
  await using server = await startHttp(["--demo", "--security-keys", made.file]);
  await using viewer = await connect(server, bearer(made.keys["viewer"]));
  await using one = await connect(server, bearer(made.keys["one"]));
  await using two = await connect(server, bearer(made.keys["two"]));
  const tools = (await viewer.listTools()).tools.map(({ name }) => name);
  assert.ok(tools.includes("search_records") && !tools.includes("create_record"), tools.join());
  const values = { model: "res.partner", values: { name: "Key holder" } };
  assert.equal((await call(viewer, "create_record", values)).isError, true);
  const created = await call(one, "create_record", values);
  const ids = created.data.ids;
  const planned = await call(one, "delete_record", { model: "res.partner", ids });
  const plan = planned.data.details?.plan;
  assert.equal((await call(two, "delete_record", { model: "res.partner", ids, plan })).data.code, "E010");
  const token = (created.data.undo as unknown as { token: string }).token;
  assert.equal((await call(two, "undo", { token })).isError, true);
  assert.equal((await call(one, "delete_record", { model: "res.partner", ids, plan })).isError, false);
});

Deno.test("a revoked key ends at once on every server that shares the file, and so does a file nobody may trust", async () => {
  await using made = await withKeys({ alice: "viewer", bob: "viewer" });
  await using first = await startHttp(["--demo", "--security-keys", made.file]);
  await using second = await startHttp(["--demo", "--security-keys", made.file]);
  const all = async (name: string) =>
    await Promise.all([first, second].map(({ url }) => status(url, bearer(made.keys[name]))));
  assert.deepEqual(await all("alice"), [200, 200]);
  assert.equal((await runProgram(["key", "revoke", "alice", "--security-keys", made.file])).code, 0);
  await until(async () => (await all("alice")).every((code) => code === 401));
  assert.deepEqual(await all("bob"), [200, 200]);

  const rotated = await runProgram(["key", "rotate", "bob", "--overlap", "1h", "--security-keys", made.file]);
  await until(async () => await status(first.url, bearer(rotated.stdout.trim())) === 200);
  assert.deepEqual(await all("bob"), [200, 200], "both keys of bob work for a while");

  await Deno.chmod(made.file, 0o644);
  await until(async () => (await all("bob")).every((code) => code === 401));
  await Deno.chmod(made.file, 0o600);
  await until(async () => (await all("bob")).every((code) => code === 200));
  await Deno.writeTextFile(made.file, "{");
  await until(async () => (await all("bob")).every((code) => code === 401));
  await Deno.remove(made.file);
  assert.deepEqual(await all("bob"), [401, 401]);
});

Deno.test("a revocation reaches a server with another copy of the keys file through the store they share", async () => {
  await using made = await withKeys({ alice: "viewer" });
  const copy = `${made.folder}/copy.json`;
  await Deno.copyFile(made.file, copy);
  await Deno.chmod(copy, 0o600);
  const store = ["--odoo-url", "http://127.0.0.1:9", "--store-file", `${made.folder}/store.db`];
  await using server = await startHttp([...store, "--security-keys", copy]);
  assert.equal(await status(server.url, bearer(made.keys["alice"])), 200);
  assert.equal((await runProgram(["key", "revoke", "alice", ...store, "--security-keys", made.file])).code, 0);
  assert.equal(await status(server.url, bearer(made.keys["alice"])), 401);
});

Deno.test("with keys the server may listen for other machines, and without a usable keys file it does not start", async () => {
  await using made = await withKeys({ alice: "viewer" });
  const server = await startHttp(["--demo", "--security-keys", made.file], {}, "0.0.0.0");
  const local = new URL(`http://127.0.0.1:${server.url.port}/mcp`);
  assert.deepEqual([await status(local, {}), await status(local, bearer(made.keys["alice"]))], [401, 200]);
  await server.stop();

  const start = ["serve", "--demo", "--transport", "http", "--port", "0", "--security-keys"];
  const missing = await runProgram([...start, `${made.folder}/none.json`]);
  assert.equal(missing.code, 1);
  assert.match(missing.stderr, /security\.keys.*does not exist/);
  await Deno.chmod(made.file, 0o604);
  assert.match((await runProgram([...start, made.file])).stderr, /chmod 600/);
  await Deno.chmod(made.file, 0o600);
  await Deno.writeTextFile(made.file, "[]");
  assert.match((await runProgram([...start, made.file])).stderr, /no list of keys/);
});

Deno.test("credentials of a caller's own are refused where the server takes none", async () => {
  await using server = await startHttp(["--demo"]);
  assert.equal(await status(server.url, {}), 200);
  assert.equal(await status(server.url, { "x-odoo-api-key": "k" }), 403);
  assert.equal(await status(server.url, { "x-odoo-url": "https://odoo.example.com" }), 403);
});

Deno.test("with credentials of their own callers reach allowed Odoos only, whatever the address is written like", async () => {
  const asked: string[] = [];
  const odoo = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(new URL(request.url).host);
    return new Response("<html>not Odoo</html>", { headers: { "content-type": "text/html" } });
  });
  const { port } = odoo.addr;
  await using server = await startHttp([
    ...["--security-own-credentials", "true"],
    ...["--odoo-allowed-hosts", `127.0.0.1:${port},odoo.example.com`],
  ]);
  const own = (url: string) => ({ "x-odoo-api-key": "canary-own-key", "x-odoo-username": "me", "x-odoo-url": url });
  assert.equal(await status(server.url, {}), 401, "the server lends nobody its own");
  assert.equal(await status(server.url, { "x-odoo-api-key": "k" }), 400, "for which Odoo?");
  assert.equal(await status(server.url, { "x-odoo-url": `http://127.0.0.1:${port}` }), 400, "whose?");
  const addresses = [
    "http://169.254.169.254",
    "https://169.254.169.254/latest/meta-data",
    `http://localhost:${port}`,
    `http://[::1]:${port}`,
    `http://[::ffff:127.0.0.1]:${port}`,
    `http://127.0.0.1:${port + 1}`,
    "http://127.0.0.1",
    "http://0.0.0.0",
    `http://127.0.0.1:${port}@evil.example`,
    `http://evil.example@127.0.0.1:${port}`,
    `http://evil.example#127.0.0.1:${port}`,
    `http://127.0.0.1:${port}?x`,
    `http://127.0.0.1:${port}/other/app`,
    `http://127.0.0.1.evil.example:${port}`,
    "http://odoo.example.com",
    "https://odoo.example.com:8443",
    "https://odoo.example.com.evil.example",
    "https://odoo.example.com.",
    "https://xodoo.example.com",
    "https://evil.example/odoo.example.com",
    "file:///etc/passwd",
    "gopher://127.0.0.1",
    "data:text/html,x",
    "//odoo.example.com",
    "odoo.example.com",
    " ",
    "",
  ];
  for (const address of addresses) assert.equal(await status(server.url, own(address)), 403, address);
  // Other spellings of an allowed address are that address, and no more.
  for (const address of [`http://127.0.0.1:${port}/`, `http://2130706433:${port}`, `HTTP://0x7f.1:${port}`]) {
    assert.equal(await status(server.url, own(address)), 200, address);
  }
  assert.equal(await status(server.url, own("https://ODOO.example.com:443/")), 200);
  assert.deepEqual(asked, [], "nobody was asked so far");

  await using client = await connect(server, own(`http://127.0.0.1:${port}`));
  const answer = await call(client, "count_records", { model: "res.partner" });
  assert.equal(answer.data.code, "E001", answer.text);
  assert.deepEqual([...new Set(asked)], [`127.0.0.1:${port}`]);
  assert.doesNotMatch(answer.text + server.log(), /canary-own-key/);
  await odoo.shutdown();
});

Deno.test("headers with credentials of one's own that make no sense are refused", async () => {
  await using server = await startHttp([
    ...["--security-own-credentials", "true", "--odoo-url", "http://127.0.0.1:9"],
  ]);
  const key = { "x-odoo-api-key": "k" };
  assert.equal(await status(server.url, key), 200, "for the one Odoo there is");
  const bad: Record<string, string>[] = [
    { "x-odoo-api-key": "" },
    { "x-odoo-api-key": "two words" },
    { "x-odoo-api-key": "k".repeat(600) },
    { ...key, "x-odoo-database": "../postgres" },
    { ...key, "x-odoo-database": "a,b" },
    { ...key, "x-odoo-username": "" },
    { ...key, "x-odoo-username": "a b" },
    { "x-odoo-username": "admin" },
  ];
  for (const headers of bad) assert.equal(await status(server.url, headers), 400, JSON.stringify(headers));
});
