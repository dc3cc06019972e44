import { isAbsolute } from "node:path";
import type { Finding } from "../../app.ts";
import { CLIENTS, type Home, homeOf } from "../setup/clients.ts";
import { entriesIn, type Launch, startsUs } from "../setup/launch.ts";

/** Which clients of this machine start this program, and whether what they name is there. */
export async function checkClients(): Promise<Finding> {
  const started = performance.now();
  const home = homeOf((name) => Deno.env.get(name));
  const { verdict, message, hint } = home === undefined
    ? { verdict: "skipped" as const, message: "there is no home folder to look in", hint: "" }
    : judge(await findEntries(home));
  return { name: "clients", verdict, ms: Math.round(performance.now() - started), message, hint, names: [] };
}

/** An entry in a client's file that starts this program. */
interface Found {
  where: string;
  launch: Launch;
}

async function findEntries(home: Home): Promise<Found[]> {
  const found: Found[] = [];
  for (const client of CLIENTS) {
    let text: string;
    try {
      text = Deno.readTextFileSync(client.file(home));
    } catch {
      continue; // not there, or not for us to read
    }
    const ours = Object.entries(await entriesIn(client, text)).filter(([, launch]) => startsUs(launch));
    for (const [name, launch] of ours) found.push({ where: `${client.title} (${name})`, launch });
  }
  return found;
}

function judge(found: Found[]): Pick<Finding, "verdict" | "message" | "hint"> {
  if (found.length === 0) {
    return {
      verdict: "skipped",
      message: "no client's file starts this program; odoo-mcp setup writes them",
      hint: "",
    };
  }
  const broken = found.flatMap(({ where, launch: { command, args } }) => {
    const config = args[args.indexOf("--config") + 1];
    const named = [command, ...(args.includes("--config") && config !== undefined ? [config] : [])];
    return named.filter((file) => isAbsolute(file) && !exists(file)).map((file) => `${where}: ${file} is not there`);
  });
  const message = found.map(({ where }) => where).join(", ");
  if (broken.length === 0) return { verdict: "ok", message, hint: "" };
  return { verdict: "warning", message: broken.join("; "), hint: "Run odoo-mcp setup again." };
}

function exists(file: string): boolean {
  try {
    Deno.statSync(file);
    return true;
  } catch {
    return false;
  }
}
