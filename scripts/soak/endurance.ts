import { cleanEnv } from "../../tests/support/server.ts";
import { freePort, listens } from "../../tests/support/redis.ts";
import { residentMiB, table } from "../bench/measure.ts";
import { overHttp } from "../bench/sessions.ts";

/** Clients at once. */
const CLIENTS = 16;

/** Memory and open descriptors of one server over HTTP, before, in the middle and after so many calls. */
export async function enduranceTable(program: string[], calls: number): Promise<string> {
  const port = freePort();
  const process = new Deno.Command(Deno.execPath(), {
    args: [...program, "serve", "--demo", "--transport", "http", "--host", "127.0.0.1", "--port", String(port)],
    env: cleanEnv(),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  while (!await listens(port)) await new Promise((resolve) => setTimeout(resolve, 20));
  const session = overHttp(`http://127.0.0.1:${port}/mcp`, process.pid);
  const rows: string[][] = [];
  const look = async (done: number) => {
    const open = [...Deno.readDirSync(`/proc/${process.pid}/fd`)].length;
    rows.push([done.toLocaleString("en"), (await residentMiB(process.pid)).toFixed(0), String(open)]);
  };
  const search = { model: "res.partner", fields: ["name", "email", "city"], limit: 20 };
  await session.call("search_records", search);
  await look(1);
  for (let part = 1; part <= 4; part++) {
    let left = Math.ceil(calls / 4);
    await Promise.all(Array.from({ length: CLIENTS }, async () => {
      while (left-- > 0) await session.call("search_records", search);
    }));
    await look(part * Math.ceil(calls / 4));
  }
  process.kill("SIGTERM");
  await process.status;
  const head = `Searches over HTTP, ${CLIENTS} clients at once, demo company, bundle:`;
  return `${head}\n\n${table(["calls", "resident MiB", "open descriptors"], rows)}`;
}
