import { createDemo, type DemoOptions } from "../../src/demo/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";

/** The day all these tests play on. */
export const TODAY = new Date("2026-11-21T10:00:00Z");

/** What a Call says beside model and method. */
export interface Options {
  ids?: number[];
  context?: JsonObject;
}

/** A demo company and the ways in which the tests ask it. */
export interface Company {
  ask(model: string, method: string, params?: JsonObject, options?: Options): Promise<Json>;
  count(model: string, domain: Json, context?: JsonObject): Promise<number>;
  /** The names that a search finds, in order. */
  names(model: string, domain: Json, context?: JsonObject): Promise<string[]>;
  rows(model: string, domain: Json, fields: string[], order?: string): Promise<JsonObject[]>;
  read(model: string, id: number, fields: string[]): Promise<JsonObject>;
  create(model: string, values: JsonObject): Promise<number>;
  write(model: string, id: number, vals: JsonObject): Promise<Json>;
  groups(model: string, params: JsonObject, context?: JsonObject): Promise<JsonObject[]>;
  /** The first record of a name. */
  idOf(model: string, name: string): Promise<number>;
}

/** A new demo company. */
export function demo(login: NonNullable<DemoOptions["login"]> = "admin"): Company {
  const execute = createDemo({ today: TODAY, login });
  const ask: Company["ask"] = (model, method, params = {}, { ids, context = {} } = {}) =>
    execute(
      { model, method, params, ...(ids && { ids }), context, effect: "act", origin: "caller" },
      new AbortController().signal,
    );
  const rows: Company["rows"] = async (model, domain, fields, order = "") =>
    await ask(model, "search_read", { domain, fields, order }) as JsonObject[];
  return {
    ask,
    rows,
    count: async (model, domain, context = {}) => await ask(model, "search_count", { domain }, { context }) as number,
    names: async (model, domain, context = {}) => {
      const found = await ask(model, "search_read", { domain, fields: ["display_name"] }, { context });
      return (found as JsonObject[]).map((row) => row["display_name"] as string);
    },
    read: async (model, id, fields) => (await ask(model, "read", { fields }, { ids: [id] }) as JsonObject[])[0]!,
    create: async (model, values) => await ask(model, "create", { vals_list: values }) as number,
    write: (model, id, vals) => ask(model, "write", { vals }, { ids: [id] }),
    groups: async (model, params, context = {}) =>
      await ask(model, "read_group", { domain: [], fields: [], ...params }, { context }) as JsonObject[],
    idOf: async (model, name) => (await ask(model, "search", { domain: [["name", "=", name]] }) as number[])[0]!,
  };
}

/** The Failure that a call rejects with. */
export async function refusal(call: Promise<unknown>): Promise<Failure> {
  const error = await call.then(() => new Error("it was not refused"), (error: unknown) => error);
  if (!(error instanceof Failure)) throw error;
  return error;
}
