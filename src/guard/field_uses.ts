import type { Call } from "../odoo/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json } from "../lib/json.ts";
import { isOwnId, loadColumns } from "./load_form.ts";
import { whyNoMessage } from "./message_form.ts";
import { NEEDS_FIELDS, type ParameterKind, READ_METHODS, WRITE_METHODS } from "./methods.ts";

/** One field that a Call names, as a path from the Call's model: `["partner_id", "country_id", "code"]`. */
export interface FieldUse {
  path: string[];
  how: "read" | "write";
}

/** Records of the field's model that values create, change or delete from within: x2many commands 0, 1 and 2. */
export interface NestedChange {
  path: string[];
  verb: "create" | "write" | "unlink";
}

/** All that a Call touches beside its own model. */
export interface Touched {
  uses: FieldUse[];
  nested: NestedChange[];
}

const MAX_DEPTH = 50;

/** Finds every field a Call names. Throws a Failure where something can't be understood: what can't be read can't pass. */
export function touched(call: Call): Touched {
  const found: Touched = { uses: [], nested: [] };
  if (call.effect === "read") fromRead(call, found);
  else if (call.effect === "write") fromWrite(call, found);
  else fromAction(call.params, found, 0);
  for (const key of Object.keys(call.context)) {
    // A default fills a field that no value names, so it counts as a written one.
    if (key.startsWith("default_")) found.uses.push({ path: [key.slice("default_".length)], how: "write" });
  }
  return found;
}

function fromRead(call: Call, found: Touched): void {
  const parameters = READ_METHODS.get(call.method) ?? {};
  for (const [name, value] of Object.entries(call.params)) {
    const kind = Object.hasOwn(parameters, name) ? parameters[name] : undefined;
    if (kind === undefined) throw refused(call, `it has no parameter ${quote(name)} that can be checked`);
    if (value !== null && value !== false) COLLECT[kind](value, [], found, call);
  }
  if (NEEDS_FIELDS.has(call.method) && !nonEmptyList(call.params["fields"])) {
    throw new Failure(
      "E011",
      `Cannot ${call.method} ${call.model}: fields is missing, which means all fields to Odoo`,
      {
        hint: "Name the fields that are wanted.",
        details: { rule: "all-fields", model: call.model },
      },
    );
  }
}

const COLLECT: Record<ParameterKind, (value: Json, base: string[], found: Touched, call: Call) => void> = {
  plain: () => {},
  domain: (value, base, found, call) => fromDomain(value, base, found, call, 0),
  fields: (value, base, found, call) => {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (typeof item !== "string") throw refused(call, "a list of fields holds something that is no text");
      // `amount`, `amount:sum`, `date:month`, `alias:sum(amount)`: each word can be a field, functions are harmless.
      for (const word of item.split(/[:()]/)) if (word !== "") use(word, base, "read", found, call);
    }
  },
  order: (value, base, found, call) => {
    if (typeof value !== "string") throw refused(call, "the order is no text");
    for (const part of value.split(",")) {
      const [name = ""] = part.trim().split(/[\s:]/);
      if (name !== "") use(name, base, "read", found, call);
    }
  },
  values: (value, base, found, call) => fromValues(value, base, "read", found, call, 0),
  specification: (value, base, found, call) => fromSpecification(value, base, found, call, 0),
};

function fromDomain(value: Json, base: string[], found: Touched, call: Call, depth: number): void {
  if (!Array.isArray(value) || depth > MAX_DEPTH) throw refused(call, "the domain is no list that can be checked");
  for (const item of value) {
    if (item === "&" || item === "|" || item === "!") continue;
    if (!Array.isArray(item) || item.length !== 3) throw refused(call, `the domain holds ${quote(item)}`);
    const [left, operator, right] = item as [Json, Json, Json];
    // [1, "=", 1] and [0, "=", 1] are Odoo's own "all" and "none".
    if (typeof left === "number" && operator === "=") continue;
    if (typeof left !== "string" || typeof operator !== "string") {
      throw refused(call, `the domain holds ${quote(item)}`);
    }
    // Odoo's internal operators carry SQL.
    if (/select/i.test(operator)) throw refused(call, `the domain uses the operator ${quote(operator)}`);
    const path = use(left.split(":")[0]!, base, "read", found, call);
    if (/any/i.test(operator)) fromDomain(right, path, found, call, depth + 1);
  }
}

