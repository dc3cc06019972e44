import { Failure } from "../failure.ts";
import type { Store } from "./store.ts";

/**
 * A Store that is opened at its first use, so that no start waits for it. Where it can't be opened, `instead` is told why
 * and gives the one to use from then on; a file that is only busy is tried again at the next use (`E014`).
 */
export function openLater(open: () => Promise<Store>, instead: (error: unknown) => Store): Store {
  let opening: Promise<Store> | undefined;
  let opened: Store | undefined;

  const store = () =>
    opening ??= open().catch((error: unknown) => {
      if (!/locked|busy/i.test(String(error))) return instead(error);
      opening = undefined;
      throw new Failure("E014", "Cannot use the store of this server: another process keeps it busy", {
        hint: "Try again in a moment.",
        retryable: true,
        cause: error,
      });
    }).then((made) => opened = made);

  return {
    get lasting() {
      return opened?.lasting ?? true;
    },
    get: async (key) => await (await store()).get(key),
    put: async (key, value, ttlMs) => await (await store()).put(key, value, ttlMs),
    putNew: async (key, value, ttlMs) => await (await store()).putNew(key, value, ttlMs),
    delete: async (key) => await (await store()).delete(key),
    close: () => opened?.close(),
  };
}
