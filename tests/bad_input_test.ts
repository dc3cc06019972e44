/** Bad input as new users and careless agents give it: wrong settings, wrong servers, wrong arguments. Needs no Odoo. */
import assert from "node:assert/strict";
import { runProgram } from "./cli/program.ts";
import { freePort, listen, serveHttp, untilClosed, write } from "./odoo/sockets.ts";
import { call, cleanEnv, connectHttp, connectStdio, RUN, startHttp } from "./support/server.ts";

/** Stands for every secret: whatever the program says, to whom ever, this must not be in it. */
const CANARY = "canary-hunter2";

const CODE_PLACES = /\.ts:\d|node_modules|Traceback|^\s+at /m;

/** Fails when an answer takes so long that a person would call it hung. */
async function soon<T>(what: string, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer: ${what}`)), 20_000);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

Deno.test("settings that can't be used stop the start with a reason on stderr, and show no secret", async () => {
  const env = { ODOO_URL: "https://odoo.invalid", ODOO_DB: "x", ODOO_USERNAME: "a", ODOO_PASSWORD: CANARY };
  const at = (url: string) => ({ ...env, ODOO_URL: url });
  const file = (text: string) => ({ files: { "c.json": text }, args: ["--config", "c.json"] });
  const cases: { args?: string[]; env?: Record<string, string>; files?: Record<string, string>; words: RegExp }[] = [
    { env: at("odoo.example.com"), words: /"odoo\.example\.com" has no scheme\. Write https:/ },
    { env: at("https://"), words: /odoo\.url from variable ODOO_URL/ },
    { env: at("https://odoo.example.com:99999"), words: /odoo\.url.*no web address/ },
    { env: at("http://odoo.example.com"), words: /over http:/ },
    { env: at(`https://a:${CANARY}@odoo.example.com`), words: /holds a user name or password/ },
    { ...file(""), words: /c\.json: the file is empty/ },
    { ...file(`{"odoo": {"password": "${CANARY}", `), words: /c\.json: the file ends too early/ },
    { ...file(`\u0000\u0001 ${CANARY}`), words: /Cannot read the config file c\.json/ },
    { ...file(`[{"password": "${CANARY}"}]`), words: /is not an object/ },
    { ...file(`{"odoo": {"pasword": "${CANARY}"}}`), words: /odoo\.pasword.*Did you mean odoo\.password/ },
    { ...file('{"__proto__": {"mode": "open"}}'), words: /__proto__/ },
    { args: ["--no-such-flag"], words: /Cannot understand --no-such-flag/ },
    { args: ["--odoo-pasword", CANARY], words: /Did you mean --odoo-password/ },
    { args: ["--config", "missing.json"], words: /missing\.json: it does not exist/ },
    { args: ["--mode", "nonsense"], words: /"nonsense" is not one of read-only, guarded, open/ },
    { args: ["--odoo-ca-file", "missing.pem"], words: /ca_file/ },
  ];
  await Promise.all(cases.map(async ({ args = [], words, ...rest }) => {
    const { code, stdout, stderr } = await runProgram(["serve", ...args], { env, ...rest });
    assert.ok(code > 0, stderr);
    assert.equal(stdout, "");
    assert.match(stderr, words);
    assert.ok(!stderr.includes(CANARY), stderr);
    assert.doesNotMatch(stderr, CODE_PLACES);
  }));
});

