import type { Json } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import { betweenDates, compareDate, type DateField } from "./check_date.ts";
import { checkValue } from "./check_value.ts";
import type { Condition, Leaf } from "./domain.ts";
import { FITS, LIKES, pattern, plainOperator, SINCE } from "./operators.ts";
import { type Path, resolvePath } from "./path.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";
import { knownZone } from "./zone.ts";

/**
 * Checks conditions against the model's fields before anything is sent, along dotted paths too, and makes them right for
 * this Odoo: labels to values, local dates to UTC, null to false, words to operators. Refuses with `E004` (or `E013` where
 * the version lacks an operator) naming the place, the reason and the closest names. Odoo 14 drops a condition on a field
 * it can't search, and lets a user filter on fields they may not read; so only what `fields_get` shows may be used.
 */
export async function checkDomain(
  odoo: Odoo,
  model: string,
  condition: Condition,
  now = Date.now(),
): Promise<Condition> {
  return await new Check(odoo, now).node(model, condition);
}

class Check {
  readonly #odoo: Odoo;
  readonly #now: number;

  constructor(odoo: Odoo, now: number) {
    this.#odoo = odoo;
    this.#now = now;
  }

  async node(model: string, condition: Condition): Promise<Condition> {
    switch (condition.kind) {
      case "leaf":
        return await this.#leaf(model, condition);
      case "not":
        return { kind: "not", node: await this.node(model, condition.node) };
      case "any":
        return await this.#any(model, condition);
      default: {
        const nodes: Condition[] = [];
        for (const node of condition.nodes) {
          const checked = await this.node(model, node);
          const isSame = checked.kind === condition.kind && checked.nodes.length > 0;
          if (isSame && checked.kind === condition.kind) nodes.push(...checked.nodes);
          else nodes.push(checked);
        }
        return { kind: condition.kind, nodes };
      }
    }
  }

