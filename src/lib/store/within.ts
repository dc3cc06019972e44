import type { Store } from "./store.ts";

/** The part of a Store that belongs to one place: the same key means something else in each. */
export function storeWithin(store: Store, place: string): Store {
  const inside = (key: string) => {
    const kind = key.indexOf(":") + 1;
    return `${key.slice(0, kind)}${JSON.stringify(place)}${key.slice(kind)}`;
  };
  return {
    get lasting() {
      return store.lasting;
    },
    get: (key) => store.get(inside(key)),
    put: (key, value, ttlMs) => store.put(inside(key), value, ttlMs),
    putNew: (key, value, ttlMs) => store.putNew(inside(key), value, ttlMs),
    delete: (key) => store.delete(inside(key)),
    close: () => store.close(),
  };
}
