import { resolve } from "node:path";
import type { Settings } from "../config/mod.ts";
import { readCommand } from "../lib/command_output.ts";
import { Failure } from "../lib/failure.ts";
import { openToAll } from "../lib/open_to_all.ts";
import { readVault, type Vault } from "../lib/vault.ts";
import { keyIn, reason, replaceFile, stateFile } from "./private_file.ts";

/** Where the credentials file is. `E004` where there is no home folder for it. */
export function vaultPath({ secrets }: Settings): string {
  const path = secrets.file === undefined ? stateFile("secrets.json") : resolve(secrets.file);
  if (path !== undefined) return path;
  throw new Failure("E004", "Cannot find the credentials file: there is no home folder", { hint: "Set secrets.file." });
}

/** The credentials file; an empty one where it is missing. `E004` where everybody may read it. */
export function loadVault(settings: Settings): Vault {
  const path = vaultPath(settings);
  return readVault(readPrivate(path, "the credentials file") ?? "");
}

/** Where the key of the credentials file comes from: one setting, or the file beside it. */
export type KeySource = { from: "setting" } | { from: "command" } | { from: "file"; path: string };

/** Which one applies. `E004` where two are set. */
export function keySource(settings: Settings): KeySource {
  const { key_file: file, key, command } = settings.secrets;
  const set = Object.entries({ key_file: file, key, command }).filter(([, value]) => value !== undefined);
  if (set.length > 1) {
    const names = set.map(([name]) => `secrets.${name}`).join(" and ");
    throw new Failure("E004", `Cannot choose the key of the credentials file: ${names} are set`, {
      hint: "Set one of them.",
    });
  }
  if (key !== undefined) return { from: "setting" };
  if (command !== undefined) return { from: "command" };
  return { from: "file", path: file === undefined ? `${vaultPath(settings)}.key` : resolve(file) };
}

/** The key, and the one before it while a rotation is not complete. `E004` where there is none. */
export async function readKeys(settings: Settings): Promise<string[]> {
  const source = keySource(settings);
  if (source.from === "setting") return [settings.secrets.key!.reveal()];
  if (source.from === "command") {
    return [await readCommand(settings.secrets.command!, "the key of the credentials file")];
  }
  const keys = (readPrivate(source.path, "the key of the credentials file") ?? "").split(/\s+/).filter((key) =>
    key !== ""
  );
  if (keys.length === 0) {
    throw new Failure("E004", `Cannot open the credentials file: there is no key in ${source.path}`, {
      hint: "odoo-mcp secret set makes one; or set secrets.key_file, secrets.key or secrets.command.",
    });
  }
  const short = keys.find((key) => key.length < 32);
  if (short !== undefined) {
    throw new Failure("E004", `Cannot use the key in ${source.path}: it has fewer than 32 letters`);
  }
  return keys;
}

/** Puts a secret into the credentials file, over the old one of this name. The first secret makes the key. */
export async function keepSecret(settings: Settings, name: string, value: () => Promise<string>): Promise<void> {
  const source = keySource(settings);
  // A file the operator names is never overwritten.
  if (source.from === "file") keyIn(source.path);
  const [key] = await readKeys(settings);
  const vault = await loadVault(settings).with(name, await value(), key!, new Date());
  replaceFile(vaultPath(settings), vault.text());
}

/** A file that holds secrets; undefined where it is missing. */
function readPrivate(path: string, what: string): string | undefined {
  try {
    const why = openToAll(path);
    if (why !== undefined) throw new Failure("E004", `Cannot use ${what} ${path}: ${why}`);
    return Deno.readTextFileSync(path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw new Failure("E004", `Cannot read ${what} ${path}: ${reason(error)}`, { cause: error });
  }
}
