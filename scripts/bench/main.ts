/**
 * `deno task bench`: what this server costs over asking Odoo directly, measured in one run on a real Odoo, interleaved.
 * Prints Markdown tables; `--write` also writes them to `scripts/bench/README.md`.
 */
import { startHttp } from "../../tests/support/server.ts";
import { countRequests } from "./counting_proxy.ts";
import { guardingTable } from "./guarding.ts";
import { interleave, percentile, rate, residentMiB, table, type Timed } from "./measure.ts";
import { jsonCall, login, type Target, xmlCall } from "./odoo.ts";
import { readingTable } from "./reading.ts";
import { overHttp, type Session, startStdio } from "./sessions.ts";
import { startTable } from "./start.ts";
import { throughputTable } from "./throughput.ts";
import { writingTable } from "./writing.ts";

const ROUNDS = Number(Deno.env.get("BENCH_ROUNDS") ?? 150);
const CALLS_FOR_MEMORY = Number(Deno.env.get("BENCH_CALLS") ?? 100_000);
const MAIN = new URL("../../main.ts", import.meta.url).pathname;
const BUNDLE = new URL("../../dist/odoo-mcp.js", import.meta.url).pathname;
const FIELDS = ["name", "email", "city", "country_id", "phone"];

const target: Target = {
  url: required("ODOO_URL"),
  database: required("ODOO_DB"),
  username: required("ODOO_USERNAME"),
  password: required("ODOO_PASSWORD"),
};

function required(name: string): string {
  const value = Deno.env.get(name);
  if (value === undefined) throw new Error(`Cannot measure: ${name} is not set. Run scripts/live_odoo.sh env.`);
  return value;
}

const environment = (url: string) => ({
  ODOO_URL: url,
  ODOO_DB: target.database,
  ODOO_USERNAME: target.username,
  ODOO_PASSWORD: target.password,
});
const serveArgs = ["run", "-A", "--unstable-worker-options", MAIN, "serve"];
const uid = await login(target);
const partner = JSON.parse(await jsonCall(target, uid, "res.partner", "search", [[]], { limit: 1 }))
  .result[0] as number;

/** What the server sends with every call, so that both sides ask the very same of Odoo (it costs Odoo 0.4 ms). */
const CONTEXT = { lang: "en_US", tz: "Europe/Brussels", allowed_company_ids: [1, 2, 3] };

/** One row of the main table: the same question asked of Odoo directly and through a tool. */
interface Row {
  name: string;
  model: string;
  method: string;
  args: unknown[];
  kwargs: Record<string, unknown>;
  tool: string;
  input: Record<string, unknown>;
}

const rows: Row[] = [
  {
    name: "search 20 × 5 fields",
    model: "res.partner",
    method: "search_read",
    args: [],
    kwargs: { domain: [], fields: FIELDS, limit: 20, order: "id" },
    tool: "search_records",
    input: { model: "res.partner", fields: FIELDS, limit: 20, order: "id" },
  },
  {
    name: "read 1",
    model: "res.partner",
    method: "read",
    args: [[partner]],
    kwargs: { fields: FIELDS },
    tool: "get_record",
    input: { model: "res.partner", ids: [partner], fields: FIELDS },
  },
  {
    name: "count",
    model: "res.partner",
    method: "search_count",
    args: [[]],
    kwargs: {},
    tool: "count_records",
    input: { model: "res.partner" },
  },
  {
    name: "group",
    model: "sale.order",
    method: "read_group",
    args: [[], ["amount_total:sum"], ["state"]],
    kwargs: { lazy: false },
    tool: "analytics_query",
    input: { model: "sale.order", group_by: ["state"], measures: ["amount_total:sum"] },
  },
  {
    name: "create (and read back)",
    model: "res.partner.category",
    method: "create",
    args: [{ name: "bench" }],
    kwargs: {},
    tool: "create_record",
    input: { model: "res.partner.category", values: [{ name: "bench" }] },
  },
];

const overStdio = await startStdio(Deno.execPath(), serveArgs, environment(target.url));
const httpServer = await startHttp([], environment(target.url));
const http = overHttp(httpServer.url.href, httpServer.process.pid);

console.log(
  `Odoo ${target.url}, ${ROUNDS} rounds, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}\n`,
);
const sections = [
  `## Latency, ms (p50 / p99 of ${ROUNDS}, interleaved)\n\n${await latency()}`,
  `## Requests to Odoo per tool call, schema cached\n\n${await requests()}`,
  `## Questions: this server and the naive way (median of 5)\n\n${await reading()}`,
  `## Changes: this server and a raw script that does the same unsafely\n\n${await writing()}`,
  `## What the guard costs a call, µs\n\n${await guardingTable()}`,
  `## Throughput, calls a second, 16 in flight\n\n${await throughput()}`,
];
await overStdio[Symbol.asyncDispose]();
await httpServer.stop();
sections.push(
  `## Searches over HTTP that the record cache answers\n\n${await throughputTable(environment(target.url))}`,
);
sections.push(`## Start to the answer of tools/list, stdio\n\n${await startTable()}`);
sections.push(`## Memory over stdio, bundle, demo company\n\n${await memory()}`);
await cleanUp();

const text = sections.join("\n\n");
console.log(text);
if (Deno.args.includes("--write")) await write(text);

