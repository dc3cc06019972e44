import { Failure } from "../../lib/failure.ts";
import { EXIT } from "../command.ts";
import { complain, paint, print, printJson } from "../print.ts";
import { prepare, replaceFile } from "../private_file.ts";
import { loadVault, vaultPath } from "../secret_file.ts";
import { readSettings } from "../../config/mod.ts";
import { CLIENTS, type Home } from "./clients.ts";
import { SECRET } from "./config_file.ts";
import { diff } from "./diff.ts";
import { editJson } from "./edit_json.ts";
import { type Plan, planFile, type Wanted, writeFile } from "./files.ts";
import { editOf, entriesIn } from "./launch.ts";
import type { Prompts } from "./prompts.ts";

/** What to take away, and whom to ask. */
export interface Removal {
  home: Home;
  configFile: string;
  /** The entry's name in the clients' files. */
  entry: string;
  ask: Prompts | null;
  json: boolean;
}

/**
 * `odoo-mcp setup --remove`: takes away what setup wrote: the entries that start a server with this config file, the secret,
 * and this Odoo in the config file. Each file changed is kept beside as a backup.
 */
export async function removeSetup({ home, configFile, entry, ask, json }: Removal): Promise<number> {
  const wanted: Wanted[] = [];
  for (const client of CLIENTS) {
    const file = client.file(home);
    const text = readIfThere(file);
    const ours = (await entriesIn(client, text))[entry];
    // Somebody else's server may have the same name.
    if (ours === undefined || !ours.args.includes(configFile)) continue;
    wanted.push({ file, edit: editOf(client), values: [[[...client.servers, entry], undefined]] });
  }
  const secret = secretOf(configFile);
  if (readIfThere(configFile) !== "") {
    const values: Wanted["values"] = ["odoo", "mode", "secrets"].map((key) => [[key], undefined]);
    wanted.push({ file: configFile, edit: editJson, values });
  }
  const plans = await Promise.all(wanted.map(planFile));
  const changes = plans.filter((plan) => plan.state === "changed" || plan.state === "new");
  if (!json) { for (const plan of changes) print(...show(plan)); }
  if (ask !== null && changes.length > 0 && !await ask.yes("Remove this?")) {
    complain("Nothing was removed.");
    return EXIT.failed;
  }
  const backups: string[] = [];
  const problems: string[] = [];
  const now = new Date();
  for (const one of wanted) {
    try {
      const backup = await writeFile(one, now);
      if (backup !== null) backups.push(backup);
      if (one.file === configFile && readIfThere(configFile).trim() === "{}") Deno.removeSync(configFile);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      problems.push(error.message);
    }
  }
  if (secret !== null) problems.push(...forget(secret));
  if (json) printJson({ ok: problems.length === 0, removed: changes.map(({ file }) => file), backups, problems });
  else {
    print(...problems.map((problem) => `${paint("red", "FAIL")}  ${problem}`));
    print(changes.length === 0 ? "There is nothing to remove." : `Removed. Before: ${backups.join(", ")}`);
  }
  ask?.done("Done.");
  return problems.length === 0 ? EXIT.ok : EXIT.failed;
}

/** The settings whose credentials file holds our secret; null where the config file uses none of ours. */
function secretOf(configFile: string): ReturnType<typeof readSettings> | null {
  if (readIfThere(configFile) === "") return null;
  const loaded = readSettings({ config: configFile });
  if ("problems" in loaded) return null;
  const { api_key: key, password } = loaded.settings.instances["default"] ?? {};
  return [key, password].some((one) => one?.reveal() === `secret:${SECRET}`) ? loaded : null;
}

/** Deletes our secret. Answers what went wrong. */
function forget(loaded: ReturnType<typeof readSettings>): string[] {
  if ("problems" in loaded) return [];
  try {
    const path = vaultPath(loaded.settings);
    const vault = loadVault(loaded.settings);
    if (!vault.names().some(({ name }) => name === SECRET)) return [];
    const why = prepare(path);
    if (why !== undefined) return [`Cannot write the credentials file: ${why}`];
    replaceFile(path, vault.without(SECRET).text());
    return [];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return [error.message];
  }
}

function show(plan: Plan): string[] {
  if (plan.state !== "changed" && plan.state !== "new") return [];
  return ["", paint("bold", plan.file), ...diff(plan.before, plan.after).map((line) => paint("red", line))];
}

function readIfThere(file: string): string {
  try {
    return Deno.readTextFileSync(file);
  } catch {
    return "";
  }
}