  async #any(model: string, condition: Condition & { kind: "any" }): Promise<Condition> {
    const { field, at } = condition;
    const { field: last } = await this.#search(model, field, at);
    if (last.relation === undefined) refuse(at, `"any" needs a relation, and ${field} is a ${last.type} field`);
    await this.#atLeast(condition.negated ? "not any" : "any", at);
    return { ...condition, node: await this.node(last.relation, condition.node) };
  }

  async #leaf(model: string, leaf: Leaf): Promise<Condition> {
    const { at, field: name } = leaf;
    const path = await this.#search(model, name, at);
    const { field } = path;
    const { op, value } = plainOperator(leaf);
    if (op === "is_set" || op === "is_not_set") return isSet(field, name, op === "is_set", at);
    if ((op === "=" || op === "!=") && (value === null || value === false) && field.type !== "boolean") {
      // The literal form of the same question; a number refuses it below.
      if (!isNumber(field)) return { kind: "leaf", field: name, op, value: false, at };
    }
    if (op === "=?" && (value === null || value === false)) return { kind: "and", nodes: [] };
    this.#fits(field, op === "=?" ? "=" : op, leaf);
    await this.#atLeast(op, at);
    if (op === "between") return await this.#between(path, leaf);
    if (Array.isArray(value)) return await this.#list(path, name, op, value, at);
    return await this.#single(path, name, op === "=?" ? "=" : op, value, at);
  }

  async #search(model: string, name: string, at: string): Promise<Path> {
    const path = await resolvePath(this.#odoo, model, name, at);
    if (path.field.searchable) return path;
    refuse(at, `${path.model}.${path.field.name} is computed at each read, so nothing can be searched by it`, {
      hint: path.field.depends.length > 0
        ? `It is computed from ${path.field.depends.slice(0, 5).join(", ")}: search by those.`
        : "Use a stored field.",
      details: { field: name },
    });
  }

  #fits(field: Field, op: string, leaf: Leaf): void {
    const fitting = Object.hasOwn(FITS, field.type) ? FITS[field.type] : undefined;
    if (fitting === undefined || fitting.includes(op)) return;
    const allowed = fitting.length === 0 ? '["=", false] and ["!=", false]' : fitting.join(" ");
    refuse(leaf.at, `"${leaf.op}" does not fit ${leaf.field}, a ${field.type} field`, {
      hint: op === "has" ? `Use "=" with an id.` : `What fits: ${allowed}.`,
      details: { field: leaf.field },
    });
  }

  async #atLeast(op: string, at: string): Promise<void> {
    const since = Object.hasOwn(SINCE, op) ? SINCE[op] : undefined;
    if (since === undefined) return;
    const version = await this.#odoo.version();
    if (version.major >= since.major) return;
    refuse(at, `Odoo ${version.text} does not know the operator "${op}", which came with ${since.major}`, {
      code: "E013",
      hint: since.instead,
    });
  }

  async #single(path: Path, name: string, op: string, value: Json, at: string): Promise<Condition> {
    const { field } = path;
    if (isDate(field)) return await this.#together(path, compareDate(await this.#date(path, name), op, value, at), at);
    if (LIKES.includes(op)) return { kind: "leaf", field: name, op, value: pattern(value, at), at };
    if (op === "in" || op === "not in" || op === "has") return await this.#list(path, name, op, [value], at);
    const plain = checkValue(field, value, at);
    if (plain === "" && (op === "=" || op === "!=")) return isSet(field, name, op === "!=", at);
    if (plain === false && field.type !== "boolean" && op !== "=" && op !== "!=") {
      refuse(at, `"${op}" needs a value, and null is none`, {
        hint: `For an empty field write [${quote(name)}, "=", null].`,
      });
    }
    return { kind: "leaf", field: name, op, value: plain, at };
  }

  /** A list of values. `=` with a list means `in`. */
  async #list(path: Path, name: string, op: string, values: Json[], at: string): Promise<Condition> {
    const word = op === "=" || op === "has" ? "in" : op === "!=" ? "not in" : op;
    const isHierarchy = op === "child_of" || op === "parent_of";
    if (word !== "in" && word !== "not in" && !isHierarchy) refuse(at, `"${op}" takes one value, not a list`);
    const { field } = path;
    const single = word === "in" ? "=" : "!=";
    const join = word === "in" ? "or" : "and";
    if (isDate(field)) {
      const parts: Condition[] = [];
      for (const value of values) {
        parts.push(
          value === null || value === false
            ? { kind: "leaf", field: name, op: single, value: false, at }
            : await this.#single(path, name, single, value, at),
        );
      }
      return { kind: join, nodes: parts };
    }
    const checked = values.map((value, index) => checkValue(field, value, `${at} value ${index + 1}`));
    if (new Set(checked.filter((value) => value !== false).map((value) => typeof value)).size > 1) {
      refuse(at, "its list mixes ids and names", { hint: "Give ids only, or names only." });
    }
    if (field.type === "boolean" || isHierarchy) return { kind: "leaf", field: name, op: word, value: checked, at };
    // 14 takes 0 in a list for "unset" (to Python 0 == False), and stumbles over "unset" where the field is translated.
    const [apart, rest] = [checked.filter(isFalsy), checked.filter((value) => !isFalsy(value))];
    const nodes: Condition[] = [...new Set(apart)].map((value) => ({
      kind: "leaf",
      field: name,
      op: single,
      value,
      at,
    }));
    if (rest.length > 0 || nodes.length === 0) nodes.unshift({ kind: "leaf", field: name, op: word, value: rest, at });
    return nodes.length === 1 ? nodes[0]! : { kind: join, nodes };
  }

  async #between(path: Path, { field: name, value, at }: Leaf): Promise<Condition> {
    if (!Array.isArray(value) || value.length !== 2) {
      refuse(at, `"between" needs two values, and ${quote(value)} is not that`, {
        hint: "Write [first, last]; both are included.",
      });
    }
    const [first, last] = value as [Json, Json];
    if (isDate(path.field)) {
      return await this.#together(path, betweenDates(await this.#date(path, name), first, last, at), at);
    }
    const [low, high] = [checkValue(path.field, first, at), checkValue(path.field, last, at)];
    if (low! > high!) refuse(at, `${low} is more than ${high}`, { hint: "Give the lower one first." });
    const nodes: Condition[] = [
      { kind: "leaf", field: name, op: ">=", value: low, at },
      { kind: "leaf", field: name, op: "<=", value: high, at },
    ];
    return await this.#together(path, { kind: "and", nodes }, at);
  }

  /**
   * Keeps the bounds of one value on one related record: side by side, two conditions through an x2many may each be met by
   * another line. Only `any` can say that.
   */
  async #together({ many }: Path, condition: Condition, at: string): Promise<Condition> {
    if (many === null || condition.kind !== "and") return condition;
    const version = await this.#odoo.version();
    if (version.major < SINCE["any"]!.major) {
      refuse(at, `Odoo ${version.text} can't hold two bounds against one and the same record of ${many.before}`, {
        code: "E013",
        hint: `Search the model that ${many.before} leads to, or use a single bound (<, <=, >, >=).`,
      });
    }
    const nodes = condition.nodes.map((node) => node.kind === "leaf" ? { ...node, field: many.after } : node);
    return { kind: "any", field: many.before, negated: false, node: { kind: "and", nodes }, at };
  }

  async #date({ field }: Path, name: string): Promise<DateField> {
    return { field, name, zone: knownZone((await this.#odoo.user()).timeZone), now: this.#now };
  }
}

function isDate(field: Field): boolean {
  return field.type === "date" || field.type === "datetime";
}

function isNumber(field: Field): boolean {
  return ["integer", "float", "monetary"].includes(field.type);
}

function isFalsy(value: Json): boolean {
  return value === false || value === 0;
}

/** Set or not: for texts, Odoo keeps both false and "" for nothing. */
function isSet(field: Field, name: string, set: boolean, at: string): Condition {
  if (isNumber(field)) refuse(at, `${name} is a number, which is never unset in Odoo`, { hint: "Compare it with 0." });
  if (field.type === "boolean") {
    refuse(at, `${name} is true or false, never unset`, { hint: 'Use "=" with true or false.' });
  }
  const leaf = (value: Json): Condition => ({ kind: "leaf", field: name, op: set ? "!=" : "=", value, at });
  const isText = ["char", "text", "html"].includes(field.type);
  return isText ? { kind: set ? "and" : "or", nodes: [leaf(false), leaf("")] } : leaf(false);
}