/** Servers that are no good Odoo, each as an Instance of one program. */
async function withStrangeServers(
  run: (cases: { name: string; url: string; code: string; words: RegExp }[]) => Promise<void>,
): Promise<void> {
  const page = (status: number, headers: Record<string, string> = {}) => () =>
    new Response("<html><h1>Welcome to nginx!</h1></html>", {
      status,
      headers: { "content-type": "text/html", ...headers },
    });
  const fixture = (name: string) => Deno.readTextFileSync(new URL(`fixtures/tls/${name}`, import.meta.url));
  const tls = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {}, cert: fixture("cert.pem"), key: fixture("key.pem") },
    page(200),
  );
  const half =
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"jsonrpc": "2.0", "res';
  await using welcome = serveHttp(page(200));
  await using missing = serveHttp(page(404));
  await using moved = serveHttp(page(302, { location: "https://sso.example/login" }));
  await using api = serveHttp(() => Response.json({ hello: "world" }));
  // Debugging proxies and careless error pages repeat the request, and from the login on the password stands in it.
  const repeating = (say: (text: string) => Response) =>
    serveHttp(async (request) => {
      const text = await request.text();
      const result = { server_version: "14.0", server_version_info: [14, 0, 0, "final", 0] };
      return text.includes('"version"') ? Response.json({ jsonrpc: "2.0", id: 1, result }) : say(text);
    });
  const fault = (name: string) => (message: string) => {
    const data = { name, message, arguments: [message], debug: message };
    return Response.json({ jsonrpc: "2.0", id: 1, error: { code: 200, message, data } });
  };
  const html = { status: 500, headers: { "content-type": "text/html" } };
  await using echo = repeating((text) => new Response(text, html));
  await using repeats = repeating(fault("builtins.ValueError"));
  await using complains = repeating(fault("odoo.exceptions.UserError"));
  await using nothing = serveHttp(() => new Response(""));
  await using gateway = serveHttp(page(502));
  await using silent = listen((connection) => untilClosed(connection));
  await using dying = listen((connection) => write(connection, half));
  await using dead = listen(() => Promise.resolve());
  await using ssh = listen((connection) => write(connection, "SSH-2.0-OpenSSH_9.2p1\r\n"));
  try {
    await run([
      { name: "closed-port", url: `http://127.0.0.1:${freePort()}`, code: "E001", words: /nothing listens there/ },
      { name: "unknown-host", url: "https://no-such-host.invalid", code: "E001", words: /its name/ },
      { name: "web-page", url: welcome.url, code: "E001", words: /a web page, not Odoo/ },
      { name: "no-such-page", url: missing.url, code: "E001", words: /none of its addresses for programs is there/ },
      { name: "redirect", url: moved.url, code: "E001", words: /redirects \(HTTP 302\) to https:\/\/sso\.example/ },
      { name: "other-api", url: api.url, code: "E999", words: /Cannot read Odoo's answer|Cannot tell/ },
      { name: "echo", url: echo.url, code: "E999", words: /HTTP 500/ },
      { name: "repeats", url: repeats.url, code: "E999", words: /error inside Odoo/ },
      { name: "complains", url: complains.url, code: "E004", words: /./ },
      { name: "empty-answer", url: nothing.url, code: "E001", words: /not Odoo's API/ },
      { name: "gateway", url: gateway.url, code: "E001", words: /bad gateway \(HTTP 502\)/ },
      { name: "silence", url: silent.url, code: "E007", words: /no answer within 2 s.*Check that Odoo runs/ },
      { name: "dies-midway", url: dying.url, code: "E001", words: /ended in the middle of the answer/ },
      { name: "dies-at-once", url: dead.url, code: "E001", words: /ended before an answer/ },
      { name: "no-http", url: ssh.url, code: "E001", words: /does not speak http/ },
      {
        name: "untrusted",
        url: `https://localhost:${tls.addr.port}`,
        code: "E001",
        words: /certificate is not trusted/,
      },
      { name: "plain-to-tls", url: `http://127.0.0.1:${tls.addr.port}`, code: "E001", words: /http/ },
      {
        name: "tls-to-plain",
        url: welcome.url.replace("http:", "https:"),
        code: "E001",
        words: /speaks http, not https/,
      },
    ]);
  } finally {
    await tls.shutdown();
  }
}

Deno.test("servers that are no good Odoo are told apart in the call, each within its deadline", async () => {
  await withStrangeServers(async (cases) => {
    const folder = await Deno.makeTempDir();
    const who = { database: "x", username: "a", password: CANARY };
    const instances = Object.fromEntries(cases.map(({ name, url }) => [name, { url, ...who }]));
    await Deno.writeTextFile(`${folder}/c.json`, JSON.stringify({ instances, limits: { read_ms: 2000 } }));
    let said = "";
    try {
      await using client = await connectStdio(["serve", "--config", `${folder}/c.json`, "--log-level", "debug"], {
        onStderr: (text) => said += text,
      });
      // Twice: the second call finds whatever state the first one left.
      for (const _ of [1, 2]) {
        await Promise.all(cases.map(async ({ name, code, words }) => {
          const answer = await soon(name, call(client, "count_records", { model: "res.partner", instance: name }));
          assert.deepEqual([answer.isError, answer.data.code], [true, code], `${name}: ${answer.text}`);
          assert.match(answer.text, words, `${name}: ${answer.text}`);
          said += answer.text;
        }));
      }
      assert.ok((await client.listTools()).tools.length > 0);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
    assert.ok(!said.includes(CANARY), said);
    assert.doesNotMatch(said, CODE_PLACES);
  });
});

/** The program over stdio without a client in between, so that lines can be sent that no client would make. */
function startRaw(args: string[], env: Record<string, string> = {}) {
  const process = new Deno.Command(Deno.execPath(), {
    args: [...RUN, "serve", ...args],
    env: cleanEnv(env),
    clearEnv: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(process.stderr).text();
  const writer = process.stdin.getWriter();
  const reader = process.stdout.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  let id = 1;
  const send = (line: string) => writer.write(new TextEncoder().encode(`${line}\n`));
  const next = async (): Promise<string> => {
    for (let end = rest.indexOf("\n");; end = rest.indexOf("\n")) {
      if (end >= 0) {
        const line = rest.slice(0, end);
        rest = rest.slice(end + 1);
        return line;
      }
      const { done, value } = await reader.read();
      if (done) throw new Error("stdout has ended");
      rest += value;
    }
  };
  return {
    process,
    errors,
    send,
    async open() {
      const params = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "raw", version: "1" } };
      await send(JSON.stringify({ jsonrpc: "2.0", id: 0, method: "initialize", params }));
      await next();
      await send('{"jsonrpc":"2.0","method":"notifications/initialized"}');
    },
    /** Calls a tool with the text of its arguments; answers the failure, the answer or the protocol's error. */
    async call(tool: string, argumentsText: string) {
      const line = `{"jsonrpc":"2.0","id":${++id},"method":"tools/call","params":{"name":"${tool}","arguments":`;
      await send(`${line}${argumentsText}}}`);
      const message = JSON.parse(await soon(`${tool} ${argumentsText.slice(0, 100)}`, next()));
      assert.equal(message.id, id);
      const text: string = message.error?.message ?? message.result.content[0].text;
      return { code: message.error?.code ?? (message.result.isError ? JSON.parse(text).code : "ok"), text };
    },
    async close() {
      await writer.close().catch(() => {/* the process has ended */});
      const { code } = await soon("the end of the process", process.status);
      for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) rest += chunk.value;
      return { code, stderr: await errors, stdout: rest };
    },
  };
}

const nested = (levels: number, open = "[", close = "]", core = "") =>
  open.repeat(levels) + core + close.repeat(levels);
const numbers = (count: number) => JSON.stringify(Array.from({ length: count }, (_, at) => at + 1));
/** Arguments for a model the demo company has. */
const of = (rest: string) => `{"model":"res.partner",${rest}}`;

const ARGUMENTS: [tool: string, argumentsText: string, code: string | number, words: RegExp][] = [
  ["count_records", '{"model":"res.partnr"}', "E005", /res\.partnr/],
  ["count_records", '{"model":"__proto__"}', "E005", /__proto__/],
  ["count_records", '{"model":"constructor"}', "E005", /constructor/],
  ["count_records", '{"model":"res.\\ud800partner"}', "E011", /no method of an Odoo model/],
  ["count_records", '{"model":5}', "E004", /model is 5, not a text/],
  ["count_records", '{"model":""}', "E004", /model/],
  ["count_records", "{}", "E004", /model/],
  ["search_records", of('"fields":["nmae"]'), "E004", /no field \\"nmae\\"/],
  ["search_records", of(`"fields":["${"x".repeat(100_000)}"]`), "E004", /has no field|characters in all/],
  ["search_records", of(`"order":"${"x".repeat(100_000)}"`), "E004", /order/],
  ["count_records", of(`"${"x".repeat(100_000)}":1`), "E004", /unknown argument/],
  ["count_records", of(Array.from({ length: 5000 }, (_, at) => `"x${at}":1`).join()), "E004", /and 4980 more/],
  ["count_records", of(`"domain":[["${"parent_id.".repeat(5000)}name","=","x"]]`), "E004", /domain/],
  ["search_records", of('"fields":["__proto__"]'), "E004", /no field \\"__proto__\\"/],
  ["search_records", of('"fields":["constructor"]'), "E004", /no field \\"constructor\\"/],
  ["search_records", of('"order":"__proto__ desc"'), "E004", /__proto__/],
  ["analytics_query", of('"measures":["__proto__:sum"]'), "E004", /__proto__/],
  ["analytics_query", of('"measures":["amount:toString"]'), "E004", /toString|amount/],
  ["complex_search", of('"where":[{"field":"name","op":"__proto__","value":1}]'), "E004", /is no op/],
  ["create_record", of('"values":{"nmae":"x"}'), "E004", /nmae/],
  ["create_record", of('"values":{"name":"x","__proto__":{"city":"x"}}'), "E004", /__proto__/],
  [
    "create_record",
    of('"values":{"name":"x","child_ids":{"create":[{"__proto__":{"name":"y"}}]}}'),
    "E004",
    /__proto__/,
  ],
  ["create_record", of('"values":{"name":"x","constructor":"x"}'), "E004", /constructor/],
  ["update_record", of('"ids":[1],"values":{"id":7}'), "E004", /id/],
  ["get_record", of('"ids":["__proto__"]'), "E004", /ids/],
  ["get_record", of('"ids":[0]'), "E004", /ids/],
  ["get_record", of('"ids":[1.5]'), "E004", /ids\[0\] is 1\.5, not a whole number/],
  ["get_record", of('"ids":[]'), "E004", /ids/],
  ["get_record", of(`"ids":${numbers(20_000)}`), "E012", /10,?000/],
  ["get_record", of(`"ids":${numbers(501)}`), "E012", /500/],
  ["delete_record", of(`"ids":${numbers(20_000)}`), "E012", /10,?000/],
  ["count_records", of(`"domain":[["id","in",${numbers(20_000)}]]`), "E004", /5000 values/],
  ["search_records", of('"limit":1000000'), "E012", /500/],
  ["search_records", of('"limit":1e400'), "E004", /limit is Infinity, not/],
  ["search_records", of('"limit":"5"'), "E004", /limit/],
  ["search_records", of('"offset":-1'), "E004", /offset/],
  ["search_records", of('"total":"yes"'), "E004", /total is a text, not true or false/],
  ["search_records", of('"cursor":"%%%"'), "E004", /cursor/],
  ["search_records", of('"include_archived":1'), "E004", /include_archived/],
  ["count_records", of("\"domain\":\"[('name','=','x')]\""), "E004", /domain/],
  ["count_records", of('"domain":{"name":"x"}'), "E004", /domain/],
  ["count_records", of('"domain":["name","=","x"]'), "E004", /one condition/],
  ["count_records", of('"domain":[["name","="]]'), "E004", /2 parts/],
  ["count_records", of('"domain":[["name","=","x",1]]'), "E004", /4 parts/],
  ["count_records", of('"domain":["|",["name","=","x"]]'), "E004", /needs two conditions/],
  ["count_records", of('"domain":[["name","likes","x"]]'), "E004", /is no operator/],
  ["count_records", of('"domain":[["name","=","\\ud800"]]'), "E004", /surrogate/],
  ["count_records", of('"domain":[["name","=","a\\u0000"]]'), "E004", /U\+0000/],
  ["count_records", of(`"domain":[${'"!",'.repeat(60)}["name","=","x"]]`), "E004", /40 levels/],
  ["count_records", of(`"domain":[${'"!",'.repeat(2000)}["name","=","x"]]`), "E004", /40 levels/],
  ["count_records", of(`"domain":${nested(60)}`), "E004", /domain/],
  ["count_records", of(`"domain":${nested(2000)}`), "E004", /domain.*levels/],
  ["count_records", of(`"domain":${nested(200_000)}`), "E004", /domain.*levels/],
  ["complex_search", of(`"where":[${nested(60, '{"not":', "}", '{"field":"name"}')}]`), "E004", /levels/],
  ["complex_search", of(`"where":[${nested(200_000, '{"any":[', "]}")}]`), "E004", /where.*levels/],
  ["create_record", of(`"values":{"name":${nested(200_000, '{"a":', "}", "1")}}`), "E004", /values.*levels/],
  [
    "run_action",
    `{"model":"sale.order","ids":[1],"action":"action_confirm","args":{"a":${nested(5000)}}}`,
    "E004",
    /args/,
  ],
  [
    "batch_operation",
    `{"operations":[{"op":"create","model":"res.partner","values":{"name":${nested(9000)}}}]}`,
    "E004",
    /levels/,
  ],
  ["batch_operation", '{"operations":[]}', "E004", /operations/],
  ["batch_operation", '{"operations":[{"op":"drop","model":"res.partner"}]}', "E004", /op/],
  ["batch_operation", '{"operations":[{"op":"delete","model":"res.partner","ids":["$2.id"]}]}', "E004", /\$2\.id/],
  ["batch_operation", '{"operations":[{"op":"delete","model":"res.partner","ids":["x; drop"]}]}', "E004", /is no id/],
  ["batch_operation", '{"operations":[{"op":"action","model":"res.partner","ids":[1]}]}', "E004", /action is missing/],
  [
    "batch_operation",
    `{"operations":[${Array(5001).fill('{"op":"create","model":"res.partner","values":{"name":"x"}}').join()}]}`,
    "E012",
    /operations/,
  ],
  [
    "batch_operation",
    `{"on_error":"stop","operations":[${
      Array(5000).fill('{"op":"create","model":"res.partner","values":{"x":1}}').join()
    }]}`,
    "E004",
    /operations\[0\]\.values\.x.*and \d+ more/,
  ],
  ["create_record", of('"values":{"name":"a\\u0000b"}'), "E004", /U\+0000/],
  ["create_record", of('"values":{"name":"a\\u0007b"}'), "E004", /U\+0007/],
  ["create_record", of('"values":{"name":"\\udc00"}'), "E004", /surrogate/],
  ["create_record", of('"values":[]'), "E004", /values/],
  ["create_record", of('"values":"name=x"'), "E004", /values is a text, not an object or a list/],
  ["create_record", of('"values":{"name":{"a":1}}'), "E004", /no text/],
  ["create_record", of('"values":{"name":"x","color":"red"}'), "E004", /color/],
  ["create_record", of('"values":{"name":"x","color":1e300}'), "E004", /color/],
  ["create_record", of('"values":{"name":"x","is_company":"perhaps"}'), "E004", /is_company/],
  ["create_record", of('"values":{"name":"x","country_id":"Atlantis"}'), "E004", /Atlantis/],
  ["create_record", of('"values":{"name":"x","plan":5}'), "E004", /plan/],
  ["delete_record", of('"ids":[1],"plan":5'), "E004", /plan/],
  ["delete_record", of('"ids":[1],"plan":"made up"'), "E010", /plan/],
  ["count_records", "[]", -32602, /arguments/],
  ["count_records", "null", -32602, /arguments/],
  ["__proto__", "{}", -32602, /Unknown tool/],
  // JSON's own rule: of two equal keys the last one counts.
  ["count_records", '{"model":"res.partner","model":"res.country"}', "ok", /^count: \d+/],
];

Deno.test("arguments of every wrong shape are refused with what is wrong, and the server goes on", async () => {
  const raw = startRaw(["--demo", "--log-level", "debug"]);
  await raw.open();
  const before = await raw.call("count_records", of('"include_archived":true'));
  for (const [tool, text, code, words] of ARGUMENTS) {
    const answer = await raw.call(tool, text);
    const label = `${tool} ${text.slice(0, 200)}: ${answer.text.slice(0, 1000)}`;
    assert.equal(answer.code, code, label);
    assert.match(answer.text, words, label);
    assert.doesNotMatch(answer.text, CODE_PLACES, label);
    assert.ok(answer.text.length < 10_000, label);
  }
  assert.deepEqual(await raw.call("count_records", of('"include_archived":true')), before, "nothing was created");
  const { code, stderr, stdout } = await raw.close();
  assert.deepEqual([code, stdout], [0, ""], stderr);
  assert.doesNotMatch(stderr, CODE_PLACES);
});

Deno.test("lines on stdin that are no requests are passed over", async () => {
  const raw = startRaw(["--demo"]);
  await raw.open();
  for (
    const line of ["", "not JSON", "[]", "{}", "null", '"x"', "\u0000\u0001", '{"jsonrpc":"2.0"}', nested(200_000)]
  ) {
    await raw.send(line);
  }
  await raw.send(`\ufeff{"jsonrpc":"1.0","id":5,"method":"tools/list"}`);
  assert.equal((await raw.call("count_records", of('"limit":1'))).code, "E004");
  assert.equal((await raw.call("count_records", of('"domain":[]'))).code, "ok");
  const { code, stderr } = await raw.close();
  assert.equal(code, 0, stderr);
  assert.doesNotMatch(stderr, CODE_PLACES);
});

Deno.test("nearly ten megabytes in one line are answered, and more end the process with a clear word", async () => {
  const raw = startRaw(["--demo"]);
  await raw.open();
  const text = "x".repeat(9 * 1024 * 1024);
  const key = await raw.call("count_records", of(`"${text}":1`));
  assert.equal(key.code, "E004");
  assert.ok(key.text.length < 3000, `the answer repeats ${key.text.length} characters`);
  assert.equal(
    (await raw.call("count_records", of(`"domain":[["id","in",[${"1,".repeat(4_000_000)}1]]]`))).code,
    "E004",
  );
  assert.equal((await raw.call("count_records", of('"domain":[]'))).code, "ok");
  await raw.send(`{"padding":"${"x".repeat(10 * 1024 * 1024)}"}`).catch(() => {/* it stopped reading */});
  const { code, stderr, stdout } = await raw.close();
  assert.deepEqual([code, stdout], [1, ""], stderr);
  assert.match(stderr, /larger than 10485760 bytes/);
  assert.doesNotMatch(stderr, CODE_PLACES);
});

Deno.test("over HTTP bodies of every wrong kind are refused, and the server goes on", async () => {
  await using server = await startHttp(["--demo"]);
  const post = async (body: BodyInit, type = "application/json") => {
    const response = await fetch(server.url, {
      method: "POST",
      headers: { "Content-Type": type, Accept: "application/json, text/event-stream" },
      body,
    });
    return [response.status, await response.text()] as const;
  };
  const line = (args: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"count_records","arguments":${args}}}`;
  const cases: [body: BodyInit, type: string, status: number, words: RegExp][] = [
    ["", "application/json", 400, /error/],
    ["not JSON", "application/json", 400, /error/],
    ["[]", "application/json", 400, /error/],
    [line(of('"domain":[]')), "text/plain", 415, /error/],
    [new Uint8Array([0xff, 0xfe, 0x00]), "application/json", 400, /error/],
    [nested(200_000), "application/json", 400, /error/],
    [line(of(`"domain":${nested(200_000)}`)), "application/json", 400, /nests deeper than 250 levels/],
    [line(of(`"domain":${nested(200)}`)), "application/json", 200, /E004.*levels/],
    [line(of(`"domain":"${"x".repeat(10 * 1024 * 1024)}"`)), "application/json", 413, /./],
  ];
  for (const [body, type, status, words] of cases) {
    const answer = await soon(type, post(body, type));
    const label = `${String(body).slice(0, 100)}: ${answer[0]} ${answer[1].slice(0, 500)}`;
    assert.equal(answer[0], status, label);
    assert.match(answer[1], words, label);
    assert.doesNotMatch(answer[1], CODE_PLACES, label);
  }
  await using client = await connectHttp(server.url);
  assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
  assert.equal(await server.stop(), 0);
  assert.doesNotMatch(server.log(), CODE_PLACES);
});
