/** Debian's nginx with the configuration of scripts/deploy, in front of two real servers. */
import assert from "node:assert/strict";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/client";
import { debianTest, said } from "../support/debian.ts";
import { freePort } from "../support/free_port.ts";
import { createKeys } from "../support/keys.ts";
import { call, startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";

const root = new URL("../../", import.meta.url).pathname;

/** The configuration with this test's ports, name and certificate, in a file that nginx starts from. */
async function prepare(folder: string, port: number, replicas: number[]): Promise<string> {
  const text = await Deno.readTextFile(`${root}scripts/deploy/nginx/odoo-mcp.conf`);
  const own = text
    .replace("listen 443 ssl;", `listen 127.0.0.1:${port} ssl;`)
    .replace(/^ *listen \[::\].*$/m, "")
    .replace("127.0.0.1:8000", `127.0.0.1:${replicas[0]}`)
    .replace("127.0.0.1:8001", `127.0.0.1:${replicas[1]}`)
    .replaceAll("mcp.example.com", "localhost")
    .replaceAll("/etc/nginx/tls/localhost.crt", `${root}tests/fixtures/tls/cert.pem`)
    .replaceAll("/etc/nginx/tls/localhost.key", `${root}tests/fixtures/tls/key.pem`);
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((name) =>
    `${name}_temp_path ${folder}/${name};`
  );
  const main = [
    "daemon off;",
    "worker_processes 1;",
    `pid ${folder}/pid;`,
    `error_log ${folder}/error.log warn;`,
    "events { worker_connections 256; }",
    `http { access_log off; ${paths.join(" ")} include ${folder}/odoo-mcp.conf; }`,
  ];
  await Deno.writeTextFile(`${folder}/odoo-mcp.conf`, own);
  await Deno.writeTextFile(`${folder}/nginx.conf`, main.join("\n"));
  return `${folder}/nginx.conf`;
}

await debianTest(
  "behind nginx answers stream, what the server tells its callers arrives, and a dead replica is not noticed",
  ["nginx"],
  async ({ nginx }) => {
    const folder = await Deno.makeTempDir({ prefix: "nginx-" });
    const port = freePort();
    await using keys = await createKeys(["client:editor"]);
    const behind = ["--demo", "--security-keys", keys.file, "--http-public-url", `https://localhost:${port}`];
    const limits = [
      "--limits-requests-per-minute",
      "60",
      "--limits-burst",
      "60",
      "--http-trusted-proxies",
      "127.0.0.1",
    ];
    await using first = await startHttp([...behind, ...limits]);
    await using second = await startHttp([...behind, ...limits]);
    const config = await prepare(folder, port, [Number(first.url.port), Number(second.url.port)]);
    await said(nginx, ["-t", "-c", config, "-e", `${folder}/error.log`]);
    const process = new Deno.Command(nginx, {
      args: ["-c", config, "-e", `${folder}/error.log`],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const ca = await Deno.readTextFile(`${root}tests/fixtures/tls/ca.pem`);
    using http = Deno.createHttpClient({ caCerts: [ca] });
    const url = new URL(`https://localhost:${port}/mcp`);
    const authorization = `Bearer ${keys.of("client")}`;
    const through = (input: string | URL, init: RequestInit = {}) => fetch(input, { ...init, client: http });
    const status = async (path: string, headers: Record<string, string> = {}) => {
      const response = await through(new URL(path, url), { headers });
      await response.body?.cancel();
      return response;
    };
    try {
      await until(() => status("/health").then(({ ok }) => ok, () => false));
      const ready = await status("/ready");
      assert.equal(ready.status, 200);
      assert.match(ready.headers.get("strict-transport-security") ?? "", /max-age=31536000/);

      const stranger = await status("/mcp");
      assert.deepEqual([stranger.status, stranger.headers.get("www-authenticate")?.slice(0, 6)], [401, "Bearer"]);
      assert.equal((await status("/metrics", { authorization })).status, 200);

      const client = new Client({ name: "test", version: "1" }, {
        versionNegotiation: { mode: { pin: "2026-07-28" } },
      });
      const transport = new StreamableHTTPClientTransport(url, {
        fetch: through,
        requestInit: { headers: { authorization } },
      });
      await client.connect(transport);
      for (let n = 0; n < 6; n++) {
        const answer = await call(client, "count_records", { model: "res.partner" });
        assert.equal(answer.isError, false, answer.text);
      }

      // A stream that goes on is passed on as it comes: the first bytes arrive long before its end.
      const control = new AbortController();
      const stream = await through(url, {
        method: "POST",
        signal: control.signal,
        headers: {
          authorization,
          accept: "application/json, text/event-stream",
          "content-type": "application/json",
          "mcp-protocol-version": "2026-07-28",
          "mcp-method": "subscriptions/listen",
        },
        body: JSON.stringify({
          jsonrpc: "2.0",
          id: 1,
          method: "subscriptions/listen",
          params: {
            notifications: { toolsListChanged: true },
            _meta: {
              "io.modelcontextprotocol/protocolVersion": "2026-07-28",
              "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
              "io.modelcontextprotocol/clientCapabilities": {},
            },
          },
        }),
      });
      assert.equal(stream.headers.get("content-type"), "text/event-stream");
      const { value } = await stream.body!.getReader().read();
      assert.ok(value !== undefined && value.length > 0);
      control.abort();

      await first.stop("SIGKILL");
      for (let n = 0; n < 6; n++) {
        const answer = await call(client, "count_records", { model: "res.partner" });
        assert.equal(answer.isError, false, answer.text);
      }
      await client.close();

      const late = await (async () => {
        for (;;) {
          const response = await through(url, {
            method: "POST",
            headers: { authorization, "content-type": "application/json" },
            body: "{}",
          });
          await response.body?.cancel();
          if (response.status === 429) return response;
        }
      })();
      assert.ok(Number(late.headers.get("retry-after")) >= 1);
    } catch (error) {
      const log = await Deno.readTextFile(`${folder}/error.log`).catch(() => "");
      throw new Error(`${error instanceof Error ? error.stack : error}\nnginx said:\n${log}`);
    } finally {
      process.kill("SIGTERM");
      await process.status;
      await Deno.remove(folder, { recursive: true });
    }
  },
);

await debianTest("nginx speaks TLS 1.3 and nothing older", ["nginx"], async ({ nginx }) => {
  const folder = await Deno.makeTempDir({ prefix: "nginx-" });
  try {
    const config = await prepare(folder, freePort(), [freePort(), freePort()]);
    const shown = await said(nginx, ["-T", "-c", config, "-e", `${folder}/error.log`]);
    assert.deepEqual([...shown.matchAll(/ssl_protocols (.+);/g)].map(([, which]) => which), ["TLSv1.3"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
