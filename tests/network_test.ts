/** The network stays closed: where requests may go, whatever settings, names and answers say; and TLS on both sides. */
import assert from "node:assert/strict";
import https from "node:https";
import { createLookup } from "../src/cli/lookup.ts";
import { grants } from "../src/cli/permissions.ts";
import { loadSettings } from "../src/config/mod.ts";
import { DENY_NET } from "../src/lib/deny_net.ts";
import { Secret } from "../src/lib/secret.ts";
import { createRpc } from "../src/odoo/mod.ts";
import { refusedAddress } from "../src/lib/address_guard.ts";
import { runProgram } from "./cli/program.ts";
import { call, cleanEnv, connectStdio } from "./support/server.ts";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const MAIN = new URL("../main.ts", import.meta.url).pathname;
const signal = new AbortController().signal;

/** What Deno 2.7 has not yet: it checks no resolved address, and its TLS server asks for no certificate. */
const before29 = Number(Deno.version.deno.split(".")[1]) < 9 && Deno.version.deno.startsWith("2.");

const pem = (name: string) => Deno.readTextFileSync(new URL(`fixtures/tls/${name}`, import.meta.url));

/** A server that counts what reaches it. */
function counting(hostname = "127.0.0.1"): { port: number; requests: () => number } & AsyncDisposable {
  let requests = 0;
  const server = Deno.serve({ hostname, port: 0, onListen: () => {} }, () => {
    requests++;
    return new Response("{}");
  });
  return { port: server.addr.port, requests: () => requests, [Symbol.asyncDispose]: () => server.shutdown() };
}

Deno.test("an Odoo at a metadata address stops the start, however it is written", async () => {
  const urls = [
    "http://169.254.169.254",
    "http://2852039166",
    "http://0251.0376.0251.0376",
    "http://[::ffff:a9fe:a9fe]",
  ];
  await Promise.all(urls.map(async (url) => {
    const { code, stdout, stderr } = await runProgram(["serve", "--odoo-allow-http"], { env: { ODOO_URL: url } });
    assert.deepEqual([code, stdout], [1, ""], url);
    assert.match(stderr, /odoo\.url.*link-local/, url);
  }));
});

Deno.test("an OAuth server at a metadata address stops the start too, and a file of its authority is read", async () => {
  const start = ["serve", "--demo", "--transport", "http", "--port", "0", "--security-oauth-issuer"];
  for (const host of ["169.254.169.254", "2852039166", "[fd00:ec2::254]", "100.100.100.200"]) {
    const { code, stderr } = await runProgram([...start, `https://${host}`]);
    assert.equal(code, 1, stderr);
    assert.match(stderr, /security\.oauth\.issuer.*(link-local|metadata)/);
  }
  const missing = await runProgram([...start, "https://auth.invalid", "--security-oauth-ca-file", "none.pem"]);
  assert.match(missing.stderr, /security\.oauth\.ca_file.*does not exist/);
});

Deno.test("the launcher looks names up for the Worker, those alone that it may connect to", async () => {
  const loaded = loadSettings({
    args: { "odoo-url": "http://localhost:8069", "odoo-proxy": "http://proxy.invalid:3128" },
  });
  assert.ok("settings" in loaded);
  const look = createLookup(loaded.settings, { debug() {}, info() {}, warning() {}, error() {} });
  assert.ok((await look("localhost")).some((address) => address === "127.0.0.1" || address === "::1"));
  assert.deepEqual(await look("secret-in-a-name.example.com"), []);
  assert.deepEqual(await look("proxy.invalid"), [], "an unknown name is told by the request itself");
});

Deno.test("a request waits for the look and then goes its way", async () => {
  await using odoo = counting("0.0.0.0");
  // Needs a look, unlike localhost; most machines know their own name.
  const url = `http://${Deno.hostname().toLowerCase()}:${odoo.port}`;
  await using client = await connectStdio(["serve", "--odoo-allow-http", "--odoo-url", url]);
  const { text } = await call(client, "count_records", { model: "res.partner" });
  assert.ok(odoo.requests() > 0 || /its name is not known|nothing listens there/.test(text), text);
});

Deno.test({
  name: "--deny-net holds for what a name resolves to, at the moment of connecting",
  ignore: before29,
  fn: async () => {
    await using odoo = counting();
    const client = new Client({ name: "test", version: "1.0.0" });
    const permissions = ["--allow-env", "--allow-read", "--allow-net", "--deny-net=127.0.0.1,[::1]"];
    await client.connect(
      new StdioClientTransport({
        command: Deno.execPath(),
        args: ["run", "--no-prompt", "--unstable-worker-options", ...permissions, MAIN, "--log-level", "error"],
        env: cleanEnv({ ODOO_URL: `http://localhost:${odoo.port}` }),
      }),
    );
    const answer = await call(client, "count_records", { model: "res.partner" });
    await client.close();
    assert.equal(answer.data.code, "E001", answer.text);
    assert.match(answer.text, /resolves to an address that this program may not reach/);
    assert.equal(odoo.requests(), 0);
  },
});

Deno.test("every address of the deny list is one that the program refuses itself", () => {
  for (const address of DENY_NET) assert.notEqual(refusedAddress(address.replace(/\/\d+$/, "")), null, address);
});