function fromSpecification(value: Json, base: string[], found: Touched, call: Call, depth: number): void {
  if (!isObject(value) || depth > MAX_DEPTH) throw refused(call, "the specification can't be checked");
  for (const [name, below] of Object.entries(value)) {
    const path = use(name, base, "read", found, call);
    if (isObject(below) && below["fields"] !== undefined) {
      fromSpecification(below["fields"], path, found, call, depth + 1);
    }
  }
}

function fromWrite(call: Call, found: Touched): void {
  if (call.method === "load") return fromLoad(call, found);
  if (call.method === "message_post") {
    const why = whyNoMessage(call);
    if (why !== null) throw refused(call, why);
    return;
  }
  const allowed = WRITE_METHODS.get(call.method) ?? [];
  for (const [name, value] of Object.entries(call.params)) {
    if (!allowed.includes(name)) throw refused(call, `it has no parameter ${quote(name)} that can be checked`);
    for (const values of Array.isArray(value) ? value : [value]) fromValues(values, [], "write", found, call, 0);
  }
}

function fromLoad(call: Call, found: Touched): void {
  const columns = loadColumns(call);
  if (typeof columns === "string") throw refused(call, columns);
  for (const path of columns) {
    use(path.join("."), [], "write", found, call);
    if (path.length > 1) found.nested.push({ path: path.slice(0, -1), verb: "create" });
  }
}

function fromValues(
  values: Json,
  base: string[],
  how: FieldUse["how"],
  found: Touched,
  call: Call,
  depth: number,
): void {
  if (!isObject(values) || depth > MAX_DEPTH) throw refused(call, "its values are no object that can be checked");
  for (const [name, value] of Object.entries(values)) {
    // In an import (see `load_form.ts`) it moves an external id, which may be any module's.
    if (name === "id" && how === "write" && !(call.method === "create" && base.length === 0 && isOwnId(value))) {
      throw refused(call, "its values hold an id that is not this server's own");
    }
    const path = use(name, base, how, found, call);
    if (!Array.isArray(value)) continue;
    for (const command of value) if (Array.isArray(command)) fromCommand(command, path, how, found, call, depth);
  }
}

function fromCommand(
  command: Json[],
  path: string[],
  how: FieldUse["how"],
  found: Touched,
  call: Call,
  depth: number,
): void {
  // To Python, which reads the commands, false is 0 and true is 1.
  const number = Number(command[0]);
  if (number === 0 || number === 1) found.nested.push({ path, verb: number === 0 ? "create" : "write" });
  if (number === 2) found.nested.push({ path, verb: "unlink" });
  for (const part of command) if (isObject(part)) fromValues(part, path, how, found, call, depth + 1);
}

/** An action's arguments have no known shape: every key at every depth may name a field. */
function fromAction(value: Json, found: Touched, depth: number): void {
  if (depth > MAX_DEPTH) throw new Failure("E011", "Cannot act: the arguments are too deep to be checked");
  if (Array.isArray(value)) { for (const item of value) fromAction(item, found, depth + 1); }
  if (!isObject(value)) return;
  for (const [key, item] of Object.entries(value)) {
    found.uses.push({ path: [key], how: "write" });
    fromAction(item, found, depth + 1);
  }
}

function use(name: string, base: string[], how: FieldUse["how"], found: Touched, call: Call): string[] {
  const steps = name.split(".");
  // Look-alike letters would pass every pattern; Odoo's own names are ASCII.
  if (!steps.every((step) => /^\w+$/.test(step))) throw refused(call, `${quote(name)} is no field name`);
  const path = [...base, ...steps];
  found.uses.push({ path, how });
  return path;
}

function nonEmptyList(value: Json | undefined): boolean {
  return Array.isArray(value) && value.length > 0;
}

function refused(call: Call, why: string): Failure {
  return new Failure("E011", `Cannot ${call.method} ${call.model}: ${why}`, {
    details: { rule: "unreadable", model: call.model, method: call.method },
  });
}

function quote(value: Json): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
