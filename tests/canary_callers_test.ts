/**
 * The canaries of `canary_test.ts` with callers who say who they are: by key, by token, with Odoo credentials of their own;
 * and on the command line. What they show to say so is a secret like any other.
 */
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createKey, writeKeys } from "../src/guard/mod.ts";
import { runProgram } from "./cli/program.ts";
import { assertClean, everyTool, inFolder, SECRET, VALUE } from "./support/canary.ts";
import { CLIENT, makeKey, sign, startIssuer } from "./support/issuer.ts";
import { type HttpServer, startHttp } from "./support/server.ts";

const LOUD = ["--mode", "open", "--toolsets", "all", "--log-level", "debug", "--limits-requests-per-minute", "0"];

/** Lets a caller use everything and then misuse its credentials; what was written meanwhile must hold none of it. */
async function callAndMisuse(
  server: HttpServer,
  audit: string,
  headers: Record<string, string>,
  secrets: string[],
): Promise<void> {
  const client = new Client({ name: "test", version: "1.0.0" }, {
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  });
  await client.connect(new StreamableHTTPClientTransport(server.url, { requestInit: { headers } }));
  const calls = await everyTool(client);
  await client.close();

  const refusals: string[] = [];
  const plain = { "content-type": "application/json", accept: "application/json, text/event-stream" };
  const ask = async (path: string, more: Record<string, string>, body?: string) => {
    const init = { method: body === undefined ? "GET" : "POST", headers: { ...plain, ...more } };
    const response = await fetch(new URL(path, server.url), { ...init, ...(body !== undefined && { body }) });
    const text = await response.text();
    if (response.status >= 400) refusals.push(`${response.headers.get("www-authenticate")} ${text}`);
    return text;
  };
  const broken = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `${value}x`]));
  for (const body of ["{}", "[]", `{"${VALUE}`, `{"jsonrpc":"2.0","id":1,"method":"${VALUE}"}`]) {
    for (
      const more of [headers, broken, { ...headers, "x-mcp-toolsets": VALUE }, { authorization: `Basic ${SECRET}` }]
    ) {
      await ask("/mcp", more, body);
    }
    await ask(`/mcp?access_token=${SECRET}`, {}, body);
    await ask("/mcp", { ...headers, "x-odoo-url": `https://${VALUE}.example`, "x-odoo-api-key": SECRET }, body);
    await ask("/mcp", { ...headers, "x-api-key": SECRET }, body);
  }
  const told = await Promise.all(["/health", "/ready", "/metrics", "/"].map((path) => ask(path, headers)));
  await server.stop();

  assert.ok(server.log().split("tool call").length > calls / 2, "the log has something in it");
  assertClean("the log", server.log(), secrets);
  const lines = await Deno.readTextFile(audit);
  assert.ok(lines.split("\n").length > 100);
  assertClean("the audit", lines, secrets);
  for (const one of [...told, ...refusals]) {
    assertClean("what the server says of itself", one.replaceAll(VALUE, ""), secrets);
  }
}

Deno.test("a caller with a key leaves neither the key nor a value in log, audit, metrics or refusals", async () => {
  await inFolder(async (folder) => {
    const [file, audit] = [`${folder}/keys.json`, `${folder}/audit.jsonl`];
    const { key, entry } = await createKey({ name: "agent", role: "admin", expires: null });
    await Deno.writeTextFile(file, writeKeys([entry]), { mode: 0o600 });
    const mask = ["--fields-mask", "email,phone,res.partner.city"];
    await using server = await startHttp(["--demo", ...LOUD, ...mask, "--security-keys", file, "--audit-file", audit]);
    // The prefix is there to tell keys apart, so it may be seen.
    await callAndMisuse(server, audit, { authorization: `Bearer ${key}` }, [key, key.slice(-20)]);
  });
});

Deno.test("a caller with a token leaves neither the token nor a value in log, audit, metrics or refusals", async () => {
  await inFolder(async (folder) => {
    const audit = `${folder}/audit.jsonl`;
    const signing = await makeKey("ES256", "k");
    await using issuer = startIssuer([signing.jwk]);
    const oauth = ["--security-oauth-issuer", issuer.url, "--security-oauth-client-id", CLIENT.id];
    const introspect = ["--security-oauth-introspection-url", `${issuer.url}/introspect`];
    await using server = await startHttp(["--demo", ...LOUD, ...oauth, ...introspect, "--audit-file", audit], {
      ODOO_MCP_SECURITY_OAUTH_CLIENT_SECRET: CLIENT.secret,
    });
    const claims = { iss: issuer.url, aud: server.url.href, scope: "odoo:admin", client_id: "agent", note: SECRET };
    const token = await sign(signing, claims);
    const parts = [...token.split("."), btoa(CLIENT.secret), CLIENT.secret];
    await callAndMisuse(server, audit, { authorization: `Bearer ${token}` }, parts);
  });
});

