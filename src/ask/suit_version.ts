import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { along } from "./along.ts";
import { type Condition, flat, type Leaf, renamed, toDomain } from "./domain.ts";
import { SINCE } from "./operators.ts";
import { isMany, type Path, resolvePath } from "./path.ts";
import { isNumber } from "./leaves.ts";
import { refuse } from "./refuse.ts";
import { guarded, onlyWhereSet, suitNumber, suitProperty, unset } from "./suit_leaf.ts";
import { suitText } from "./suit_text.ts";

/** Conditions as an Odoo of some version takes them. */
export interface Suited {
  condition: Condition;
  /** What had to be looked up first, for the reader. */
  notes: string[];
}

/** Most related records that are looked up for one condition. */
const MOST_RECORDS = 5000;
/** Most look-ups of one question. */
const MOST_LOOKUPS = 10;

/**
 * Rewrites checked conditions for the versions that lack something, so that they mean the same on all:
 * - `any` (17): a path where that says the same, else the related records are looked up first (one request each);
 * - `not =like` (19): `!` before `=like`, or unset;
 * - numbers, texts, company-dependent fields, ends of paths: {@link suitNumber}, {@link suitText}, {@link suitProperty},
 *   {@link onlyWhereSet};
 * - to 16, `not in` on a one2many finds nothing once one of the ids has no parent (`NOT IN` with a NULL).
 * What stays as the version has it: to 18 a path goes through all records of an x2many, also those that its own domain
 * hides (`invoice_line_ids` leads to tax lines, too).
 */
export async function suitVersion(
  odoo: Odoo,
  model: string,
  condition: Condition,
  context: JsonObject,
): Promise<Suited> {
  if (condition.kind === "and" && condition.nodes.length === 0) return { condition, notes: [] };
  const { major, text } = await odoo.version();
  const suit = new Suit(odoo, major, text, context);
  return { condition: await suit.node(model, condition), notes: suit.notes };
}

class Suit {
  readonly #odoo: Odoo;
  readonly #major: number;
  readonly #version: string;
  readonly #context: JsonObject;
  readonly notes: string[] = [];

  constructor(odoo: Odoo, major: number, version: string, context: JsonObject) {
    this.#odoo = odoo;
    this.#major = major;
    this.#version = version;
    this.#context = context;
  }

  /** `unsetAnyway` names what may be unset as well, by a condition that stands beside this one. */
  async node(model: string, condition: Condition, unsetAnyway: ReadonlySet<string> = NONE): Promise<Condition> {
    switch (condition.kind) {
      case "leaf":
        return await this.#leaf(model, condition, unsetAnyway);
      case "any":
        return await this.#any(model, condition);
      case "not":
        return { kind: "not", node: await this.node(model, condition.node) };
      default: {
        const nodes: Condition[] = [];
        const unset = condition.kind === "or" ? unsetOnes(condition.nodes) : NONE;
        // One after the other: each may look something up, and a look-up too many ends it.
        for (const node of condition.nodes) nodes.push(await this.node(model, node, unset));
        return flat(condition.kind, nodes);
      }
    }
  }

