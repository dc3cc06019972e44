import { diagnose } from "../app.ts";
import type { Flags, Loaded } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import { EXIT, type Invocation, misuse } from "./command.ts";
import { toOptions } from "./doctor/options.ts";
import { format, type Line } from "./doctor/line.ts";
import { complain, paint, print, printJson } from "./print.ts";
import { withSecrets } from "./secret_references.ts";
import { CLIENTS, type Home, homeOf, isFound, type McpClient } from "./setup/clients.ts";
import { configWanted, keepCredential, usualConfig } from "./setup/config_file.ts";
import { diff } from "./setup/diff.ts";
import { type Plan, planFile, type Wanted, writeFile } from "./setup/files.ts";
import { gather, withVariables } from "./setup/gather.ts";
import { editOf, entriesIn, launchOf, toEntry } from "./setup/launch.ts";
import { type Prompts, prompts } from "./setup/prompts.ts";
import { prove } from "./setup/prove.ts";
import { removeSetup } from "./setup/remove.ts";

/** What became of one client, for programs. */
interface Outcome {
  client: string;
  file: string;
  state: Plan["state"];
  backup: string | null;
  /** What the server said when it was started as this client does; null where it was not. */
  proof: string | null;
  problem: string | null;
}

/**
 * `odoo-mcp setup`: asks for an Odoo (or takes it from flags and variables), tests it, writes a config file, the secret and
 * the entries of the clients chosen, and starts the server as each of them would. `--remove` takes all of it away again.
 */
export async function setup({ words, flags, switches, options }: Invocation): Promise<number> {
  if (words.length > 0) return misuse(`Cannot use ${JSON.stringify(words[0])}: setup takes flags only.`, "setup");
  const home = homeOf((name) => Deno.env.get(name));
  if (home === undefined) throw new Failure("E004", "Cannot set up: there is no home folder.", { hint: "Set HOME." });
  const chosen = options["clients"];
  const strange = namesIn(chosen ?? "").find((id) => !CLIENTS.some((client) => client.id === id));
  if (strange !== undefined) {
    const known = CLIENTS.map(({ id }) => id).join(", ");
    return misuse(`Cannot use --clients ${strange}: it knows ${known}; all, and none.`, "setup");
  }
  const entry = options["entry"] ?? "odoo";
  if (!/^[A-Za-z0-9][\w-]{0,39}$/.test(entry)) {
    return misuse("Cannot use --entry: a name is letters, digits, - and _.", "setup");
  }
  const json = switches.has("json");
  const ask = Deno.stdin.isTerminal() && !switches.has("yes") && !json ? await prompts() : null;
  const configFile = given(flags) ?? usualConfig(home);
  if (switches.has("remove")) return await removeSetup({ home, configFile, entry, ask, json });

  const loaded = await gatherWhatWorks(withVariables(onlyIfThere(flags, configFile)), ask, json);
  if (loaded === null) {
    complain(paint("red", "Nothing was written: the connection does not work yet."));
    return EXIT.failed;
  }
  const clients = await choose(chosen, home, ask);
  const config = configWanted(configFile, loaded);
  const launch = launchOf(configFile, loaded.settings);
  const wanted = clients.map((client): [McpClient, Wanted] => [client, {
    file: client.file(home),
    edit: editOf(client),
    values: [[[...client.servers, entry], toEntry(launch, client)]],
  }]);
  const plans = await Promise.all([config, ...wanted.map(([, one]) => one)].map(planFile));
  if (!json) { for (const plan of plans) print(...show(plan)); }
  if (plans[0]?.state === "refused") throw new Failure("E004", `Cannot change ${configFile}: ${plans[0].problem}.`);
  const changes = plans.some(({ state }) => state === "changed" || state === "new");
  if (ask !== null && changes && !await ask.yes("Write these files?")) {
    complain("Nothing was written.");
    return EXIT.failed;
  }

  const secretFile = await keepCredential(loaded);
  const now = new Date();
  await writeFile(config, now);
  const outcomes: Outcome[] = [];
  for (const [index, [client, one]] of wanted.entries()) {
    const outcome = await connectClient(client, one, plans[index + 1]!, entry, now);
    outcomes.push(outcome);
    if (!json) print(...tellOutcome(client, outcome, launch, entry));
  }
  const ok = outcomes.every(({ problem }) => problem === null);
  if (json) printJson({ ok, config: configFile, secrets: secretFile, clients: outcomes });
  else print("", ...goodbye(configFile, secretFile));
  ask?.done(ok ? "Done." : "Done, but for what is red above.");
  return ok ? EXIT.ok : EXIT.failed;
}

