import type { Client } from "@modelcontextprotocol/client";
import type { Flags, Settings } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import { connect } from "./client.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { complain, paint, print, printJson } from "./print.ts";
import { reason } from "./private_file.ts";
import { smokeSession } from "./smoke/check.ts";
import { junit } from "./smoke/junit.ts";
import { READING } from "./smoke/reading.ts";
import { type Outcome, runChecks } from "./smoke/run.ts";
import { cleanUp, WRITING } from "./smoke/writing.ts";

/**
 * `odoo-mcp smoke`: asks a real Odoo through the real server, as an MCP client over stdio, and judges the answers. Changes
 * nothing without `--write`, and with it cleans up. Exit code 1 when a check fails.
 */
export async function smoke({ words, flags, switches, options }: Invocation): Promise<number> {
  if (words.length > 0) return misuse(`Cannot use ${JSON.stringify(words[0])}: smoke takes flags only.`, "smoke");
  const { junit: file } = options;
  if (file === "") return misuse("Cannot write the report: --junit needs a file's name.", "smoke");
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;
  const { settings } = loaded;
  const write = switches.has("write");
  if (write && settings.mode === "read-only") {
    return misuse("Cannot use --write: the mode is read-only, so every change would be refused.", "smoke");
  }
  if (Object.keys(settings.instances).length === 0 && !settings.demo) {
    throw new Failure("E001", "Cannot test: no Odoo is configured.", { hint: "See odoo-mcp setup, or add --demo." });
  }

  const json = switches.has("json");
  const outcomes: Outcome[] = [];
  const tell = (outcome: Outcome) => {
    outcomes.push(outcome);
    if (!json) print(...lines(outcome, settings));
  };
  await start(flags, settings, async (client, started) => {
    const names = settings.demo ? ["demo"] : Object.keys(settings.instances);
    for (const [index, name] of names.entries()) {
      if (index === 0) tell({ ...started, instance: name });
      const session = smokeSession(client, names.length === 1 ? null : name);
      for await (const one of runChecks(write ? [...READING, ...WRITING] : READING, session, name)) tell(one);
      const left = await cleanUp(session);
      if (left !== null) complain(paint("yellow", left));
    }
  }, tell);

  const failed = outcomes.filter(({ verdict }) => verdict === "failed").length;
  const of = (verdict: Outcome["verdict"]) => outcomes.filter((one) => one.verdict === verdict).length;
  if (json) printJson({ ok: failed === 0, checks: outcomes });
  else print("", `${of("ok")} ok, ${failed} failed, ${of("skipped")} skipped`);
  if (file !== undefined) writeReport(file, junit(outcomes, new Date()));
  return failed === 0 ? EXIT.ok : EXIT.failed;
}

/** That it starts at all is a check as well. */
async function start(
  flags: Flags,
  settings: Settings,
  run: (client: Client, started: Outcome) => Promise<void>,
  tell: (outcome: Outcome) => void,
): Promise<void> {
  const began = performance.now();
  const [instance = "demo"] = Object.keys(settings.instances);
  const started = (verdict: Outcome["verdict"], message: string, hint: string): Outcome => {
    const ms = Math.round(performance.now() - began);
    return { instance, name: "the server starts and speaks MCP", verdict, ms, message, hint };
  };
  let client: Client;
  try {
    // A confirmation is only ever asked for the contact that smoke has made itself.
    client = await connect({ ...flags, "answers-shape": "table" }, settings, () => true);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    tell(started("failed", `${error.code} ${error.message}`, error.hint));
    return;
  }
  try {
    const version = client.getServerVersion()?.version ?? "";
    await run(client, started("ok", `${version}, protocol ${client.getNegotiatedProtocolVersion() ?? ""}`, ""));
  } finally {
    await client.close();
  }
}

function lines({ instance, name, verdict, ms, message, hint }: Outcome, { instances }: Settings): string[] {
  const looks = { ok: paint("green", "ok  "), failed: paint("red", "FAIL"), skipped: paint("dim", "skip") };
  const where = Object.keys(instances).length > 1 ? `${instance}: ${name}` : name;
  const line = `${looks[verdict]}  ${where.padEnd(52)} ${`${ms} ms`.padStart(8)}  ${message.replace(/\s+/g, " ")}`;
  return hint === "" ? [line] : [line, `      ${paint("yellow", "→")} ${hint}`];
}

function writeReport(file: string, text: string): void {
  try {
    Deno.writeTextFileSync(file, text);
  } catch (error) {
    throw new Failure("E004", `Cannot write the report ${file}: ${reason(error)}`, { hint: "Name another --junit." });
  }
}
