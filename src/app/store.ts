import type { Settings } from "../config/mod.ts";
import type { Log } from "../lib/log.ts";
import { openFileStore } from "../lib/store/file.ts";
import { memoryStore } from "../lib/store/memory.ts";
import { openLater } from "../lib/store/open.ts";
import type { Store } from "../lib/store/store.ts";

/** The Store of these settings; the launcher has prepared its file. */
export function openStore({ store: { file, key } }: Settings, log: Log): Store {
  const secret = key?.reveal();
  if (file === undefined || secret === undefined) return memoryStore();
  return openLater(() => openFileStore({ file, secret }), (error) => {
    const why = error instanceof Error ? error.message : String(error);
    log.warning("plans, undo and first results last only until this server stops", { store: file, error: why });
    return memoryStore();
  });
}
