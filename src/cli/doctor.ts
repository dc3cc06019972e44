import { diagnose, type Verdict } from "../app.ts";
import { readSettings, type Settings } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import { EXIT, type Invocation, misuse } from "./command.ts";
import { format, type Line } from "./doctor/line.ts";
import { checkClients } from "./doctor/clients.ts";
import { toOptions } from "./doctor/options.ts";
import { checkOwn } from "./doctor/own.ts";
import { report } from "./doctor/report.ts";
import { print, printJson } from "./print.ts";
import { withSecrets } from "./secret_references.ts";

/**
 * `odoo-mcp doctor`: tries the settings, this machine and each Odoo layer by layer, and says what to do where one fails.
 * Exit code 1 when one does; warnings leave it 0.
 */
export async function doctor({ words, flags, switches }: Invocation): Promise<number> {
  if (words.length > 0) return misuse(`Cannot use ${JSON.stringify(words[0])}: doctor takes flags only.`, "doctor");
  const lines: Line[] = [];
  const atOnce = !switches.has("json") && !switches.has("report");
  const tell = (line: Line) => {
    lines.push(line);
    if (atOnce) print(...format(line));
  };

  const started = performance.now();
  const loaded = readSettings(flags);
  const ms = Math.round(performance.now() - started);
  const about = (verdict: Verdict, message: string, hint: string) =>
    tell({ instance: "", name: "config", verdict, ms, message, hint, names: [] });
  if ("problems" in loaded) { for (const { message } of loaded.problems) about("failed", message, ""); }
  else {
    for (const warning of loaded.warnings) about("warning", warning, "");
    const { demo, instances } = loaded.settings;
    const names = Object.keys(instances);
    if (demo) about("ok", "the demo company is served; it has no Odoo to check", "");
    else if (names.length === 0) {
      about("failed", "no Odoo is configured", "Run odoo-mcp setup, or set ODOO_URL, ODOO_DB and the rest.");
    } else about("ok", `configured: ${names.join(", ")}`, "");
    for (const finding of checkOwn(loaded.settings)) tell({ instance: "", ...finding });
    tell({ instance: "", ...await checkClients() });
    for (const [instance, settings] of Object.entries(await revealed(loaded.settings, about))) {
      for await (const finding of diagnose(toOptions(settings), new AbortController().signal)) {
        tell({ instance, ...finding });
      }
    }
  }
  const failed = lines.some(({ verdict }) => verdict === "failed");
  if (switches.has("json")) printJson({ ok: !failed, checks: lines.map(({ names: _, ...line }) => line) });
  else if (switches.has("report")) print(...report(lines, "problems" in loaded ? undefined : loaded.settings));
  return failed ? EXIT.failed : EXIT.ok;
}

/** The Instances with their secrets looked up; none where that fails, which is told. */
async function revealed(
  settings: Settings,
  about: (verdict: Verdict, message: string, hint: string) => void,
): Promise<Settings["instances"]> {
  try {
    return (await withSecrets(settings)).instances;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    about("failed", error.message, error.hint);
    return {};
  }
}
