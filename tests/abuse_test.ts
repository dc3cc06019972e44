/**
 * What careless and hostile clients do to a server that listens: while they do it, and after it, others are answered. Each
 * test prints how much longer an answer takes meanwhile; what it asserts is that there is one.
 */
import assert from "node:assert/strict";
import { connectHttp, type HttpServer, startHttp } from "./support/server.ts";

/** Nobody who asks something small may wait longer, in ms. */
const DEADLINE_MS = 20_000;

const SEED = 20261121;

/** Mulberry32: the same numbers on every run. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6D2B79F5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

/** Asks something small, as another client, so many times; answers the median time in ms. Rejects past the deadline. */
async function askOthers(server: HttpServer, times = 20): Promise<number> {
  await using client = await connectHttp(server.url);
  const took: number[] = [];
  for (let at = 0; at < times; at++) {
    const started = performance.now();
    const params = { name: "count_records", arguments: { model: "res.partner" } };
    const answer = await client.callTool(params, { timeout: DEADLINE_MS });
    assert.notEqual(answer.isError, true);
    took.push(performance.now() - started);
  }
  return took.sort((a, b) => a - b)[times >> 1]!;
}

/** Runs an attack against a server of its own; others are asked before, meanwhile and afterwards. */
function attack(
  name: string,
  run: (server: HttpServer, meanwhile: () => Promise<void>) => Promise<void>,
): void {
  Deno.test(`others are answered despite ${name}`, async () => {
    await using server = await startHttp(["--demo"]);
    await askOthers(server);
    const before = await askOthers(server);
    let ratio = 0;
    await run(server, async () => {
      ratio = await askOthers(server) / before;
    });
    assert.ok(ratio > 0, "others were asked meanwhile");
    const after = await askOthers(server) / before;
    console.log(
      `${name}: ${before.toFixed(1)} ms normally, × ${ratio.toFixed(2)} meanwhile, × ${after.toFixed(2)} after`,
    );
    assert.equal(await server.stop(), 0);
  });
}

const port = (server: HttpServer) => Number(server.url.port);
const bytes = (text: string) => new TextEncoder().encode(text);

async function connectMany(server: HttpServer, count: number): Promise<Deno.TcpConn[]> {
  const open: Deno.TcpConn[] = [];
  for (let at = 0; at < count; at++) open.push(await Deno.connect({ hostname: "127.0.0.1", port: port(server) }));
  return open;
}

/** What a connection answers at first; "" where it is closed without an answer. */
async function firstWords(connection: Deno.TcpConn): Promise<string> {
  const chunk = new Uint8Array(64);
  const size = await connection.read(chunk).catch(() => null);
  return new TextDecoder().decode(chunk.subarray(0, size ?? 0)).split("\r\n")[0]!;
}

const HEADERS = "Host: 127.0.0.1\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n";

attack("1,000 idle connections", async (server, meanwhile) => {
  const open = await connectMany(server, 1000);
  await meanwhile();
  open.forEach((one) => one.close());
});

attack("300 clients that send a letter at a time", async (server, meanwhile) => {
  const open = await connectMany(server, 300);
  const request = bytes(`POST /mcp HTTP/1.1\r\n${HEADERS}Content-Length: 100000\r\n\r\n{`);
  let going = true;
  const dripping = Promise.all(open.map(async (one) => {
    for (let at = 0; going && at < request.length; at++) {
      await one.write(request.subarray(at, at + 1));
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }));
  await meanwhile();
  going = false;
  await dripping;
  open.forEach((one) => one.close());
});

attack("bodies of 100 MB", async (server, meanwhile) => {
  const chunk = bytes(" ".repeat(1024 * 1024));
  const send = async (head: string, frame: (chunk: Uint8Array) => Uint8Array[]) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: port(server) });
    // The server has answered and reads no further: a write that waits for it would wait for long.
    const answer = firstWords(connection).finally(() => connection.close());
    let sent = 0;
    try {
      await connection.write(bytes(`POST /mcp HTTP/1.1\r\n${HEADERS}${head}\r\n\r\n`));
      for (; sent < 100; sent++) {
        for (const part of frame(chunk)) {
          for (let at = 0; at < part.length;) at += await connection.write(part.subarray(at));
        }
      }
    } catch { /* it has hung up, which is an answer too */ }
    assert.match(await answer, /^(HTTP\/1\.1 413.*)?$/);
    return sent;
  };
  const attacks = Array.from({ length: 4 }, () => [
    send(`Content-Length: ${100 * chunk.length}`, (one) => [one]),
    send("Transfer-Encoding: chunked", (one) => [bytes(`${one.length.toString(16)}\r\n`), one, bytes("\r\n")]),
  ]).flat();
  await meanwhile();
  const sent = await Promise.all(attacks);
  console.log(`megabytes taken before the end: ${sent.join(" ")}`);
});

