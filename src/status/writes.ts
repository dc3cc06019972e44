import type { Wrap } from "../odoo/mod.ts";

/** A tool call that sent a change to Odoo, whatever came of it. Holds no value of a record. */
export interface Write {
  /** When it was over, in ms since 1970. */
  at: number;
  caller: string;
  /** What the client calls itself; "" where it does not. */
  client: string;
  tool: string;
  instance: string;
  /** Model of the first change, and how many records it was about; 0 where it created one or is not known by ids. */
  model: string;
  records: number;
  code: string;
  ms: number;
}

/** The last changes, the newest first. The audit has them all; this is for a glance. */
export interface Writes {
  /** Notes the changes that go through for a tool call, by its id. */
  noting(request: string): Wrap;
  /** Ends a tool call; forgotten where it sent no change. */
  finish(outcome: Omit<Write, "at" | "model" | "records"> & { request: string }): void;
  last(): readonly Write[];
}

/** Makes an empty list that keeps so many. */
export function createWrites(most: number = 50): Writes {
  const noted = new Map<string, { model: string; records: number }>();
  const writes: Write[] = [];
  return {
    noting: (request) => (next) => (call, signal) => {
      if (call.effect !== "read" && !noted.has(request)) {
        noted.set(request, { model: call.model, records: call.ids?.length ?? 0 });
      }
      return next(call, signal);
    },
    finish({ request, caller, client, tool, instance, code, ms }) {
      const change = noted.get(request);
      if (change === undefined) return;
      noted.delete(request);
      writes.unshift({ at: Date.now(), caller, client, tool, instance, ...change, code, ms: Math.round(ms) });
      if (writes.length > most) writes.pop();
    },
    last: () => writes,
  };
}
