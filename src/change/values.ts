import { quote } from "../ask/mod.ts";
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { alsoMissing, refuseMissing } from "./defaults.ts";
import { checkCommands, isShownRecord, type LineChecks, linesTouched } from "./commands.ts";
import { createFindByName, type FindByName } from "./names.ts";
import { countOf, gather, problemsOf, refuse, together } from "./refuse.ts";
import { checkId, checkScalar } from "./scalar.ts";
import { insteadOf } from "./status_path.ts";
import { whyNotWritten } from "./writable.ts";

/** Whether values make a new record or change one. */
export type WriteMode = "create" | "update";

/** What the settings say about values. */
export interface WriteRules {
  /** The setting `actions.write_status`: a status may be written like any other field. */
  writeStatus?: boolean;
  /** The statuses of the records that are to be changed, where they are known: asked when one is refused. */
  statuses?: () => Promise<string[]>;
}

/** Lines of lines of lines: deeper is a mistake. */
const MAX_DEPTH = 5;

/**
 * Checks values against the model's fields and answers them in the form Odoo takes: names as ids, labels as values, ISO
 * dates as Odoo's, `{add, remove, create, update, set}` as commands, null as false. Nothing is sent but look-ups of names.
 * `E004` names every bad key at once (`details.problems`, each with `at`, `reason` and often `candidates`).
 */
export async function checkValues(
  odoo: Odoo,
  model: string,
  values: unknown,
  mode: WriteMode,
  rules: WriteRules = {},
): Promise<JsonObject> {
  const [checked] = await checkEach(odoo, model, [values], mode, () => "", rules);
  return checked!;
}

/** {@link checkValues} for several records: names are looked up once, and all mistakes of all records told together. */
export async function checkEach(
  odoo: Odoo,
  model: string,
  list: readonly unknown[],
  mode: WriteMode,
  place: (index: number) => string,
  rules: WriteRules = {},
): Promise<JsonObject[]> {
  const checking = new Checking(odoo, createFindByName(odoo), (await odoo.user()).timeZone, rules);
  const what = `${mode === "create" ? "create" : "update"} ${model}`;
  try {
    const checked = await gather(
      what,
      list.map((values, index) => checking.record(model, values, mode, place(index), 0)),
    );
    if (mode === "create") await refuseMissing(odoo, model, checked, place);
    return checked;
  } catch (error) {
    const isIncomplete = mode === "create" && error instanceof Failure && error.code === "E004" &&
      !problemsOf(error).some(({ missing }) => missing === true);
    if (!isIncomplete) throw error;
    const also = await alsoMissing(odoo, model, list, place);
    throw together(what, [...problemsOf(error), ...also], countOf([error]) + also.length);
  }
}

/** One value in Odoo's form, whether or not the field may be written: to compare with what a record holds. */
export async function checkExpected(
  odoo: Odoo,
  model: string,
  name: string,
  value: unknown,
  at: string,
): Promise<{ field: Field; value: Json }> {
  const field = known(model, await odoo.fields(model), name, at);
  const checking = new Checking(odoo, createFindByName(odoo), (await odoo.user()).timeZone, {});
  return { field, value: await checking.form(field, value, "update", at, 0) };
}

class Checking {
  readonly #odoo: Odoo;
  readonly #find: FindByName;
  readonly #zone: string;
  readonly #rules: WriteRules;

  constructor(odoo: Odoo, find: FindByName, zone: string, rules: WriteRules) {
    this.#odoo = odoo;
    this.#find = find;
    this.#zone = zone;
    this.#rules = rules;
  }

