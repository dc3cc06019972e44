/**
 * `deno run -A scripts/bench/throughput.ts`: searches a second over HTTP that the record cache answers, by clients at once,
 * from the bundle in dist/. Needs the real Odoo that `scripts/live_odoo.sh env` names in the environment.
 */
import { cleanEnv } from "../../tests/support/server.ts";
import { freePort, listens } from "../../tests/support/redis.ts";
import { V8_FLAGS } from "../v8_flags.ts";
import { percentile, residentMiB, table } from "./measure.ts";
import { overHttp } from "./sessions.ts";

const SECONDS = Number(Deno.env.get("BENCH_SECONDS") ?? 6);
const BUNDLE = Deno.env.get("BENCH_BUNDLE") ?? new URL("../../dist/odoo-mcp.js", import.meta.url).pathname;
const FLAGS = ["--no-config", "--unstable-worker-options", "--unstable-no-legacy-abort", "--unstable-net"];
const SEARCH = {
  model: "res.partner",
  fields: ["name", "email", "city", "country_id", "phone"],
  limit: 20,
  order: "id",
};

/** CPU seconds a process has used so far (Linux counts in hundredths). */
async function cpuSeconds(pid: number): Promise<number> {
  const fields = (await Deno.readTextFile(`/proc/${pid}/stat`)).split(") ")[1]!.split(" ");
  return (Number(fields[11]) + Number(fields[12])) / 100;
}

/** Rows of 1, 16 and 64 clients: calls a second, p50 and p99 in ms, CPU of the server for one call in ms, resident MiB. */
export async function throughputTable(env: Record<string, string>, extra: string[] = []): Promise<string> {
  const port = freePort();
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", ...FLAGS, V8_FLAGS, BUNDLE, "serve", "--transport", "http"]
      .concat(["--host", "127.0.0.1", "--port", String(port), "--cache-records-ttl-s", "600"], extra),
    env: cleanEnv(env),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "inherit",
  }).spawn();
  while (!await listens(port)) await new Promise((resolve) => setTimeout(resolve, 20));
  const session = overHttp(`http://127.0.0.1:${port}/mcp`, process.pid);
  const run = async (clients: number, ms: number) => {
    const times: number[] = [];
    const begun = performance.now();
    await Promise.all(Array.from({ length: clients }, async () => {
      for (let now = performance.now(); now < begun + ms;) {
        await session.call("search_records", SEARCH);
        const then = performance.now();
        times.push(then - now);
        now = then;
      }
    }));
    return { times, rate: times.length / ((performance.now() - begun) / 1000) };
  };
  await run(4, 3000); // warm: V8 compiles what is hot
  const rows: string[][] = [];
  for (const clients of [1, 16, 64]) {
    const before = await cpuSeconds(process.pid);
    const { times, rate } = await run(clients, SECONDS * 1000);
    const cpu = (1000 * (await cpuSeconds(process.pid) - before) / times.length).toFixed(2);
    const ms = (p: number) => percentile(times, p).toFixed(1);
    rows.push([String(clients), rate.toFixed(0), ms(0.5), ms(0.99), cpu, (await residentMiB(process.pid)).toFixed(0)]);
  }
  process.kill("SIGTERM");
  await process.status;
  return table(["clients", "calls/s", "p50 ms", "p99 ms", "server CPU ms a call", "resident MiB"], rows);
}

if (import.meta.main) {
  const { ODOO_URL, ODOO_DB, ODOO_USERNAME, ODOO_PASSWORD } = Deno.env.toObject();
  console.log(
    await throughputTable({ ODOO_URL, ODOO_DB, ODOO_USERNAME, ODOO_PASSWORD } as Record<string, string>, Deno.args),
  );
}
