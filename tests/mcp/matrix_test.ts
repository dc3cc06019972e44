/**
 * Every other kind of caller × every tool (API keys and roles are in `roles_test.ts`): what a caller may call answers,
 * what it may not is refused and not listed, aliases included.
 */
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { type Access, SCOPES } from "../../src/guard/mod.ts";
import { tools } from "../../src/mcp/mod.ts";
import { makeKey, sign, startIssuer } from "../support/issuer.ts";
import { call, connectHttp, connectStdio, type HttpServer, startHttp } from "../support/server.ts";

/** The accesses that a scope's role has, said once more by hand. */
const MAY: Record<typeof SCOPES[number], readonly Access[]> = {
  "odoo:read": ["read"],
  "odoo:write": ["read", "write"],
  "odoo:act": ["read", "write", "destroy", "act"],
  "odoo:admin": ["read", "write", "destroy", "act"],
};

const ALL = ["--toolsets", "all", "--mode", "open", "--limits-requests-per-minute", "0"];

async function connect(server: HttpServer, headers: Record<string, string>): Promise<Client & AsyncDisposable> {
  const client = new Client({ name: "test", version: "1.0.0" });
  await client.connect(new StreamableHTTPClientTransport(server.url, { requestInit: { headers } }));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** The status and challenge of a call over plain HTTP; clients of the SDK hide them. */
async function post(server: HttpServer, headers: Record<string, string>, tool: string): Promise<[number, string]> {
  const response = await fetch(server.url, {
    method: "POST",
    headers: { ...headers, "content-type": "application/json", accept: "application/json, text/event-stream" },
    body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params: { name: tool, arguments: {} } }),
  });
  await response.body?.cancel();
  return [response.status, response.headers.get("www-authenticate") ?? ""];
}

/** Whether a tool ran as far as its arguments: nonsense is E004 there, and nowhere before. */
async function reached(client: Client, tool: string): Promise<boolean> {
  try {
    return String((await call(client, tool, { nonsense: 1 })).data.code) === "E004";
  } catch (error) {
    // What the settings leave out does not exist for anybody.
    assert.match(String(error), /Unknown tool/);
    return false;
  }
}

Deno.test("every scope × every tool: listed and callable, or asked for the scope that would do", async () => {
  const key = await makeKey("ES256", "k");
  await using issuer = startIssuer([key.jwk]);
  await using server = await startHttp(["--demo", "--security-oauth-issuer", issuer.url, ...ALL]);
  let tried = 0;
  for (const scope of SCOPES) {
    const token = await sign(key, { iss: issuer.url, aud: server.url.href, scope, sub: scope });
    const headers = { authorization: `Bearer ${token}` };
    await using client = await connect(server, headers);
    const listed = new Set((await client.listTools()).tools.map(({ name }) => name));
    for (const { name, access } of tools) {
      tried++;
      const may = MAY[scope].includes(access);
      assert.equal(listed.has(name), may, `${scope} ${name}`);
      if (may) assert.equal(await reached(client, name), true, `${scope} ${name}`);
      else {
        const [status, challenge] = await post(server, headers, name);
        const needed = access === "write" ? "odoo:write" : "odoo:act";
        assert.equal(status, 403, `${scope} ${name}`);
        assert.match(challenge, /error="insufficient_scope"/);
        assert.ok(challenge.includes(`scope="${needed}"`), `${scope} ${name}: ${challenge}`);
      }
    }
  }
  assert.equal(tried, SCOPES.length * tools.length);
});

Deno.test("a role that a token names narrows its scopes, and widens none", async () => {
  const key = await makeKey("ES256", "k");
  await using issuer = startIssuer([key.jwk]);
  const flags = ["--security-oauth-issuer", issuer.url, "--security-oauth-role-claim", "role"];
  await using server = await startHttp(["--demo", ...flags, ...ALL]);
  const may = { "odoo:admin viewer": ["read"], "odoo:read admin": ["read"], "odoo:write admin": ["read", "write"] };
  for (const [who, accesses] of Object.entries(may)) {
    const [scope, role] = who.split(" ");
    const token = await sign(key, { iss: issuer.url, aud: server.url.href, scope, role, sub: role });
    await using client = await connect(server, { authorization: `Bearer ${token}` });
    const listed = (await client.listTools()).tools.map(({ name }) => name).sort();
    const expected = tools.filter(({ access }) => accesses.includes(access)).map(({ name }) => name).sort();
    assert.deepEqual(listed, expected, who);
  }
});

Deno.test("whoever brings Odoo credentials, or started the server, may use every tool that the settings offer", async () => {
  const all = tools.map(({ name }) => name).sort();
  const lacking = all.filter((name) => !["delete_record", "delete_records"].includes(name));
  const settings = [...ALL, "--exclude-tools", "delete_record"];
  await using server = await startHttp([
    ...["--security-own-credentials", "true", "--odoo-url", "http://127.0.0.1:9"],
    ...settings,
  ]);
  await using alone = await startHttp(["--demo", ...settings]);
  await using own = await connect(server, { "x-odoo-api-key": "k", "x-odoo-username": "me" });
  await using http = await connectHttp(alone.url);
  await using stdio = await connectStdio(["serve", "--demo", ...settings]);
  for (const client of [own, http, stdio]) {
    assert.deepEqual((await client.listTools()).tools.map(({ name }) => name).sort(), lacking);
    for (const name of all) assert.equal(await reached(client, name), lacking.includes(name), name);
  }
});

Deno.test("nobody may use any tool who brings what the server does not take", async () => {
  const key = await makeKey("ES256", "k");
  await using issuer = startIssuer([key.jwk]);
  await using server = await startHttp(["--demo", "--security-oauth-issuer", issuer.url, ...ALL]);
  for (const { name } of tools) {
    for (
      const [headers, status] of [[{}, 401], [{ "x-api-key": "omk_x" }, 401], [{ "x-odoo-api-key": "k" }, 401]] as const
    ) {
      assert.equal((await post(server, headers, name))[0], status, name);
    }
  }
});

Deno.test("a call that a role or a scope refuses stands in the audit, by whom and of what", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/audit.jsonl`;
    const key = await makeKey("ES256", "k");
    await using issuer = startIssuer([key.jwk]);
    const flags = ["--security-oauth-issuer", issuer.url, "--security-oauth-role-claim", "role"];
    await using server = await startHttp(["--demo", ...flags, ...ALL, "--audit-file", file]);
    const as = async (scope: string, role: string) => ({
      authorization: `Bearer ${await sign(key, {
        iss: issuer.url,
        aud: server.url.href,
        scope,
        role,
        sub: "eve",
        client_id: "agent",
      })}`,
    });
    await post(server, await as("odoo:read", "admin"), "delete_records");
    await using client = await connect(server, await as("odoo:admin", "viewer"));
    await call(client, "run_action", { model: "sale.order", ids: [1], action: "canary" });
    const lines = (await Deno.readTextFile(file)).trim().split("\n").map((line) => JSON.parse(line));
    const told = lines.map(({ kind, caller, role, tool, code, client }) => [kind, caller, role, tool, code, client]);
    assert.deepEqual(told, [
      ["outcome", "oauth:eve", "admin", "delete_records", "E011", "agent"],
      ["outcome", "oauth:eve", "viewer", "run_action", "E011", "agent"],
    ]);
    assert.doesNotMatch(await Deno.readTextFile(file), /canary/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