attack("JSON that is four million levels deep", async (server, meanwhile) => {
  const depth = 1_900_000;
  const deep = [
    "[".repeat(depth) + "]".repeat(depth),
    '{"a":'.repeat(600_000) + "1" + "}".repeat(600_000),
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"search_records","arguments":{"model":"res.partner",` +
    `"domain":${"[".repeat(100_000)}${"]".repeat(100_000)}}}}`,
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"complex_search","arguments":{"model":"res.partner",` +
    `"where":${'{"not":'.repeat(50_000)}[]${"}".repeat(50_000)}}}}`,
  ];
  const attacks = deep.map(async (body) => {
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const answer = await fetch(server.url, { method: "POST", headers, body, signal: AbortSignal.timeout(DEADLINE_MS) });
    const text = await answer.text();
    assert.ok(answer.status >= 400 || /error/i.test(text), `${answer.status} ${text.slice(0, 200)}`);
    assert.doesNotMatch(text, /\.ts:\d|node_modules/);
  });
  await meanwhile();
  await Promise.all(attacks);
});

attack("floods of headers", async (server, meanwhile) => {
  const floods = [
    Array.from({ length: 20_000 }, (_, at) => `X-${at}: y\r\n`).join(""),
    `X-Long: ${"y".repeat(4 * 1024 * 1024)}\r\n`,
    `${"X".repeat(1024 * 1024)}: y\r\n`,
  ];
  const attacks = floods.flatMap((flood) => [flood, flood, flood]).map(async (flood) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: port(server) });
    const answer = firstWords(connection);
    const request = bytes(`GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\n${flood}\r\n`);
    try {
      for (let at = 0; at < request.length;) at += await connection.write(request.subarray(at));
    } catch { /* it has hung up */ }
    assert.match(await answer, /^(HTTP\/1\.1 (4\d\d).*)?$/);
  });
  await meanwhile();
  await Promise.all(attacks);
});

/** A JSON-RPC message with something wrong in it, or right by chance. */
function strangeMessage(next: () => number): string {
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!;
  const value = (depth: number): unknown => {
    const kind = Math.floor(next() * (depth > 3 ? 6 : 8));
    if (kind === 6) return Array.from({ length: Math.floor(next() * 4) }, () => value(depth + 1));
    if (kind === 7) {
      const keys = ["name", "arguments", "model", "domain", "_meta", "__proto__", "constructor", "ids", "\u0000"];
      return Object.fromEntries(Array.from({ length: 3 }, () => [pick(keys), value(depth + 1)]));
    }
    return pick([null, true, -1, 1e308, 2 ** 53, "", "res.partner", "\ud800", "a".repeat(1000), "search_records"]);
  };
  const methods = [
    "tools/call",
    "tools/list",
    "initialize",
    "ping",
    "resources/read",
    "completion/complete",
    "x",
    "",
    7,
  ];
  const message = {
    jsonrpc: pick(["2.0", "2.0", "1.0", 2]),
    id: pick([1, "a", null, -1, 1.5, {}]),
    method: pick(methods),
    params: pick([value(0), { name: "count_records", arguments: value(0) }, {
      name: pick(["undo", "x"]),
      arguments: {},
    }]),
  };
  const text = JSON.stringify(next() < 0.1 ? [message, message] : message);
  if (next() > 0.3) return text;
  const at = Math.floor(next() * text.length);
  return text.slice(0, at) + pick(["", "}", '"', "\u0000", "\\", "😀", ","]) + text.slice(at + Math.floor(next() * 5));
}

attack(`2,000 strange JSON-RPC messages (seed ${SEED})`, async (server, meanwhile) => {
  const next = random(SEED);
  const versions = ["2025-11-25", "2026-07-28", "x", ""];
  const messages = Array.from(
    { length: 2000 },
    () => [strangeMessage(next), versions[Math.floor(next() * 4)]!] as const,
  );
  let answered = 0;
  const one = async ([body, version]: readonly [string, string]) => {
    const headers = new Headers({ "content-type": "application/json", accept: "application/json, text/event-stream" });
    if (version !== "") headers.set("mcp-protocol-version", version);
    const answer = await fetch(server.url, { method: "POST", headers, body, signal: AbortSignal.timeout(DEADLINE_MS) });
    const text = await answer.text();
    assert.notEqual(answer.status, 500, `${body}: ${text}`);
    assert.doesNotMatch(text, /\.ts:\d|node_modules/, body);
    answered++;
  };
  const attacks = (async () => {
    for (let at = 0; at < messages.length; at += 20) await Promise.all(messages.slice(at, at + 20).map(one));
  })();
  await meanwhile();
  await attacks;
  assert.equal(answered, messages.length);
});
