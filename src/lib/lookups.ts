/** Questions for addresses that another thread answers, because this one may not look names up. */
export interface Lookups {
  /** The addresses of a host name; empty where nobody can tell. Rejects with the signal's reason. */
  ask(host: string, signal: AbortSignal): Promise<string[]>;
  /** Takes the other thread's answer. */
  answer(id: number, addresses: string[]): void;
}

/** `send` carries a question to the other thread. */
export function createLookups(send: (id: number, host: string) => void): Lookups {
  const waiting = new Map<number, (addresses: string[]) => void>();
  let last = 0;
  return {
    ask: (host, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const id = ++last;
        const stop = () => {
          waiting.delete(id);
          reject(signal.reason);
        };
        signal.addEventListener("abort", stop, { once: true });
        waiting.set(id, (addresses) => {
          signal.removeEventListener("abort", stop);
          resolve(addresses);
        });
        send(id, host);
      }),
    answer(id, addresses) {
      waiting.get(id)?.(addresses);
      waiting.delete(id);
    },
  };
}
