/** What careless and hostile clients do to a server that listens, each without end until it is told to. */

/** Where to, and how the attacker says who it is: "" for a stranger. */
export interface Target {
  port: number;
  key: string;
  /** So many strange messages at least. */
  least?: number;
}

/** Goes on until `over()`; answers what is worth telling. Throws where the server answered what it must not. */
export type Attack = (target: Target, over: () => boolean) => Promise<string>;

const SEED = 20261121;
const DEADLINE_MS = 20_000;

const bytes = (text: string) => new TextEncoder().encode(text);
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}

async function connectMany({ port }: Target, count: number): Promise<Deno.TcpConn[]> {
  const open: Deno.TcpConn[] = [];
  for (let at = 0; at < count; at++) open.push(await Deno.connect({ hostname: "127.0.0.1", port }));
  return open;
}

/** What a connection answers at first; "" where it is closed without an answer. */
async function firstWords(connection: Deno.TcpConn): Promise<string> {
  const chunk = new Uint8Array(64);
  const size = await connection.read(chunk).catch(() => null);
  return new TextDecoder().decode(chunk.subarray(0, size ?? 0)).split("\r\n")[0]!;
}

function head({ key }: Target): string {
  return "POST /mcp HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n" +
    "Accept: application/json, text/event-stream\r\n" + (key === "" ? "" : `Authorization: Bearer ${key}\r\n`);
}

/** Sends everything, or as much as the server takes. */
async function sendAll(connection: Deno.TcpConn, parts: Uint8Array[]): Promise<void> {
  try {
    for (const part of parts) for (let at = 0; at < part.length;) at += await connection.write(part.subarray(at));
  } catch { /* it has hung up, which is an answer too */ }
}

async function post(target: Target, body: string, more: Record<string, string> = {}): Promise<Response> {
  const headers = new Headers({ ...more, "content-type": "application/json" });
  headers.set("accept", "application/json, text/event-stream");
  if (target.key !== "") headers.set("authorization", `Bearer ${target.key}`);
  const url = `http://127.0.0.1:${target.port}/mcp`;
  return await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(DEADLINE_MS) });
}

/** Runs rounds of something in so many lanes until it is over; how many rounds there were. */
async function inLanes(lanes: number, over: () => boolean, round: (number: number) => Promise<void>): Promise<number> {
  let rounds = 0;
  await Promise.all(Array.from({ length: lanes }, async () => {
    do await round(rounds++); while (!over());
  }));
  return rounds;
}

async function idle(target: Target, over: () => boolean): Promise<string> {
  const open = await connectMany(target, 1000);
  while (!over()) await pause(10);
  open.forEach((one) => one.close());
  return "";
}

async function slow(target: Target, over: () => boolean): Promise<string> {
  const open = await connectMany(target, 300);
  const request = bytes(`${head(target)}Content-Length: 100000\r\n\r\n{`);
  await Promise.all(open.map(async (one) => {
    for (let at = 0; !over() && at < request.length; at++) {
      await one.write(request.subarray(at, at + 1));
      await pause(20);
    }
    while (!over()) await pause(10);
    one.close();
  }));
  return "";
}

async function huge(target: Target, over: () => boolean): Promise<string> {
  const chunk = bytes(" ".repeat(1024 * 1024));
  const ways: [string, Uint8Array[]][] = [
    [`Content-Length: ${100 * chunk.length}`, [chunk]],
    ["Transfer-Encoding: chunked", [bytes(`${chunk.length.toString(16)}\r\n`), chunk, bytes("\r\n")]],
  ];
  const rounds = await inLanes(8, over, async (number) => {
    const [header, frame] = ways[number % 2]!;
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: target.port });
    const answer = firstWords(connection).finally(() => connection.close());
    const body = Array.from({ length: 100 }, () => frame).flat();
    await sendAll(connection, [bytes(`${head(target)}${header}\r\n\r\n`), ...body]);
    const first = await answer;
    check(/^(HTTP\/1\.1 4(01|13|29).*)?$/.test(first), `a body of 100 MB was answered ${first}`);
  });
  return `${rounds} bodies`;
}

