import { percentile, residentMiB, table } from "./measure.ts";
import { startStdio } from "./sessions.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const RUNS = 10;

/** Ways to start the server, those whose files exist. An executable is named by `ODOO_MCP_BIN`. */
async function ways(): Promise<[name: string, command: string, args: string[]][]> {
  const deno = Deno.execPath();
  const flags = ["run", "-A", "--unstable-worker-options"];
  const found: [string, string, string[]][] = [
    ["source, no sandbox", deno, [...flags, `${ROOT}scripts/bench/unsandboxed.ts`]],
    ["source", deno, [...flags, `${ROOT}main.ts`, "serve", "--demo"]],
  ];
  const bundle = `${ROOT}dist/odoo-mcp.js`;
  if (await exists(bundle)) {
    found.push(["bundle", deno, ["run", "-A", "--no-config", "--unstable-worker-options", bundle, "serve", "--demo"]]);
  }
  const binary = Deno.env.get("ODOO_MCP_BIN") ?? `${ROOT}dist/odoo-mcp`;
  if (await exists(binary)) found.push(["executable", binary, ["serve", "--demo"]]);
  return found;
}

/** Start-up times of every way that exists, taken in turn, beside an empty Deno program. */
export async function startTable(): Promise<string> {
  const all = await ways();
  const empty: number[] = [];
  const times = new Map(all.map(([name]) => [name, { ms: [] as number[], mib: [] as number[] }]));
  for (let run = 0; run < RUNS; run++) {
    const started = performance.now();
    await new Deno.Command(Deno.execPath(), { args: ["eval", ""], stdout: "null", stderr: "null" }).output();
    empty.push(performance.now() - started);
    for (const [name, command, args] of all) {
      await using session = await startStdio(command, args, {});
      times.get(name)!.ms.push(session.ms);
      times.get(name)!.mib.push(await residentMiB(session.pid));
    }
  }
  const rows = [...times].map(([name, { ms, mib }]) => [
    name,
    percentile(ms, 0.5),
    Math.min(...ms),
    percentile(mib, 0.5),
  ]);
  return table([`way (median of ${RUNS})`, "ms", "best ms", "resident MiB"], [
    ["empty Deno program, start to end", percentile(empty, 0.5), Math.min(...empty), "–"],
    ...rows,
  ]);
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}