Deno.test("a redirect leads nowhere: not to a metadata address, not to another port of the same host", async () => {
  await using other = counting();
  const away = ["http://169.254.169.254/latest/", "//169.254.169.254/"].map((location) => ({ status: 302, location }));
  const back = [301, 302, 303, 307, 308].map((status) => ({ status, location: `http://127.0.0.1:${other.port}/` }));
  await Promise.all([...away, ...back].map(async ({ status, location }) => {
    const answer = () => new Response(null, { status, headers: { location } });
    const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, answer);
    {
      await using client = await connectStdio(["serve", "--odoo-url", `http://127.0.0.1:${server.addr.port}`]);
      const { data, text } = await call(client, "count_records", { model: "res.partner" });
      assert.equal(data.code, "E001", text);
    }
    await server.shutdown();
  }));
  assert.equal(other.requests(), 0);
});

Deno.test("odoo-mcp permissions prints what the Worker may do, and makes no file", async () => {
  const args = [
    "--odoo-url",
    "https://odoo.example.com",
    "--odoo-proxy",
    "http://proxy.example:3128",
    "--log-file",
    "x.log",
  ];
  const { code, stdout } = await runProgram(["permissions", "--json", ...args, "--audit-file", "/nowhere/a.jsonl"]);
  assert.equal(code, 0);
  const all: { kind: string; what: string }[] = JSON.parse(stdout);
  const of = (kind: string) => all.filter((one) => one.kind === kind).map(({ what }) => what).sort();
  assert.deepEqual(of("connect"), ["odoo.example.com:443", "proxy.example:3128"]);
  assert.deepEqual(of("read and write").slice(0, 2), ["/nowhere/a.jsonl", "/nowhere/a.jsonl.head"]);
  assert.deepEqual([of("write"), of("listen")], [["x.log"], []]);
  assert.match((await runProgram(["permissions", ...args])).stdout, /^Nothing else:/m);
});

Deno.test("the demo company over stdio may do nothing at all", () => {
  const loaded = loadSettings({ args: { demo: "true" } });
  assert.ok("settings" in loaded);
  assert.deepEqual(grants(loaded.settings), []);
});

Deno.test({
  name: "an Odoo that asks for a client certificate gets it, and only where one is set",
  ignore: before29,
  fn: async () => {
    const options = {
      cert: pem("cert.pem"),
      key: pem("key.pem"),
      ca: pem("ca.pem"),
      requestCert: true,
      rejectUnauthorized: false,
    };
    const server = https.createServer(options, (request, response) => {
      response.end(JSON.stringify({ shown: Reflect.get(request.socket, "authorized") }));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    assert.ok(typeof address === "object" && address !== null);
    for (const shown of [false, true]) {
      const identity = { cert: pem("cert.pem"), key: new Secret(pem("key.pem")) };
      const baseUrl = `https://localhost:${address.port}`;
      const rpc = createRpc({ baseUrl, ca: pem("ca.pem"), ...(shown && { identity }) });
      assert.deepEqual(JSON.parse((await rpc.get("/", signal)).body), { shown });
      rpc.close();
    }
    await new Promise((resolve) => server.close(resolve));
  },
});

Deno.test("the program serves https itself, and refuses half a certificate or a file that is none", async () => {
  const fixture = (name: string) => new URL(`fixtures/tls/${name}`, import.meta.url).pathname;
  const process = new Deno.Command(Deno.execPath(), {
    args: [
      "run",
      "--no-prompt",
      "-A",
      "--unstable-worker-options",
      MAIN,
      "serve",
      "--demo",
      "--transport",
      "http",
      "--port",
      "0",
    ]
      .concat(["--log-format", "json", "--http-tls-cert", fixture("cert.pem"), "--http-tls-key", fixture("key.pem")]),
    env: cleanEnv(),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let said = "";
  const reading = (async () => {
    for await (const text of process.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      const url = /https:\/\/localhost:\d+/.exec(said)?.[0];
      if (url === undefined || said.includes("asked")) continue;
      said += "asked";
      const client = Deno.createHttpClient({ caCerts: [pem("ca.pem")] });
      // Deno's fetch speaks HTTP/2 here, which has no Host header.
      for (const path of ["/health", "/nowhere"]) {
        const answer = await fetch(url + path, { client });
        said += `answered ${answer.status}\n`;
        await answer.body?.cancel();
      }
      const large = { method: "POST", body: new Uint8Array(5 * 1024 * 1024), client };
      const refused = await fetch(`${url}/mcp`, large);
      said += `answered ${refused.status}\n`;
      await refused.body?.cancel();
      client.close();
      process.kill("SIGTERM");
    }
  })();
  await process.status;
  await reading;
  assert.match(said, /answered 200\nanswered 404\nanswered 413/);

  const half = await runProgram(["serve", "--transport", "http", "--http-tls-cert", fixture("cert.pem")]);
  assert.match(half.stderr, /http\.tls\.cert.*Set http\.tls\.key too/);
  const wrong = await runProgram([
    "serve",
    "--http-tls-cert",
    fixture("cert.pem"),
    "--http-tls-key",
    fixture("cert.pem"),
  ]);
  assert.match(wrong.stderr, /http\.tls\.key.*holds no PEM private key/);
});
