import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { auditPath } from "./audit_place.ts";
import { grants } from "./permissions.ts";
import { print, printJson, table } from "./print.ts";
import { storeFolder, storePath } from "./store_file.ts";

/** `odoo-mcp permissions`: what the Worker may do with these settings. Makes no file and starts nothing. */
export function permissions({ words, flags, switches }: Invocation): Promise<number> {
  if (words.length > 0) {
    return Promise.resolve(
      misuse(`Cannot use ${JSON.stringify(words[0])}: permissions takes flags only.`, "permissions"),
    );
  }
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return Promise.resolve(loaded);
  const { settings } = loaded;
  const store = storeFolder(settings) === undefined ? undefined : storePath(settings);
  const { file: _, ...rest } = settings.store;
  const all = grants({
    ...settings,
    store: store === undefined ? rest : { ...rest, file: store },
    audit: { ...settings.audit, file: auditPath(settings) ?? "off" },
  });
  if (switches.has("json")) printJson(all);
  else {
    print(
      ...table(["may", "what", "why"], all.map(({ kind, what, why }) => [kind, what, why])),
      "",
      "Nothing else: no other host or port, no other file, no variable, no program, no system call, no remote code.",
    );
  }
  return Promise.resolve(EXIT.ok);
}
