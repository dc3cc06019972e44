/** A real Odoo that a test may stop and start: `scripts/live_odoo.sh` under another name, beside the one all share. */
import { fromSettings } from "../../scripts/live.ts";
import type { LiveOdoo } from "./live.ts";

const SCRIPT = new URL("../../scripts/live_odoo.sh", import.meta.url).pathname;

export interface OwnOdoo extends AsyncDisposable {
  live: LiveOdoo;
  /** Stops it and starts it again; resolves when it is up. */
  restart(): Promise<void>;
}

/**
 * Starts it; null, said loudly, where this machine can't have one. It is stopped in the end, its database stays for the next
 * time.
 */
export async function ownOdoo(name: string): Promise<OwnOdoo | null> {
  let cannot = false;
  const run = async (command: string) => {
    const { code, stdout, stderr } = await new Deno.Command("bash", {
      args: [SCRIPT, command],
      env: { ODOO_MCP_LIVE_NAME: name },
      stdin: "null",
    }).output();
    const why = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
    cannot = code === 3;
    if (cannot) console.error(`\nSKIPPED: what needs an Odoo of its own: ${why}\n`);
    else if (code !== 0) throw new Error(why);
    return new TextDecoder().decode(stdout);
  };
  const lines = await run("up");
  if (cannot) return null;
  const live = fromSettings(Object.fromEntries(lines.split("\n").map((line) => line.split("=", 2))));
  if ("reason" in live) throw new Error(live.reason);
  return {
    live,
    restart: async () => {
      await run("down");
      await run("up");
    },
    [Symbol.asyncDispose]: async () => void await run("down"),
  };
}
