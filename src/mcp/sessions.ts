import type { Caller } from "../guard/mod.ts";

/** What a session is made of: it can be ended. */
interface Held {
  close(): Promise<void>;
}

/** How long sessions live, and how many there may be. */
export interface SessionsOptions {
  /** A session that no request and no open stream used for so long is ended. */
  ttlMs: number;
  /** Sessions at once, of all callers. Default 1,000. */
  most?: number;
  /** Sessions at once of one caller. Default 50: all of them who have no key are the same caller. */
  mostPerCaller?: number;
  /** Told the number of sessions at each change. */
  onChange?: (count: number) => void;
}

/**
 * The sessions of one transport. Each belongs to the caller who opened it: asked for by anybody else, or by the same one
 * with another role, other scopes or other narrowing headers, it is not there.
 */
export interface Sessions<T extends Held> {
  /** Keeps a session. Ends the least recently used one of the caller, or of all, where there would be too many. */
  add(id: string, caller: Caller, held: T): void;
  /** The caller's session of that id, which counts as a use. */
  find(id: string, caller: Caller): T | undefined;
  /** Keeps a session from growing old while a stream of it is open. Call what it answers when that has ended. */
  hold(id: string): () => void;
  remove(id: string): void;
  closeAll(): Promise<void>;
}

const MOST = 1000;
const MOST_PER_CALLER = 50;

interface Kept<T> {
  caller: string;
  owner: string;
  held: T;
  usedAt: number;
  streams: number;
}

/** Makes an empty list of sessions. A timer runs only while there are any. */
export function createSessions<T extends Held>(options: SessionsOptions): Sessions<T> {
  const { ttlMs, most = MOST, mostPerCaller = MOST_PER_CALLER, onChange } = options;
  // In the order of their last use, the oldest first.
  const kept = new Map<string, Kept<T>>();
  let timer: ReturnType<typeof setInterval> | undefined;

  const remove = (id: string) => {
    if (!kept.delete(id)) return;
    if (kept.size === 0) clearInterval(timer);
    onChange?.(kept.size);
  };
  const end = (id: string, { held }: Kept<T>) => {
    remove(id);
    held.close().catch(() => {}); // its client has gone
  };
  const endOldest = (among: (one: Kept<T>) => boolean) => {
    const oldest = [...kept].find(([, one]) => among(one));
    if (oldest !== undefined) end(...oldest);
  };
  const endIdle = () => {
    for (const [id, one] of kept) if (one.streams === 0 && performance.now() - one.usedAt >= ttlMs) end(id, one);
  };
  const use = (id: string, one: Kept<T>) => {
    one.usedAt = performance.now();
    kept.delete(id);
    kept.set(id, one);
  };

  return {
    add(id, { id: caller, ...rest }, held) {
      const ofCaller = [...kept.values()].filter((one) => one.caller === caller).length;
      if (ofCaller >= mostPerCaller) endOldest((one) => one.caller === caller);
      else if (kept.size >= most) endOldest(() => true);
      if (kept.size === 0) timer = setInterval(endIdle, Math.min(ttlMs, 30_000));
      kept.set(id, { caller, owner: ownerOf({ id: caller, ...rest }), held, usedAt: performance.now(), streams: 0 });
      onChange?.(kept.size);
    },
    find(id, caller) {
      const one = kept.get(id);
      if (one === undefined || one.owner !== ownerOf(caller)) return undefined;
      use(id, one);
      return one.held;
    },
    hold(id) {
      const one = kept.get(id);
      if (one === undefined) return () => {};
      one.streams++;
      let over = false;
      return () => {
        if (over) return;
        over = true;
        one.streams--;
        if (kept.has(id)) use(id, one);
      };
    },
    remove,
    async closeAll() {
      const all = [...kept.values()];
      for (const id of [...kept.keys()]) remove(id);
      await Promise.allSettled(all.map(({ held }) => held.close()));
    },
  };
}

/** All that a session's server was made for; credentials of the caller's own are part of its id already. */
function ownerOf({ id, kind, role, scopes, narrowed }: Caller): string {
  return JSON.stringify([id, kind, role, scopes ?? null, narrowed ?? null]);
}
