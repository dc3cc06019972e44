import { dirname, resolve } from "node:path";
import type { Settings } from "../config/mod.ts";
import { Secret } from "../lib/secret.ts";
import { keyIn, prepare, reason, stateFile } from "./private_file.ts";

/**
 * The settings with the Store's file and key as the Worker needs them: an absolute path to a file that exists, and the
 * key from the settings or from the file beside it, both made here at the first start and readable by this user alone.
 * Where none is needed (the demo, read-only, no Odoo) or can be made, `store.file` is absent and memory takes its place;
 * the warning says so.
 */
export function withStore(settings: Settings): { settings: Settings; warning?: string } {
  const { file: _, ...store } = settings.store;
  const without = { ...settings, store };
  if (store.redis_url !== undefined) return { settings: without };
  if (!isNeeded(settings)) return { settings: without };
  const file = storePath(settings);
  const why = file === undefined ? "there is no home folder; name a file in store.file" : prepare(file);
  if (file === undefined || why !== undefined) return { settings: without, warning: inMemory(why ?? "") };
  try {
    const key = store.key ?? new Secret(keyIn(`${file}.key`));
    return { settings: { ...settings, store: { ...store, file, key } } };
  } catch (error) {
    return { settings: without, warning: inMemory(`its key: ${reason(error)}`) };
  }
}

/** The folder the launcher writes in; undefined where it writes nothing. */
export function storeFolder(settings: Settings): string | undefined {
  const file = isNeeded(settings) && settings.store.redis_url === undefined ? storePath(settings) : undefined;
  return file === undefined ? undefined : dirname(file);
}

function isNeeded({ demo, mode, instances }: Settings): boolean {
  return !demo && mode !== "read-only" && Object.keys(instances).length > 0;
}

/** Where the Store is, or would be; undefined where there is no home folder. */
export function storePath({ store }: Settings): string | undefined {
  return store.file === undefined ? stateFile("store.db") : resolve(store.file);
}

function inMemory(why: string): string {
  return `Plans, undo and first results last only until this server stops. Cannot keep them in a file: ${why}`;
}
