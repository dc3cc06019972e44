import { diagnose, type DiagnoseOptions, type Finding } from "../app.ts";
import { type InstanceSettings, readSettings } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import { EXIT, type Invocation, misuse } from "./command.ts";
import { paint, print, printJson } from "./print.ts";
import { withSecrets } from "./secret_references.ts";

/** A finding about one Instance, or about the settings ("" for none). */
type Line = Finding & { instance: string };

/** `odoo-mcp doctor`: tries the settings and each Odoo step by step, and says what to do where one fails. */
export async function doctor({ words, flags, switches }: Invocation): Promise<number> {
  if (words.length > 0) return misuse(`Cannot use ${JSON.stringify(words[0])}: doctor takes flags only.`, "doctor");
  const lines: Line[] = [];
  const json = switches.has("json");
  const tell = (line: Line) => {
    lines.push(line);
    if (!json) print(...format(line));
  };

  const started = performance.now();
  const loaded = readSettings(flags);
  const ms = Math.round(performance.now() - started);
  const about = (ok: boolean, message: string, hint: string) =>
    tell({ instance: "", name: "config", ok, ms, message, hint });
  if ("problems" in loaded) loaded.problems.forEach(({ message }) => about(false, message, ""));
  else {
    for (const warning of loaded.warnings) about(true, warning, "");
    const { demo, instances } = loaded.settings;
    const names = Object.keys(instances);
    if (demo) about(true, "the demo company is served; it has nothing to check", "");
    else if (names.length === 0) {
      about(false, "no Odoo is configured", "Set ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_API_KEY.");
    } else about(true, `configured: ${names.join(", ")}`, "");
    const secrets = await withSecrets(loaded.settings).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
      about(false, error.message, error.hint);
      return { instances: {} };
    });
    for (const [instance, settings] of Object.entries(secrets.instances)) {
      for await (const finding of diagnose(toOptions(settings), new AbortController().signal)) {
        tell({ instance, ...finding });
      }
    }
  }
  const failed = lines.some(({ ok }) => !ok);
  if (json) printJson({ ok: !failed, checks: lines });
  return failed ? EXIT.failed : EXIT.ok;
}

function format({ instance, name, ok, ms, message, hint }: Line): string[] {
  const verdict = ok ? paint("green", "ok  ") : paint("red", "FAIL");
  const where = instance === "" || instance === "default" ? name : `${instance}: ${name}`;
  const line = `${verdict}  ${where.padEnd(26)} ${`${ms} ms`.padStart(8)}  ${message}`;
  return hint === "" ? [line] : [line, `      ${paint("yellow", "→")} ${hint}`];
}

function toOptions(settings: InstanceSettings): DiagnoseOptions {
  const { url, database, username, password, api_key: apiKey, protocol, ca, identity, proxy } = settings;
  return {
    baseUrl: url,
    protocol,
    ...(database !== undefined && { database }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(apiKey !== undefined && { apiKey }),
    ...(ca !== undefined && { ca }),
    ...(identity !== undefined && { identity }),
    ...(proxy !== undefined && { proxy }),
  };
}
