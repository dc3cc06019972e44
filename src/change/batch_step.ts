import type { Right } from "../ask/mod.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Label } from "./records.ts";

/** One change of a batch, as its caller writes it. `"$1.id"` stands for the id of the record of operation 1. */
export interface Operation {
  op: "create" | "update" | "delete" | "action";
  model: string;
  /** The records to update, delete or act on. */
  ids?: readonly (number | string)[] | undefined;
  /** The values to create one record with, or to write. */
  values?: Record<string, unknown> | undefined;
  /** The action to run, as `run_action` takes it. */
  action?: string | undefined;
}

/** An operation that was checked and is ready to be sent. */
export interface Step {
  /** Its place in the request, counted from 1. */
  place: number;
  op: Operation["op"];
  model: string;
  /** The records it is about, none for a create; those that earlier operations make are stand-ins. */
  ids: number[];
  /** The records that exist already. */
  labels: Label[];
  /** They as they were, with `write_date` and what an update writes. */
  rows: JsonObject[];
  /** Checked values; empty for deletes and actions. */
  values: JsonObject;
  /** Fields of which lines may be deleted. */
  losing: string[];
  /** Places of the operations whose ids it needs. */
  needs: number[];
  /** What to run, and what that does in a person's words. */
  action?: { name: string; does: string };
}

/** The right on its model that an operation needs. */
export const RIGHTS: Readonly<Record<Operation["op"], Right>> = {
  create: "create",
  update: "write",
  delete: "unlink",
  action: "write",
};

/** Most records that one Odoo transaction of a batch is about: 1,000 quotations took half a minute on a real Odoo 14. */
export const MOST_TOGETHER = 1000;

/** Most operations, and most records, of a batch that is sent in parts. */
export const MOST_IN_PARTS = 5000;

/** Which operations, for people: `3`, `1-20`, `1-3, 7`. */
export function placesOf(places: readonly number[]): string {
  const runs: [number, number][] = [];
  for (const place of places) {
    const last = runs.at(-1);
    if (last !== undefined && place === last[1] + 1) last[1] = place;
    else runs.push([place, place]);
  }
  return runs.map(([from, to]) => from === to ? String(from) : `${from}-${to}`).join(", ");
}
