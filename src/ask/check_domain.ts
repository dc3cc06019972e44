import type { Json } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { type Calendar, ISO_CALENDAR, readCalendar } from "./calendar.ts";
import { betweenDates, compareDate, type DateField } from "./check_date.ts";
import { checkValue } from "./check_value.ts";
import { complement } from "./complement.ts";
import { needsCalendar } from "./dates.ts";
import { type Condition, flat, type Leaf, renamed } from "./domain.ts";
import { withExample } from "./example.ts";
import { isDate, isNumber, isSet, oneOf } from "./leaves.ts";
import { createFindByName, type FindByName } from "./names.ts";
import { FITS, LIKES, pattern, plainOperator } from "./operators.ts";
import { isMany, type Path, resolvePath } from "./path.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";
import { knownZone } from "./zone.ts";

/** Conditions that were checked. */
export interface Checked {
  condition: Condition;
  /** What names were taken for, where that is not plain. */
  notes: string[];
}

/**
 * Checks conditions against the model's fields before anything is sent, along dotted paths too, and makes them mean one
 * thing on every version: labels to values, names to ids, local dates to UTC, null to false, words to operators. Refuses
 * with `E004` naming the place, the reason, the closest names and an example that works. Odoo 14 drops a condition on a
 * field it can't search, and lets a user filter on fields they may not read; so only what `fields_get` shows may be used.
 *
 * What is unset, as Odoo means it: `!=`, `not in` and `not like` hold for it, comparisons don't; numbers are never unset,
 * and read 0. A condition through a path holds where some record at its end fulfils it, so one on the way that is unset
 * fulfils none, `!=` neither. `not` holds exactly where its condition does not ({@link complement}).
 */
export async function checkDomain(
  odoo: Odoo,
  model: string,
  condition: Condition,
  now = Date.now(),
): Promise<Checked> {
  const find = createFindByName(odoo);
  const checked = await new Check(odoo, find, now).node(model, condition);
  return { condition: checked, notes: find.notes };
}

class Check {
  readonly #odoo: Odoo;
  readonly #find: FindByName;
  readonly #now: number;
  #calendar: Promise<Calendar> | undefined;

  constructor(odoo: Odoo, find: FindByName, now: number) {
    this.#odoo = odoo;
    this.#find = find;
    this.#now = now;
  }

  async node(model: string, condition: Condition): Promise<Condition> {
    switch (condition.kind) {
      case "leaf":
        try {
          return await this.#leaf(model, condition);
        } catch (error) {
          throw await withExample(this.#odoo, model, condition, error);
        }
      case "not":
        return await complement(this.#odoo, model, await this.node(model, condition.node));
      case "any":
        return await this.#any(model, condition);
      default: {
        const nodes: Condition[] = [];
        for (const node of condition.nodes) nodes.push(await this.node(model, node));
        return flat(condition.kind, nodes);
      }
    }
  }

  async #any(model: string, condition: Condition & { kind: "any" }): Promise<Condition> {
    const { field, at } = condition;
    const { field: last } = await this.#search(model, field, at);
    if (last.relation === undefined) {
      const word = at.startsWith("domain") ? '"any"' : '"has" with conditions';
      refuse(at, `${word} needs a relation, and ${field} is a ${last.type} field`, { details: { field } });
    }
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
    const relation = await this.#fits(path, op === "=?" ? "=" : op, leaf);
    if (op === "between") return await this.#between(path, leaf);
    if (relation !== null) return await this.#related(relation, path, op === "=?" ? "=" : op, value, leaf);
    if (Array.isArray(value)) return await this.#list(path, name, op, value, at);
    return await this.#single(path, name, op === "=?" ? "=" : op, value, at);
  }

  async #search(model: string, name: string, at: string): Promise<Path> {
    const path = await resolvePath(this.#odoo, model, name, at);
    const blind = path.steps.find(({ field }) => !field.searchable);
    if (blind === undefined) return path;
    refuse(at, `${blind.model}.${blind.field.name} is computed at each read, so nothing can be searched by it`, {
      hint: blind.field.depends.length > 0
        ? `It is computed from ${blind.field.depends.slice(0, 5).join(", ")}: search by those.`
        : "Use a stored field.",
      details: { field: name },
    });
  }

  /** Refuses an operator that does not fit the type. Answers the model whose records are meant by ids or names, or null. */
  async #fits({ field, model }: Path, op: string, leaf: Leaf): Promise<string | null> {
    const isHierarchy = op === "child_of" || op === "parent_of";
    // Records under another are as good a question as those that belong to it.
    const relation = isHierarchy && field.name === "id" ? model : field.relation;
    const fitting = Object.hasOwn(FITS, field.type) ? FITS[field.type] : undefined;
    if (fitting !== undefined && !fitting.includes(op) && !(isHierarchy && relation === model)) {
      const allowed = fitting.length === 0 ? '["=", false] and ["!=", false]' : fitting.join(" ");
      refuse(leaf.at, `"${leaf.op}" does not fit ${leaf.field}, a ${field.type} field`, {
        hint: op === "has" ? `Use "=" with an id.` : `What fits: ${allowed}.`,
        details: { field: leaf.field },
      });
    }
    if (relation === undefined || LIKES.includes(op)) return null;
    if (isHierarchy) await this.#isHierarchy(relation, leaf);
    return relation;
  }