async function latency(): Promise<string> {
  const lines: (string | number)[][] = [];
  for (const row of rows) {
    const kwargs = { ...row.kwargs, context: CONTEXT };
    const ways: Record<string, Timed> = {
      json: () => jsonCall(target, uid, row.model, row.method, row.args, kwargs),
      xml: () => xmlCall(target, uid, row.model, row.method, row.args, kwargs),
      stdio: () => overStdio.call(row.tool, row.input),
      http: () => http.call(row.tool, row.input),
    };
    const times = await interleave(ways, ROUNDS);
    const cell = (name: string) =>
      `${percentile(times[name]!, 0.5).toFixed(1)} / ${percentile(times[name]!, 0.99).toFixed(1)}`;
    const over = (name: string) => percentile(times[name]!, 0.5) - percentile(times.json!, 0.5);
    lines.push([row.name, cell("json"), cell("xml"), cell("stdio"), cell("http"), over("stdio"), over("http")]);
  }
  return table([
    "call",
    "raw JSON-RPC",
    "raw XML-RPC",
    "tool, stdio",
    "tool, HTTP",
    "stdio − JSON, p50",
    "HTTP − JSON, p50",
  ], lines);
}

async function requests(): Promise<string> {
  await using proxy = countRequests(target.url);
  await using session = await startStdio(Deno.execPath(), serveArgs, environment(proxy.url));
  const lines: (string | number)[][] = [];
  for (const row of rows) {
    await session.call(row.tool, row.input);
    const first = proxy.taken();
    await session.call(row.tool, row.input);
    lines.push([row.name, String(first), String(proxy.taken())]);
  }
  return table(["call", "first time", "from then on"], lines);
}

async function reading(): Promise<string> {
  await using proxy = countRequests(target.url);
  const limits = { ODOO_MCP_LIMITS_ANSWER_TOKENS: "100000" };
  const start = () => startStdio(Deno.execPath(), serveArgs, { ...environment(proxy.url), ...limits });
  return await readingTable({ target, uid, proxy, start });
}

async function writing(): Promise<string> {
  await using proxy = countRequests(target.url);
  const unasked = { ODOO_MCP_MODE: "open" };
  await using session = await startStdio(Deno.execPath(), serveArgs, { ...environment(proxy.url), ...unasked });
  return await writingTable({ target, uid, proxy, session });
}

async function throughput(): Promise<string> {
  const { model, method, args, kwargs, tool, input } = rows[0]!;
  // Every call differs a little: equal reads at the same moment share one request, which would flatter the server.
  let calls = 0;
  const domain = () => [["id", "!=", 1_000_000 + calls++]];
  const raw = () => jsonCall(target, uid, model, method, args, { ...kwargs, domain: domain(), context: CONTEXT });
  const through = (session: Session) => () => session.call(tool, { ...input, domain: domain() });
  // Odoo's own rate is best with few calls at once, so both 4 and 16 are shown; the server itself keeps to 4.
  const found: Record<string, number[]> = { "raw, 4": [], "raw, 16": [], stdio: [], http: [] };
  for (let round = 0; round < 3; round++) {
    found["raw, 4"]!.push(await rate(raw, 4, 3000));
    found["stdio"]!.push(await rate(through(overStdio), 16, 3000));
    found["raw, 16"]!.push(await rate(raw, 16, 3000));
    found["http"]!.push(await rate(through(http), 16, 3000));
  }
  const median = (name: string) => percentile(found[name]!, 0.5);
  const floor = Math.max(median("raw, 4"), median("raw, 16"));
  const share = (name: string) => `${(100 * median(name) / floor).toFixed(0)} %`;
  return table(
    ["way", "calls/s, median of 3", "of Odoo's own best"],
    Object.keys(found).map((name) => [name, median(name), share(name)]),
  );
}

async function memory(): Promise<string> {
  const bundle = ["run", "-A", "--no-config", "--unstable-worker-options", BUNDLE, "serve", "--demo"];
  await using session = await startStdio(Deno.execPath(), bundle, {});
  const lines: (string | number)[][] = [["after start", await residentMiB(session.pid)]];
  const call = () => session.call("search_records", { model: "res.partner", limit: 20 });
  for (let part = 1; part <= 4; part++) {
    let left = CALLS_FOR_MEMORY / 4;
    await Promise.all(Array.from({ length: 8 }, async () => {
      while (left-- > 0) await call();
    }));
    lines.push([`after ${(part * CALLS_FOR_MEMORY / 4).toLocaleString("en")} calls`, await residentMiB(session.pid)]);
  }
  return table(["when", "resident MiB"], lines);
}

async function cleanUp(): Promise<void> {
  const ids = JSON.parse(await jsonCall(target, uid, "res.partner.category", "search", [[["name", "=", "bench"]]], {}));
  await jsonCall(target, uid, "res.partner.category", "unlink", [ids.result], {});
}

async function write(text: string): Promise<void> {
  const head = `# Measurements\n\nMade by \`deno task bench --write\` on ${new Date().toISOString().slice(0, 10)}: ` +
    `${navigator.hardwareConcurrency} cores shared by Odoo 14, PostgreSQL, this server and the client; Deno ${Deno.version.deno}. ` +
    "Noisy; compare within a table, not across runs. Raw calls read the answer but do not parse it.\n\n";
  await Deno.writeTextFile(new URL("README.md", import.meta.url), `${head}${text}\n`);
}
