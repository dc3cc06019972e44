import { dirname, join } from "node:path";
import { openToAll } from "../lib/open_to_all.ts";
import { randomKey, toBase64Url } from "../lib/seal.ts";

/** How long to wait for another process that is just writing the key, in steps of 10 ms. */
const KEY_STEPS = 100;

/** A file of this program where what must last is kept; undefined where there is no home folder. */
export function stateFile(name: string): string | undefined {
  const folder = stateFolder();
  return folder === undefined ? undefined : join(folder, "odoo-mcp", name);
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

/** Makes folder and file where they are missing, for this user alone. Answers why that can't be, or undefined. */
export function prepare(file: string): string | undefined {
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

/**
 * The key in a file, made where it is missing. Of several processes at their first start one makes it. Throws where
 * everybody may read it.
 */
export function keyIn(path: string): string {
  const fresh = toBase64Url(randomKey());
  try {
    Deno.writeTextFileSync(path, fresh, { createNew: true, mode: 0o600 });
    return fresh;
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) throw error;
  }
  const why = openToAll(path);
  if (why !== undefined) throw new Error(`${path}: ${why}`);
  for (let step = 0; step < KEY_STEPS; step++) {
    const key = Deno.readTextFileSync(path).trim();
    if (key.length >= fresh.length) return key;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
  }
  throw new Error(`${path} holds no key`);
}

/** Why a file could not be used, in words for people. */
export function reason(error: unknown): string {
  if (error instanceof Deno.errors.NotFound) return "it does not exist";
  if (error instanceof Deno.errors.PermissionDenied) return "this user may not write it";
  return error instanceof Error ? error.message : String(error);
}

/** Writes a file as a whole or not at all, for this user alone. */
export function replaceFile(path: string, text: string): void {
  const fresh = `${path}.${crypto.randomUUID().slice(0, 8)}`;
  try {
    Deno.writeTextFileSync(fresh, text, { createNew: true, mode: 0o600 });
    Deno.renameSync(fresh, path);
  } catch (error) {
    try {
      Deno.removeSync(fresh);
    } catch { /* it was never made, or has its name already */ }
    throw error;
  }
}