/** Asks until the connection works; null where it does not, and nobody wants to answer again. */
async function gatherWhatWorks(flags: Flags, ask: Prompts | null, json: boolean): Promise<Loaded | null> {
  for (let known = flags;;) {
    const { loaded, answers } = await gather(known, ask);
    if (await works(loaded, json)) return loaded;
    if (ask === null || !await ask.yes("Answer again?")) return null;
    known = answers;
  }
}

/** Tries the connection layer by layer, showing what is not well; true when nothing failed. */
async function works(loaded: Loaded, json: boolean): Promise<boolean> {
  const { instances } = await withSecrets(loaded.settings);
  let ok = true;
  for await (const finding of diagnose(toOptions(instances["default"]!), new AbortController().signal)) {
    const line: Line = { instance: "", ...finding };
    if (finding.verdict === "failed") ok = false;
    const worth = ["version", "login", "user", "rights on res.partner"].includes(finding.name);
    if (finding.verdict === "failed") complain(...format(line));
    else if (!json && (worth || finding.verdict === "warning")) print(...format(line));
  }
  return ok;
}

/** Writes one client's file and starts the server as it then would. Never rejects for what that file or the server does. */
async function connectClient(
  client: McpClient,
  wanted: Wanted,
  plan: Plan,
  entry: string,
  now: Date,
): Promise<Outcome> {
  const base = { client: client.id, file: wanted.file, state: plan.state };
  if (plan.state === "refused") return { ...base, backup: null, proof: null, problem: plan.problem };
  let backup: string | null = null;
  try {
    backup = await writeFile(wanted, now);
    const written = (await entriesIn(client, Deno.readTextFileSync(wanted.file)))[entry];
    if (written === undefined) throw new Failure("E999", "Cannot find the entry in the file just written.");
    return { ...base, backup, proof: await prove(written), problem: null };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const problem = [error.message, error.hint].filter((text) => text !== "").join(" ");
    return { ...base, backup, proof: null, problem };
  }
}

async function choose(chosen: string | undefined, home: Home, ask: Prompts | null): Promise<McpClient[]> {
  if (chosen === "none") return [];
  if (chosen !== undefined && chosen !== "all") {
    return CLIENTS.filter(({ id }) => namesIn(chosen).includes(id));
  }
  if (chosen === undefined && ask !== null) {
    const ids = await ask.clients(home);
    return CLIENTS.filter(({ id }) => ids.includes(id));
  }
  return CLIENTS.filter((client) => isFound(client, home));
}

/** The ids behind `--clients`, without the words that stand for many. */
function namesIn(chosen: string): string[] {
  return chosen.split(",").map((id) => id.trim()).filter((id) => !["", "all", "none"].includes(id));
}

/** A config file that is only about to be made can't be read yet. */
function onlyIfThere(flags: Flags, configFile: string): Flags {
  const { config: _, ...others } = flags;
  try {
    Deno.statSync(configFile);
    return { ...others, config: configFile };
  } catch {
    return others;
  }
}

function given({ config }: Flags): string | undefined {
  const name = typeof config === "string" ? config : config?.at(-1);
  return name === undefined || name === "" ? undefined : name;
}

function show(plan: Plan): string[] {
  if (plan.state === "refused") return [];
  if (plan.state === "unchanged") return ["", `${plan.file}: nothing to change`];
  const lines = diff(plan.before, plan.after).map((line) => paint(line.startsWith("+") ? "green" : "red", line));
  return ["", paint("bold", `${plan.file}${plan.state === "new" ? " (new)" : ""}`), ...lines];
}

function tellOutcome(
  client: McpClient,
  { file, backup, proof, problem }: Outcome,
  launch: { command: string; args: string[] },
  entry: string,
): string[] {
  if (problem !== null) {
    const byHand = JSON.stringify({ [entry]: toEntry({ ...launch, env: {} }, client) });
    return [
      `${paint("red", "FAIL")}  ${client.title}: ${file}: ${problem}`,
      `      ${paint("yellow", "→")} Mend it and run setup again, or put this under ${
        client.servers.join(".")
      }: ${byHand}`,
    ];
  }
  return [
    `${paint("green", "ok  ")}  ${client.title}: ${proof}. ${client.then}`,
    ...(backup === null ? [] : [`      the file before: ${backup}`]),
  ];
}

function goodbye(configFile: string, secretFile: string | null): string[] {
  return [
    `The settings are in ${configFile}${
      secretFile === null ? "." : `, the key or password encrypted in ${secretFile}.`
    }`,
    "Try it here:",
    `  odoo-mcp doctor --config ${configFile}`,
    `  odoo-mcp call --config ${configFile} get_context`,
  ];
}
