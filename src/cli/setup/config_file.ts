import { join, resolve } from "node:path";
import { type Loaded, valuesByPath } from "../../config/mod.ts";
import { Secret } from "../../lib/secret.ts";
import type { Json } from "../../lib/json.ts";
import { keepSecret, loadVault, readKeys, vaultPath } from "../secret_file.ts";
import { Failure } from "../../lib/failure.ts";
import { prepare } from "../private_file.ts";
import type { Home } from "./clients.ts";
import { editJson } from "./edit_json.ts";
import type { Wanted } from "./files.ts";
import { credentialOf } from "./gather.ts";

/** What the secret is called in the credentials file. */
export const SECRET = "odoo";

/** Where setup keeps the settings unless `--config` names another file. */
export function usualConfig({ os, appData, configHome }: Home): string {
  return join(os === "windows" ? appData : configHome, "odoo-mcp", "config.json");
}

/**
 * What the config file must hold so that a server started with it alone does the same: everything that flags and variables
 * said of this Odoo, absolute paths, and in place of the key or password the name of a secret.
 */
export function configWanted(file: string, loaded: Loaded): Wanted {
  const { setting, text, kept } = credentialOf(loaded);
  const values: Wanted["values"] = [];
  for (const [path, value] of Object.entries(valuesByPath(loaded.settings))) {
    const key = /^instances\.default\.(\w+)$/.exec(path)?.[1];
    const source = loaded.sources[path] ?? "default";
    if (key === undefined || source === "default" || source.startsWith(file) || value instanceof Secret) continue;
    const isFile = ["ca_file", "client_cert", "client_key"].includes(key);
    values.push([["odoo", key], isFile ? resolve(String(value)) : value as Json]);
  }
  const other = setting === "api_key" ? "password" : "api_key";
  values.push(
    [["odoo", other], undefined],
    [["odoo", setting], kept ? text : `secret:${SECRET}`],
    [["mode"], loaded.settings.mode],
    [["secrets", "file"], vaultPath(loaded.settings)],
  );
  return { file, edit: editJson, values };
}

/** Puts the credential into the encrypted file, unless it is there already. Answers where, or null for a reference. */
export async function keepCredential(loaded: Loaded): Promise<string | null> {
  const { text, kept } = credentialOf(loaded);
  if (kept) return null;
  const { settings } = loaded;
  const path = vaultPath(settings);
  const why = prepare(path);
  if (why !== undefined) throw new Failure("E004", `Cannot write the credentials file: ${why}`);
  if (await heldSecret(loaded) !== text) await keepSecret(settings, SECRET, () => Promise.resolve(text));
  return path;
}

async function heldSecret({ settings }: Loaded): Promise<string | undefined> {
  const vault = loadVault(settings);
  if (!vault.names().some(({ name }) => name === SECRET)) return undefined;
  return (await vault.open(SECRET, await readKeys(settings))).reveal();
}
