/** Where the real Odoo of the live tests is: `scripts/live_odoo.sh`, or any other by `ODOO_URL` and its companions. */

/** How to reach it with full rights. */
export interface LiveOdoo {
  /** Without a slash at the end. */
  url: string;
  database: string;
  username: string;
  password: string;
}

/** Why there is none. `broken`: it should have worked on this machine, so that a run must not end well without it. */
export interface NoOdoo {
  reason: string;
  broken: boolean;
}

const SCRIPT = new URL("live_odoo.sh", import.meta.url).pathname;

/** Reads `ODOO_URL ODOO_DB ODOO_USERNAME (ODOO_USER) ODOO_PASSWORD`. */
export function fromSettings(settings: Record<string, string>): LiveOdoo | NoOdoo {
  const { ODOO_URL: url, ODOO_DB: database, ODOO_PASSWORD: password } = settings;
  const username = settings.ODOO_USERNAME ?? settings.ODOO_USER;
  if (!url || !database || !username || !password) {
    return { reason: "ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_PASSWORD are not all set", broken: true };
  }
  if (!URL.canParse(url)) return { reason: `ODOO_URL is ${url}, which is no address`, broken: true };
  return { url: url.replace(/\/+$/, ""), database, username, password };
}

/**
 * Runs `scripts/live_odoo.sh up` (brings Odoo up, minutes the first time) or `env` (only asks for one that is up).
 * What the script says goes on to stderr.
 */
export async function askScript(command: "up" | "env"): Promise<LiveOdoo | NoOdoo> {
  let child: Deno.ChildProcess;
  try {
    child = new Deno.Command("bash", { args: [SCRIPT, command], stdin: "null", stdout: "piped", stderr: "piped" })
      .spawn();
  } catch (error) {
    return { reason: `bash cannot be started: ${(error as Error).message}`, broken: false };
  }
  let said = "";
  const listening = (async () => {
    for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
      said += text;
      await Deno.stderr.write(new TextEncoder().encode(text));
    }
  })();
  const [lines, { code }] = await Promise.all([new Response(child.stdout).text(), child.status, listening]);
  if (code === 0) return fromSettings(readLines(lines));
  const last = said.trim().split("\n").at(-1) ?? "";
  return { reason: last.replace(/^live_odoo: /, "") || `scripts/live_odoo.sh ended with ${code}`, broken: code !== 3 };
}

function readLines(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/^(\w+)=(.*)$/gm)].map(([, name = "", value = ""]) => [name, value]);
  return Object.fromEntries(pairs);
}

/** What the Odoo at `url` calls its version, e.g. `14.0`. Asked without a login. */
export async function versionOf(url: string): Promise<string> {
  const answer = await fetch(`${url}/jsonrpc`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ jsonrpc: "2.0", params: { service: "common", method: "version", args: [] } }),
    signal: AbortSignal.timeout(20_000),
  });
  return String((await answer.json()).result.server_version);
}

/**
 * Rows of a query on the database of `scripts/live_odoo.sh`, each a list of texts (`""` for null); `null` where the real
 * Odoo is another one, whose database is out of reach.
 */
export async function sql(odoo: LiveOdoo, query: string): Promise<string[][] | null> {
  const own = await run("env");
  if (own === null || readLines(own).ODOO_URL !== odoo.url) return null;
  const rows = await run("sql", query);
  if (rows === null) throw new Error("Cannot ask the database: scripts/live_odoo.sh sql failed");
  return rows.split("\n").filter((line) => line !== "").map((line) => line.split("\t"));
}

async function run(...args: string[]): Promise<string | null> {
  const command = new Deno.Command("bash", { args: [SCRIPT, ...args], stdin: "null", stderr: "inherit" });
  const { success, stdout } = await command.output();
  return success ? new TextDecoder().decode(stdout) : null;
}
