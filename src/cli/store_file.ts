import { dirname, join, resolve } from "node:path";
import type { Settings } from "../config/mod.ts";
import { randomKey, toBase64Url } from "../lib/seal.ts";
import { Secret } from "../lib/secret.ts";

/** How long to wait for another process that is just writing the key, in steps of 10 ms. */
const KEY_STEPS = 100;

/**
 * The settings with the Store's file and key as the Worker needs them: an absolute path to a file that exists, and the
 * key from the settings or from the file beside it, both made here at the first start and readable by this user alone.
 * Where none is needed (the demo, read-only, no Odoo) or can be made, `store.file` is absent and memory takes its place;
 * the warning says so.
 */
export function withStore(settings: Settings): { settings: Settings; warning?: string } {
  const { file: _, ...store } = settings.store;
  const without = { ...settings, store };
  if (!isNeeded(settings)) return { settings: without };
  const file = storePath(settings);
  const why = file === undefined ? "there is no home folder; name a file in store.file" : prepare(file);
  if (file === undefined || why !== undefined) return { settings: without, warning: inMemory(why ?? "") };
  try {
    const key = store.key ?? new Secret(keyBeside(file));
    return { settings: { ...settings, store: { file, key } } };
  } catch (error) {
    return { settings: without, warning: inMemory(`its key: ${reason(error)}`) };
  }
}

/** The folder the launcher writes in; undefined where it writes nothing. */
export function storeFolder(settings: Settings): string | undefined {
  const file = isNeeded(settings) ? storePath(settings) : undefined;
  return file === undefined ? undefined : dirname(file);
}

function isNeeded({ demo, mode, instances }: Settings): boolean {
  return !demo && mode !== "read-only" && Object.keys(instances).length > 0;
}

function storePath({ store }: Settings): string | undefined {
  if (store.file !== undefined) return resolve(store.file);
  const folder = stateFolder();
  return folder === undefined ? undefined : join(folder, "odoo-mcp", "store.db");
}

/** Where programs keep what must last but is no document (XDG Base Directory Specification). */
function stateFolder(): string | undefined {
  const variable = (name: string) => {
    const granted = Deno.permissions.querySync({ name: "env", variable: name }).state === "granted";
    return granted ? Deno.env.get(name) || undefined : undefined;
  };
  if (Deno.build.os === "windows") return variable("LOCALAPPDATA");
  const home = variable("HOME");
  return variable("XDG_STATE_HOME") ?? (home === undefined ? undefined : join(home, ".local", "state"));
}

/** Makes folder and file where they are missing. Answers why that can't be, or undefined. */
function prepare(file: string): string | undefined {
  const folder = dirname(file);
  for (const name of ["read", "write"] as const) {
    if (Deno.permissions.querySync({ name, path: folder }).state !== "granted") {
      return `Deno was not given --allow-${name}=${folder}`;
    }
  }
  try {
    Deno.mkdirSync(folder, { recursive: true, mode: 0o700 });
    Deno.openSync(file, { read: true, write: true, create: true, mode: 0o600 }).close();
    return undefined;
  } catch (error) {
    return `${file}: ${reason(error)}`;
  }
}

/** The key in the file beside the Store's. Of several processes at their first start one makes it. */
function keyBeside(file: string): string {
  const path = `${file}.key`;
  const fresh = toBase64Url(randomKey());
  try {
    Deno.writeTextFileSync(path, fresh, { createNew: true, mode: 0o600 });
    return fresh;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  for (let step = 0; step < KEY_STEPS; step++) {
    const key = Deno.readTextFileSync(path).trim();
    if (key.length >= fresh.length) return key;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  throw new Error(`${path} holds no key`);
}

function inMemory(why: string): string {
  return `Plans, undo and first results last only until this server stops. Cannot keep them in a file: ${why}`;
}

function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it does not exist";
  if (error instanceof Deno.errors.PermissionDenied) return "this user may not write it";
  return error instanceof Error ? error.message : String(error);
}