async function deep(target: Target, over: () => boolean): Promise<string> {
  const depth = 1_900_000;
  const call = (name: string, args: string) =>
    `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"${name}","arguments":{"model":"res.partner",${args}}}}`;
  const bodies = [
    "[".repeat(depth) + "]".repeat(depth),
    '{"a":'.repeat(600_000) + "1" + "}".repeat(600_000),
    call("search_records", `"domain":${"[".repeat(100_000)}${"]".repeat(100_000)}`),
    call("complex_search", `"where":${'{"not":'.repeat(50_000)}[]${"}".repeat(50_000)}`),
  ];
  const rounds = await inLanes(4, over, async (number) => {
    const answer = await post(target, bodies[number % bodies.length]!);
    const text = await answer.text();
    check(answer.status >= 400 || /error/i.test(text), `${answer.status} ${text.slice(0, 200)}`);
    check(!/\.ts:\d|node_modules/.test(text), text.slice(0, 500));
  });
  return `${rounds} bodies`;
}

async function headers(target: Target, over: () => boolean): Promise<string> {
  const floods = [
    Array.from({ length: 20_000 }, (_, at) => `X-${at}: y\r\n`).join(""),
    `X-Long: ${"y".repeat(4 * 1024 * 1024)}\r\n`,
    `${"X".repeat(1024 * 1024)}: y\r\n`,
  ];
  const rounds = await inLanes(9, over, async (number) => {
    using connection = await Deno.connect({ hostname: "127.0.0.1", port: target.port });
    const answer = firstWords(connection);
    await sendAll(connection, [bytes(`${head(target)}${floods[number % 3]}\r\n`)]);
    const first = await answer;
    check(/^(HTTP\/1\.1 (4\d\d).*)?$/.test(first), `a flood of headers was answered ${first}`);
  });
  return `${rounds} floods`;
}

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
  const rpc = ["tools/call", "tools/list", "initialize", "ping", "resources/read", "completion/complete", "x", "", 7];
  const message = {
    jsonrpc: pick(["2.0", "2.0", "1.0", 2]),
    id: pick([1, "a", null, -1, 1.5, {}]),
    method: pick(rpc),
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

async function strange(target: Target, over: () => boolean): Promise<string> {
  const next = random(SEED);
  const versions = ["2025-11-25", "2026-07-28", "x", ""];
  const statuses = new Map<number, number>();
  let sent = 0;
  await inLanes(20, () => over() && sent >= (target.least ?? 0), async () => {
    sent++;
    const body = strangeMessage(next);
    const version = versions[Math.floor(next() * 4)]!;
    const answer = await post(target, body, version === "" ? {} : { "mcp-protocol-version": version });
    const text = await answer.text();
    check(answer.status !== 500, `${body}: ${text}`);
    check(!/\.ts:\d|node_modules/.test(text), `${body}: ${text}`);
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
  });
  return `${sent} messages (seed ${SEED}), answered ${
    [...statuses].sort().map(([one, many]) => `${one}: ${many}`).join(", ")
  }`;
}

/** Well-formed calls, as fast as they are answered. */
async function busy(target: Target, over: () => boolean): Promise<string> {
  const params = { name: "search_records", arguments: { model: "res.partner" } };
  const body = JSON.stringify({ jsonrpc: "2.0", id: 1, method: "tools/call", params });
  const rounds = await inLanes(20, over, async () => {
    await (await post(target, body, { "mcp-protocol-version": "2025-11-25" })).text();
  });
  return `${rounds} calls`;
}

/** Every attack, by what people call it. */
export const ATTACKS: Readonly<Record<string, Attack>> = {
  "1,000 idle connections": idle,
  "300 clients that send a letter at a time": slow,
  "bodies of 100 MB": huge,
  "JSON that is a million levels deep": deep,
  "floods of headers": headers,
  "strange JSON-RPC messages": strange,
  "calls as fast as they are answered": busy,
};