  async #isHierarchy(relation: string, leaf: Leaf): Promise<void> {
    const fields = await this.#odoo.fields(relation);
    if (fields.has("parent_id") || fields.has("parent_path")) return;
    refuse(leaf.at, `"${leaf.op}" needs records that stand below each other, and those of ${relation} don't`, {
      hint: 'Use "=" or "in".',
      details: { field: leaf.field },
    });
  }

  async #single(path: Path, name: string, op: string, value: Json, at: string): Promise<Condition> {
    const { field } = path;
    if (isDate(field)) {
      return this.#together(path, compareDate(await this.#date(path, name, value), op, value, at), at);
    }
    if (LIKES.includes(op)) return { kind: "leaf", field: name, op, value: pattern(value, at), at };
    if (op === "in" || op === "not in") return await this.#list(path, name, op, [value], at);
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
    const word = op === "=" ? "in" : op === "!=" ? "not in" : op;
    if (word !== "in" && word !== "not in") refuse(at, `"${op}" takes one value, not a list`);
    const { field } = path;
    if (isDate(field)) {
      const parts: Condition[] = [];
      const single = word === "in" ? "=" : "!=";
      for (const value of values) {
        parts.push(
          value === null || value === false
            ? { kind: "leaf", field: name, op: single, value: false, at }
            : await this.#single(path, name, single, value, at),
        );
      }
      return this.#together(path, { kind: word === "in" ? "or" : "and", nodes: parts }, at);
    }
    const checked = values.map((value, index) => checkValue(field, value, `${at} value ${index + 1}`));
    if (field.type === "boolean") return { kind: "leaf", field: name, op: word, value: checked, at };
    return this.#together(path, oneOf(name, word, checked, at), at);
  }

  /** Ids and names of related records, all as ids. */
  async #related(relation: string, path: Path, op: string, value: Json, leaf: Leaf): Promise<Condition> {
    const { field } = path;
    const { field: name, at } = leaf;
    const given = Array.isArray(value) ? value : [value];
    const isHierarchy = op === "child_of" || op === "parent_of";
    const names = given.filter((one) => typeof one === "string");
    const isList = given.length > 1 || Array.isArray(value);
    const rest = given.filter((one) => typeof one !== "string").map((one, index) =>
      checkValue(
        field.name === "id" ? { ...field, type: "many2one" } : field,
        one,
        isList ? `${at} value ${index + 1}` : at,
      )
    );
    if (isHierarchy && rest.includes(false)) {
      refuse(at, `"${leaf.op}" needs a record, and null is none`, { hint: 'For an empty field use "=" with null.' });
    }
    const wrong = names.findIndex((one) => one.trim() === "");
    if (wrong >= 0) refuse(at, `${field.name} leads to ${relation}, and "" is no id and no name`);
    const found = names.length === 0 ? [] : await this.#find.ids(relation, names, at);
    const ids = [...new Set([...rest, ...found])];
    const word = { "=": "in", "!=": "not in", has: "in" }[op] ?? op;
    if (isHierarchy) return { kind: "leaf", field: name, op, value: ids.length === 1 && !isList ? ids[0]! : ids, at };
    // As it was asked: one record stays one.
    if (!isList && ids.length === 1 && !isMany(field) && word !== op) {
      return { kind: "leaf", field: name, op, value: ids[0]!, at };
    }
    return this.#together(path, oneOf(name, word, ids, at), at);
  }

  async #between(path: Path, { field: name, value, at }: Leaf): Promise<Condition> {
    if (!Array.isArray(value) || value.length !== 2) {
      refuse(at, `"between" needs two values, and ${quote(value)} is not that`, {
        hint: "Write [first, last]; both are included.",
      });
    }
    const [first, last] = value as [Json, Json];
    if (isDate(path.field)) {
      return this.#together(path, betweenDates(await this.#date(path, name, value), first, last, at), at);
    }
    const [low, high] = [checkValue(path.field, first, at), checkValue(path.field, last, at)];
    if (low! > high!) refuse(at, `${low} is more than ${high}`, { hint: "Give the lower one first." });
    const nodes: Condition[] = [
      { kind: "leaf", field: name, op: ">=", value: low, at },
      { kind: "leaf", field: name, op: "<=", value: high, at },
    ];
    return this.#together(path, { kind: "and", nodes }, at);
  }

  /** Keeps the bounds of one value on one record: side by side, each may be met by another line of an x2many. */
  #together({ many }: Path, condition: Condition, at: string): Condition {
    if (many === null || condition.kind !== "and") return condition;
    return { kind: "any", field: many.before, negated: false, node: renamed(condition, many.after), at };
  }

  async #date({ field }: Path, name: string, value: Json): Promise<DateField> {
    const given = Array.isArray(value) ? value : [value];
    const isPeriod = given.some((one) => typeof one === "string" && needsCalendar(one));
    const calendar = isPeriod ? await (this.#calendar ??= readCalendar(this.#odoo)) : ISO_CALENDAR;
    return { field, name, zone: knownZone((await this.#odoo.user()).timeZone), now: this.#now, calendar };
  }
}