  async #leaf(model: string, leaf: Leaf, unsetAnyway: ReadonlySet<string>): Promise<Condition> {
    if (this.#lacks(leaf.op)) return await this.#notLike(model, leaf);
    if (this.#major >= 19) return leaf;
    const path = await resolvePath(this.#odoo, model, leaf.field, leaf.at);
    const { type } = path.field;
    if (this.#major < 17 && type === "one2many" && leaf.op === "not in") return await this.#noneOf(path, leaf);
    const suited = isNumber(path.field)
      ? suitNumber(path.field, leaf)
      : type === "char" || type === "text"
      ? await suitText(this.#odoo, this.#major, path, leaf)
      : suitProperty(path.field, leaf);
    if (path.many === null) return onlyWhereSet(path, suited, unsetAnyway);
    return suited.kind === "leaf" ? suited : await this.#ofOne(model, path.many, suited, leaf.at);
  }

  async #notLike(model: string, leaf: Leaf): Promise<Condition> {
    const path = await resolvePath(this.#odoo, model, leaf.field, leaf.at);
    const like = (field: string): Condition => ({
      kind: "or",
      nodes: [{ kind: "not", node: { ...leaf, field, op: leaf.op.slice("not ".length) } }, unset(leaf, field)],
    });
    if (path.steps.length === 1) return like(leaf.field);
    const [before, after] = [beforeLast(leaf.field), path.field.name];
    return await this.#any(model, { kind: "any", field: before, negated: false, node: like(after), at: leaf.at });
  }

  /** Conditions on the field at the end of a path through an x2many, which one and the same record must fulfil. */
  async #ofOne(model: string, many: NonNullable<Path["many"]>, condition: Condition, at: string): Promise<Condition> {
    const { before: field, after } = many;
    const node = renamed(condition, after);
    const path = await resolvePath(this.#odoo, model, field, at);
    return along(field, false, node, at) ?? await this.#lookUp(path, { kind: "any", field, negated: false, node, at });
  }

  async #noneOf(path: Path, leaf: Leaf): Promise<Condition> {
    const { relation, inverse } = path.field;
    const ids = Array.isArray(leaf.value) ? leaf.value : [];
    if (relation === undefined || inverse === undefined || ids.length === 0) return leaf;
    if ((await this.#odoo.fields(relation)).get(inverse)?.required === true) return leaf;
    const node: Condition = { kind: "leaf", field: "id", op: "in", value: ids, at: leaf.at };
    return await this.#lookUp(path, { kind: "any", field: leaf.field, negated: true, node, at: leaf.at });
  }

  async #any(model: string, condition: Condition & { kind: "any" }): Promise<Condition> {
    const path = await resolvePath(this.#odoo, model, condition.field, condition.at);
    const node = await this.node(path.field.relation ?? path.model, condition.node);
    if (!this.#lacks(condition.negated ? "not any" : "any")) return { ...condition, node };
    const single = isSingle(path);
    const through = condition.negated ? null : along(condition.field, single, node, condition.at);
    if (through !== null) return single ? guarded(through, condition.field) : through;
    return await this.#lookUp(path, { ...condition, node });
  }

  #lacks(op: string): boolean {
    return Object.hasOwn(SINCE, op) && this.#major < SINCE[op]!;
  }

  async #lookUp(path: Path, { field, negated, node, at }: Condition & { kind: "any" }): Promise<Condition> {
    const relation = path.field.relation!;
    const tooMuch = (reason: string): never =>
      refuse(at, reason, {
        code: "E013",
        hint: `Search ${relation} itself instead, reading ${
          path.field.inverse ?? "what leads back"
        } with dotted fields.`,
      });
    if (this.notes.length >= MOST_LOOKUPS) {
      tooMuch(`Odoo ${this.#version} does not know "any", and more than ${MOST_LOOKUPS} look-ups stand in for it`);
    }
    // A one2many's NOT IN meets the parents of those found, and fails over a parent that is not there.
    const { inverse } = path.field;
    const hasParent: Json[] = negated && path.field.type === "one2many" && inverse !== undefined
      ? [[inverse, "!=", false]]
      : [];
    const found = await this.#odoo.call(relation, "search", {
      params: { domain: [...toDomain(node), ...hasParent], limit: MOST_RECORDS + 1, order: "id" },
      context: this.#context,
    });
    const ids: Json[] = Array.isArray(found) ? found : [];
    if (ids.length > MOST_RECORDS) {
      tooMuch(
        `Odoo ${this.#version} does not know "any", so ${relation} was looked up first: more than ${MOST_RECORDS} fit`,
      );
    }
    this.notes.push(`${ids.length} ${relation} of ${field} were looked up first: this Odoo has no "any".`);
    return { kind: "leaf", field, op: negated ? "not in" : "in", value: ids, at };
  }
}

/** Whether a path leads to one record at most. */
function isSingle({ steps }: Path): boolean {
  return steps.every(({ field }) => !isMany(field));
}

function beforeLast(path: string): string {
  return path.slice(0, path.lastIndexOf("."));
}

const NONE: ReadonlySet<string> = new Set();

function unsetOnes(nodes: Condition[]): ReadonlySet<string> {
  return new Set(
    nodes.flatMap((one) => one.kind === "leaf" && one.op === "=" && one.value === false ? [one.field] : []),
  );
}
