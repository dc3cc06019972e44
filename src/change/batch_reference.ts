/** `"$1.id"`: what an operation of a batch takes from an earlier one. */
import { quote } from "../ask/mod.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Operation } from "./batch_step.ts";

/** Operations with stand-ins, which look like ids to every check, in place of their references. */
export interface Referring {
  operations: Operation[];
  /** For each operation the places of those it needs. */
  needs: number[][];
  standIns: StandIns;
  /** References that can't be kept, in the form of `E004`, and the indexes of the operations they stand in. */
  problems: JsonObject[];
  bad: Set<number>;
}

const REFERENCE = /^\$(\d{1,9})\.([a-z_]\w*)$/;

/** The largest id there can be. */
const ID_MAX = 2 ** 31 - 1;

/** Puts stand-ins where operations refer to others, and finds the references that can't be kept. */
export function readReferences(operations: readonly Operation[]): Referring {
  const standIns = new StandIns(operations);
  const problems: JsonObject[] = [];
  const bad = new Set<number>();
  const needs = operations.map(() => new Set<number>());
  const read = (value: unknown, at: string, index: number, model?: string): unknown => {
    if (Array.isArray(value)) return value.map((one, nth) => read(one, `${at}[${nth}]`, index, model));
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, read(one, `${at}.${key}`, index)]));
    }
    const found = typeof value === "string" ? REFERENCE.exec(value) : null;
    if (found === null) return value;
    const place = Number(found[1]);
    const why = whyNot(operations, place, found[2]!, index + 1) ?? otherModel(operations[place - 1]!, model);
    if (why !== null) {
      bad.add(index);
      problems.push({ at, reason: `${quote(value)} ${why.reason}`, ...(why.hint !== "" && { hint: why.hint }) });
      return value;
    }
    needs[index]!.add(place);
    return standIns.of(place);
  };
  const read1 = (operation: Operation, index: number): Operation => {
    const { ids, values } = operation;
    const at = `operations[${index}]`;
    return {
      ...operation,
      ...(ids !== undefined && { ids: read(ids, `${at}.ids`, index, operation.model) as (number | string)[] }),
      ...(values !== undefined && { values: read(values, `${at}.values`, index) as Record<string, unknown> }),
    };
  };
  const own = operations.map(read1);
  return { operations: own, needs: needs.map((places) => [...places]), standIns, problems, bad };
}

/** Ids are of the operation's own model; for relations {@link strangeReferences} tells. */
function otherModel(made: Operation, model: string | undefined): { reason: string; hint: string } | null {
  if (model === undefined || made.model === model) return null;
  return { reason: `is a record of ${made.model}, and ${model} is wanted`, hint: "" };
}

function whyNot(
  operations: readonly Operation[],
  place: number,
  what: string,
  own: number,
): { reason: string; hint: string } | null {
  const of = (reason: string, hint = "") => ({ reason, hint });
  if (what !== "id") return of("is no reference", `Only ids can be referred to: "$${place}.id".`);
  const other = operations[place - 1];
  if (other === undefined) return of(`refers to no operation: there are ${operations.length}, counted from 1`);
  if (place === own) return of("refers to its own operation", "A record has its id only once it is created.");
  if (place > own) {
    return of(
      `refers to operation ${place}, which comes later`,
      "Only earlier operations can be referred to: change the order. Where two need each other, create one without and " +
        "update it afterwards.",
    );
  }
  const count = other.op === "create" ? 1 : other.op === "update" ? other.ids?.length ?? 0 : 0;
  if (count === 1) return null;
  return of(`refers to operation ${place}, which is no create, nor an update of just one record`);
}

/** Numbers that stand for the ids of records still to be made: none that the operations hold themselves. */
export class StandIns {
  readonly #base: number;
  readonly #count: number;

  constructor(operations: readonly Operation[]) {
    const used = new Set<number>();
    collect(operations, used);
    this.#count = operations.length;
    let base = ID_MAX - this.#count;
    // A number in the way: go below it, for as often as there are numbers.
    for (let busy = true; busy;) {
      const top = base + this.#count;
      const inTheWay = [...used].filter((one) => one > base && one <= top);
      busy = inTheWay.length > 0;
      if (busy) base = Math.floor(Math.min(...inTheWay)) - this.#count - 1;
    }
    this.#base = base;
  }

  /** The stand-in for the record of an operation. */
  of(place: number): number {
    return this.#base + place;
  }

  /** The operation whose record a number stands for, or null. */
  placeOf(value: unknown): number | null {
    if (typeof value !== "number" || value <= this.#base || value > this.#base + this.#count) return null;
    return value - this.#base;
  }

  /** A value with the ids in place of their stand-ins. */
  resolve<T extends Json>(value: T, ids: (place: number) => Json): T {
    return this.#map(value, ids) as T;
  }

  #map(value: Json, ids: (place: number) => Json): Json {
    if (Array.isArray(value)) return value.map((one) => this.#map(one, ids));
    if (isObject(value)) {
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, this.#map(one, ids)]));
    }
    const place = this.placeOf(value);
    return place === null ? value : ids(place);
  }

  /** A text about values, with the references as the caller wrote them. */
  inText(text: string): string {
    return text.replace(/(?<![\w.])\d{6,10}(?![\w.])/g, (digits) => {
      const place = this.placeOf(Number(digits));
      return place === null ? digits : `"$${place}.id"`;
    });
  }
}

function collect(value: unknown, used: Set<number>): void {
  if (typeof value === "number" && value > 2 ** 30 && value <= ID_MAX) used.add(value);
  if (typeof value === "object" && value !== null) { for (const one of Object.values(value)) collect(one, used); }
}

/** Relations that would hold the id of a record of another model: Odoo checks the id alone, so it would link a stranger. */
export async function strangeReferences(
  odoo: Odoo,
  model: string,
  values: JsonObject,
  at: string,
  { operations, standIns }: Pick<Referring, "operations" | "standIns">,
): Promise<JsonObject[]> {
  const fields = await odoo.fields(model);
  const problems: JsonObject[] = [];
  const check = (value: Json | undefined, relation: string, place: string) => {
    const to = standIns.placeOf(value);
    const made = to === null ? relation : operations[to - 1]!.model;
    if (made === relation) return;
    problems.push({ at: place, reason: `operation ${to} makes a record of ${made}, and ${relation} is wanted` });
  };
  for (const [name, value] of Object.entries(values)) {
    const { relation, type } = fields.get(name) ?? {};
    if (relation === undefined) continue;
    if (type !== "one2many" && type !== "many2many") {
      check(value, relation, `${at}.${name}`);
      continue;
    }
    for (const command of Array.isArray(value) ? value : []) {
      if (!Array.isArray(command)) continue;
      const [, id, more] = command;
      check(id, relation, `${at}.${name}`);
      for (const one of Array.isArray(more) ? more : []) check(one, relation, `${at}.${name}`);
      if (isObject(more)) {
        problems.push(
          ...await strangeReferences(odoo, relation, more, `${at}.${name}`, {
            operations,
            standIns,
          }),
        );
      }
    }
  }
  return problems;
}
