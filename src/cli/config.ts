import { configSchema, readSettings, spoken, valuesByPath } from "../config/mod.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { complain, paint, print, printJson, table } from "./print.ts";

/** `odoo-mcp config show|check|schema`. */
export function config(invocation: Invocation): Promise<number> {
  const [action = "show", ...more] = invocation.words;
  if (more.length === 0 && action === "show") return Promise.resolve(show(invocation));
  if (more.length === 0 && action === "check") return Promise.resolve(check(invocation));
  if (more.length === 0 && action === "schema") {
    printJson(configSchema());
    return Promise.resolve(EXIT.ok);
  }
  return Promise.resolve(misuse("Cannot do that: config knows show, check and schema.", "config"));
}

/** Every setting with its value and where that came from. Secrets print as stars by themselves. */
function show({ flags, switches }: Invocation): number {
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;
  const values = Object.entries(valuesByPath(loaded.settings));
  const source = (path: string) => loaded.sources[path] ?? "default";
  if (switches.has("json")) {
    printJson(values.map(([path, value]) => ({ setting: path, value, source: source(path) })));
    return EXIT.ok;
  }
  const shown = (value: unknown) => {
    if (Array.isArray(value)) return value.join(",") || "(none)";
    // A secret prints its stars by itself, without quotes.
    return value?.constructor === Object ? JSON.stringify(value) : String(value);
  };
  print(
    ...table(["setting", "value", "source"], values.map(([path, value]) => [spoken(path), shown(value), source(path)])),
  );
  if (Object.keys(loaded.settings.instances).length === 0 && !loaded.settings.demo) {
    print("", "No Odoo is configured: set odoo.url (--odoo-url, ODOO_URL), or try odoo-mcp demo.");
  }
  for (const warning of loaded.warnings) complain(paint("yellow", "warning: ") + warning);
  return EXIT.ok;
}

/** Exit code 0 for settings that can be used, 1 for others, whoever gave them. */
function check({ flags, switches }: Invocation): number {
  const loaded = readSettings(flags);
  const problems = "problems" in loaded ? loaded.problems : [];
  if (switches.has("json")) printJson({ ok: problems.length === 0, problems, warnings: loaded.warnings });
  else {
    print(...problems.map(({ message }) => `${paint("red", "wrong")}    ${message}`));
    print(...loaded.warnings.map((warning) => `${paint("yellow", "warning")}  ${warning}`));
    if (problems.length === 0) print(`${paint("green", "ok")}       the settings can be used`);
  }
  return problems.length === 0 ? EXIT.ok : EXIT.failed;
}