Deno.test("a caller with Odoo credentials of its own leaves neither them nor a value in log, audit, metrics or refusals", async () => {
  await inFolder(async (folder) => {
    const audit = `${folder}/audit.jsonl`;
    const result = (value: unknown) => Response.json({ jsonrpc: "2.0", id: 1, result: value });
    let turn = 0;
    // Answers what it was sent, password and all, now as a record, now as an error.
    const odoo = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const text = await request.text();
      if (text.includes('"version"')) {
        return result({ server_version: "14.0", server_version_info: [14, 0, 0, "final", 0] });
      }
      if (text.includes('"authenticate"')) return result(2);
      if (text.includes('"fields_get"')) {
        const field = { type: "char", string: VALUE, store: true, searchable: true, readonly: false };
        return result({ id: { ...field, type: "integer" }, name: field, display_name: field });
      }
      if (turn++ % 3 === 0) return result([{ id: 1, name: VALUE, display_name: `${VALUE} ${text}` }]);
      const error = {
        code: 200,
        message: text,
        data: { name: "odoo.exceptions.UserError", debug: text, message: text },
      };
      return Response.json({ jsonrpc: "2.0", id: 1, error });
    });
    const own = ["--security-own-credentials", "true", "--odoo-allowed-hosts", `127.0.0.1:${odoo.addr.port}`];
    await using server = await startHttp([...LOUD, ...own, "--audit-file", audit]);
    await callAndMisuse(server, audit, {
      "x-odoo-url": `http://127.0.0.1:${odoo.addr.port}`,
      "x-odoo-database": "x",
      "x-odoo-username": "me",
      "x-odoo-api-key": SECRET,
    }, [SECRET]);
    await odoo.shutdown();
  });
});

Deno.test("no command prints a secret of the settings, whatever becomes of it", async () => {
  const env = {
    ODOO_URL: "http://127.0.0.1:9",
    ODOO_DB: "x",
    ODOO_USERNAME: "me",
    ODOO_PASSWORD: SECRET,
    ODOO_API_KEY: SECRET,
    ODOO_MCP_STORE_KEY: `${SECRET}-canary-canary-canary-canary`,
    ODOO_MCP_AUDIT_KEY: `${SECRET}-canary-canary-canary-canary`,
    ODOO_MCP_SECRETS_KEY: `${SECRET}-canary-canary-canary-canary`,
    ODOO_MCP_SECURITY_OAUTH_CLIENT_SECRET: SECRET,
    ODOO_MCP_SECURITY_CREDENTIALS: JSON.stringify({ "role:viewer": { default: { username: "b", api_key: SECRET } } }),
  };
  const commands = [
    ["config", "show"],
    ["config", "show", "--json"],
    ["config", "check"],
    ["permissions"],
    ["permissions", "--json"],
    ["doctor"],
    ["doctor", "--json"],
    ["tools"],
    ["call", "count_records", '{"model": "res.partner"}'],
    ["call", "count_records", `{"model": "${SECRET}`],
    ["key", "list"],
    ["secret", "list"],
    ["secret", "set", "odoo"],
    ["audit", "show"],
    ["audit", "verify"],
    ["policy", "explain", "viewer", "search_records", "res.partner"],
    ["serve", "--log-level", "debug", "--transport", "http", "--http-host", "192.0.2.1"],
    ["serve", "--log-level", "nonsense"],
  ];
  await inFolder(async (folder) => {
    const files = {
      ODOO_MCP_STORE_FILE: `${folder}/store.db`,
      ODOO_MCP_AUDIT_FILE: `${folder}/audit.jsonl`,
      ODOO_MCP_SECRETS_FILE: `${folder}/secrets.json`,
      ODOO_MCP_SECURITY_KEYS: `${folder}/keys.json`,
    };
    await Promise.all(commands.map(async (args) => {
      const { stdout, stderr } = await runProgram(args, { env: { ...env, ...files }, stdin: `${SECRET}\n` });
      assertClean(args.slice(0, 2).join(" "), stdout + stderr);
    }));
    assertClean("the credentials file", await Deno.readTextFile(`${folder}/secrets.json`));
  });
});
