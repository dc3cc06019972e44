import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { auditPath } from "./audit_place.ts";
import { grants, refusals } from "./permissions.ts";
import { DENY_NET } from "../lib/deny_net.ts";
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
  const allowed = grants({
    ...settings,
    store: store === undefined ? rest : { ...rest, file: store },
    audit: { ...settings.audit, file: auditPath(settings) ?? "off" },
  });
  const all = allowed.some(({ kind }) => kind === "connect") ? [...allowed, ...refusals()] : allowed;
  if (switches.has("json")) printJson(all);
  else {
    print(
      ...table(["may", "what", "why"], all.map(({ kind, what, why }) => [kind, what, why])),
      "",
      "Nothing else: no other host or port, no other file, no variable, no program, no system call, no remote code.",
      ...(all.length === allowed.length || deniedByDeno() ? [] : [
        "",
        "The program itself looks what names resolve to. For Deno to refuse at the moment of connecting as well, start with",
        `  --deny-net=${DENY_NET.join(",")}`,
      ]),
    );
  }
  return Promise.resolve(EXIT.ok);
}

/** Whether this process was started with `--deny-net` for these addresses, as executables are. */
function deniedByDeno(): boolean {
  // Deno can't be asked about a network, only about an address in it.
  return DENY_NET.map((one) => one.replace(/\/\d+$/, "")).every((host) =>
    Deno.permissions.querySync({ name: "net", host }).state === "denied"
  );
}
