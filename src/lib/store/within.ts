import type { Store } from "./store.ts";

const wholes = new WeakMap<Store, Store>();

/** The Store that this is a part of, or itself: one for a program, while parts are made for each call. */
export function wholeOf(store: Store): Store {
  return wholes.get(store) ?? store;
}

/** The part of a Store that belongs to one place: the same key means something else in each. */
export function storeWithin(store: Store, place: string): Store {
  const inside = (key: string) => {
    const kind = key.indexOf(":") + 1;
    return `${key.slice(0, kind)}${JSON.stringify(place)}${key.slice(kind)}`;
  };
  const part: Store = {
    get lasting() {
      return store.lasting;
    },
    get: (key) => store.get(inside(key)),
    put: (key, value, ttlMs) => store.put(inside(key), value, ttlMs),
    putNew: (key, value, ttlMs) => store.putNew(inside(key), value, ttlMs),
    delete: (key) => store.delete(inside(key)),
    close: () => store.close(),
  };
  wholes.set(part, wholeOf(store));
  return part;
}
