/** What operators rely on: health, refusals, stopping, silence on stdout. */
import assert from "node:assert/strict";
import { call, cleanEnv, connectHttp, connectStdio, RUN, startHttp } from "../support/server.ts";

const INITIALIZE = {
  jsonrpc: "2.0",
  id: 1,
  method: "initialize",
  params: { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } },
};

function post(url: URL, body: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: "POST",
    headers: {
      "Content-Type": "application/json",
      Accept: "application/json, text/event-stream",
      ...headers,
    },
    body,
  });
}

Deno.test("health says the process lives, ready that its Odoo answers, other paths that MCP is elsewhere", async () => {
  await using server = await startHttp(["--demo"]);
  const get = async (path: string) => {
    const response = await fetch(new URL(path, server.url));
    return [response.status, await response.json()];
  };
  assert.deepEqual(await get("/health"), [200, { status: "ok" }]);
  assert.deepEqual(await get("/ready"), [200, { status: "ready" }]);
  assert.equal((await get("/elsewhere"))[0], 404);
});

Deno.test("a server whose Odoo is away is healthy but not ready, and says so without names", async () => {
  await using server = await startHttp(["--odoo-url", "http://127.0.0.1:9", "--odoo-database", "secret-db"]);
  assert.equal((await fetch(new URL("/health", server.url))).status, 200);
  const ready = await fetch(new URL("/ready", server.url));
  const text = await ready.text();
  assert.equal(ready.status, 503);
  assert.match(text, /CONNECTION_ERROR/);
  assert.doesNotMatch(text, /127\.0\.0\.1|secret-db/);
});

Deno.test("a request addressed to another host or sent by a foreign page is refused", async () => {
  await using server = await startHttp(["--demo"]);
  const foreign = await post(server.url, JSON.stringify(INITIALIZE), { Origin: "https://evil.example" });
  assert.equal(foreign.status, 403);
  await foreign.body?.cancel();
  // fetch sets Host itself, so this one speaks HTTP by hand.
  const connection = await Deno.connect({ hostname: "127.0.0.1", port: Number(server.url.port) });
  const body = JSON.stringify(INITIALIZE);
  const head = `POST /mcp HTTP/1.1\r\nHost: evil.example\r\nContent-Type: application/json\r\n` +
    `Accept: application/json, text/event-stream\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n`;
  await connection.write(new TextEncoder().encode(head + body));
  const buffer = new Uint8Array(64);
  const read = await connection.read(buffer);
  connection.close();
  assert.match(new TextDecoder().decode(buffer.subarray(0, read ?? 0)), /^HTTP\/1\.1 403/);
});

Deno.test("a body over the limit is refused before it is parsed", async () => {
  await using server = await startHttp(["--demo", "--limits-body-bytes", "2048"]);
  const response = await post(server.url, JSON.stringify({ ...INITIALIZE, padding: "x".repeat(4096) }));
  assert.equal(response.status, 413);
  await response.body?.cancel();
});

Deno.test("ten megabytes of arguments are refused and the server goes on", async () => {
  await using server = await startHttp(["--demo"]);
  const response = await post(server.url, JSON.stringify({ ...INITIALIZE, padding: "x".repeat(10 * 1024 * 1024) }));
  assert.equal(response.status, 413);
  await response.body?.cancel();
  await using client = await connectHttp(server.url);
  assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
});

Deno.test("a bind beyond loopback without authentication refuses to start", async () => {
  const { code, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...RUN, "serve", "--demo", "--transport", "http", "--host", "0.0.0.0", "--port", "0"],
    env: cleanEnv(),
    clearEnv: true,
    stdin: "null",
  }).output();
  assert.equal(code, 2);
  assert.match(new TextDecoder().decode(stderr), /http\.host.*0\.0\.0\.0/s);
});

Deno.test("SIGTERM ends an HTTP server with code 0", async () => {
  const server = await startHttp(["--demo"]);
  await using client = await connectHttp(server.url);
  await call(client, "count_records", { model: "res.partner" });
  assert.equal(await server.stop("SIGTERM"), 0);
});

