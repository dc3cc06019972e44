import type { Changes } from "../mcp/mod.ts";
import type { Wrap } from "../odoo/mod.ts";

/** What this process changes in its Odoos, told to whoever watches records; changes made elsewhere are not seen. */
export interface ChangeFeed extends Changes {
  /** Tells each change that goes through to the Instance at `place`, as soon as it is over, whatever came of it. */
  telling(place: string): Wrap;
}

/** Makes it. */
export function createChangeFeed(): ChangeFeed {
  const listeners = new Set<Parameters<Changes["listen"]>[0]>();
  return {
    listen(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    telling: (place) => (next) => (call, signal) => {
      const { effect, model, ids = [] } = call;
      const answer = next(call, signal);
      if (effect === "read" || ids.length === 0 || listeners.size === 0) return answer;
      return answer.finally(() => {
        for (const listener of listeners) listener({ place, model, ids });
      });
    },
  };
}