  async record(model: string, values: unknown, mode: WriteMode, at: string, depth: number): Promise<JsonObject> {
    if (!isObject(values)) refuse(at || "values", `${quote(values)} is no object of field names and values`);
    if (depth > MAX_DEPTH) {
      refuse(at, `lines nest deeper than ${MAX_DEPTH} levels`, "Create the inner ones by themselves.");
    }
    const fields = await this.#odoo.fields(model);
    const pairs = await gather(
      `use ${at || "values"}`,
      Object.entries(values).map(async ([name, value]): Promise<[string, Json]> => {
        const place = at === "" ? name : `${at}.${name}`;
        return [name, await this.#value(model, known(model, fields, name, place), value, mode, place, depth)];
      }),
    );
    return Object.fromEntries(pairs);
  }

  async #value(model: string, field: Field, value: unknown, mode: WriteMode, at: string, depth: number): Promise<Json> {
    const refused = whyNotWritten(field, mode, this.#rules.writeStatus);
    if (refused !== null) {
      if (refused.instead !== undefined) refuse(at, refused.why, refused.instead);
      const now = await this.#rules.statuses?.() ?? [];
      const fields = await this.#odoo.fields(model);
      refuse(at, refused.why, insteadOf({ model, fields, field, wanted: value, now }));
    }
    if ((value === null || value === false) && mustHold(field)) {
      refuse(at, "it is required", mode === "create" ? "Leave it out for Odoo's default." : "Give it another value.");
    }
    return await this.form(field, value, mode, at, depth);
  }

  async form(field: Field, value: unknown, mode: WriteMode, at: string, depth: number): Promise<Json> {
    switch (field.type) {
      case "many2one":
        if (value === null || value === false) return false;
        return await this.#recordId(field.relation ?? refuse(at, "it leads to no model that is known"), value, at);
      case "one2many":
      case "many2many":
        return refuseDeep(field, await checkCommands(this.#lines(depth), field, value, mode, at), mode, depth, at);
      default:
        return checkScalar(field, value, this.#zone, at) as Json;
    }
  }

  #lines(depth: number): LineChecks {
    return {
      values: (model, values, mode, at) => this.record(model, values, mode, at, depth + 1),
      record: (model, value, at) => this.#recordId(model, value, at),
    };
  }

  /** An id, a name, or a record as answers show it: `{id, name}` or `[id, name]`. */
  async #recordId(model: string, value: unknown, at: string): Promise<number> {
    if (typeof value === "string") return await this.#find(model, value, at);
    if (isObject(value) && isShownRecord(value)) return checkId(value["id"], `${at}.id`);
    if (Array.isArray(value) && value.length === 2 && typeof value[1] === "string") {
      return checkId(value[0], `${at}[0]`);
    }
    if (typeof value !== "number") {
      refuse(at, `${quote(value)} is no ${model}`, "Give an id or a name; null unsets it.");
    }
    return checkId(value, at);
  }
}

/** Whether an empty value would break the table. Numbers and booleans have none: Odoo keeps 0 and false. */
function mustHold({ type, required, stored, depends }: Field): boolean {
  return required && stored && depends.length === 0 &&
    !["boolean", "integer", "float", "monetary", "one2many", "many2many"].includes(type);
}

/** What a line's own lines lose or change would be in nobody's plan, nor compared with what they were. */
function refuseDeep(field: Field, commands: Json, mode: WriteMode, depth: number, at: string): Json {
  const { changed, mayDelete } = linesTouched(field, commands);
  if (depth === 0 || mode === "create" || (changed.length === 0 && !mayDelete)) return commands;
  return refuse(at, "lines of a line are not changed or deleted from here", "Update the line's own model instead.");
}

function known(model: string, fields: Fields, name: string, at: string): Field {
  const field = fields.get(name);
  if (field !== undefined) return field;
  const byLabel = [...fields.values()].filter(({ label }) => label.toLowerCase() === name.trim().toLowerCase());
  const near = byLabel.length > 0 ? byLabel.slice(0, 3).map((one) => one.name) : closest(name, fields.keys());
  const guess = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `describe_model ${model} lists the fields.`;
  return refuse(
    at,
    `${model} has no field ${quote(name)} that may be used here`,
    guess,
    near.length > 0 ? { closest: near } : {},
  );
}