Deno.test("stdin's end ends the process, and stdout carried nothing but JSON-RPC", async () => {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...RUN, "serve", "--demo", "--log-level", "debug"],
    env: cleanEnv(),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(process.stderr).text();
  const writer = process.stdin.getWriter();
  const encoder = new TextEncoder();
  const lines = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await writer.write(encoder.encode(JSON.stringify(INITIALIZE) + "\nthis is not JSON\n"));
  let out = (await lines.read()).value ?? "";
  const count = { method: "tools/call", params: { name: "count_records", arguments: { model: "res.partner" } } };
  await writer.write(encoder.encode(JSON.stringify({ jsonrpc: "2.0", method: "notifications/initialized" }) + "\n"));
  await writer.write(encoder.encode(JSON.stringify({ jsonrpc: "2.0", id: 2, ...count }) + "\n"));
  out += (await lines.read()).value ?? "";
  await writer.close();
  for (let chunk = await lines.read(); !chunk.done; chunk = await lines.read()) out += chunk.value;
  assert.equal((await process.status).code, 0, await errors);
  const messages = out.trim().split("\n").map((line) => JSON.parse(line));
  assert.deepEqual(messages.map(({ id }) => id), [1, 2]);
  await errors;
});

Deno.test("SIGTERM on stdio lets the call in flight finish", async () => {
  const listener = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async () => {
    await new Promise((resolve) => setTimeout(resolve, 700));
    return new Response("<html>not Odoo</html>", { headers: { "content-type": "text/html" } });
  });
  const process = new Deno.Command(Deno.execPath(), {
    args: [...RUN, "serve", "--odoo-url", `http://127.0.0.1:${listener.addr.port}`, "--odoo-database", "x"],
    env: cleanEnv({ ODOO_USERNAME: "a", ODOO_PASSWORD: "b" }),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(process.stderr).text();
  const writer = process.stdin.getWriter();
  const send = (message: unknown) => writer.write(new TextEncoder().encode(JSON.stringify(message) + "\n"));
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  await send(INITIALIZE);
  let out = (await reader.read()).value ?? "";
  await send({ jsonrpc: "2.0", method: "notifications/initialized" });
  await send({
    jsonrpc: "2.0",
    id: 7,
    method: "tools/call",
    params: { name: "count_records", arguments: { model: "res.partner" } },
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  process.kill("SIGTERM");
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) out += chunk.value;
  assert.equal((await process.status).code, 0, await errors);
  assert.match(out, /"id":7/);
  await writer.close().catch(() => {});
  await errors;
  await listener.shutdown();
});

Deno.test("a dead, a silent and a wrong Odoo show in the call, told apart, never in the start", async () => {
  const silent = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const page = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<html>Welcome to nginx</html>", { headers: { "content-type": "text/html" } }),
  );
  const cases: [string, string, RegExp][] = [
    ["http://127.0.0.1:9", "E001", /refuse|reach/i],
    [`http://127.0.0.1:${(silent.addr as Deno.NetAddr).port}`, "E007", /no answer/i],
    [`http://127.0.0.1:${page.addr.port}`, "E001", /not.*Odoo|web page/i],
  ];
  for (const [url, code, words] of cases) {
    await using client = await connectStdio(["serve", "--odoo-url", url, "--limits-read-ms", "1500"], {
      env: { ODOO_DB: "x", ODOO_USERNAME: "a", ODOO_PASSWORD: "canary-secret" },
    });
    assert.ok((await client.listTools()).tools.length > 0);
    const answer = await call(client, "count_records", { model: "res.partner" });
    assert.equal(answer.data.code, code, `${url}: ${answer.text}`);
    assert.match(answer.text, words);
    assert.doesNotMatch(answer.text, /canary-secret/);
  }
  silent.close();
  await page.shutdown();
});
