import type { Odoo } from "../odoo/mod.ts";
import { type Condition, flat, type Leaf } from "./domain.ts";
import { OPPOSITE_COMPARISONS, OPPOSITES } from "./operators.ts";
import { isMany, type Path, resolvePath } from "./path.ts";

/**
 * The condition that holds exactly where a checked one does not. Odoo to 18 denies the end of a path (`!` before
 * `order_line.product_id = 5` finds orders with another product in some line) and loses what is unset (`!` before
 * `date > x`); 19 does neither. So `!` goes out only before operators that have no opposite, where all versions agree.
 * A record that the path leads to but this user can't see fits neither side.
 */
export async function complement(odoo: Odoo, model: string, condition: Condition): Promise<Condition> {
  switch (condition.kind) {
    case "not":
      return condition.node;
    case "leaf": {
      const path = await resolvePath(odoo, model, condition.field, condition.at);
      return around(path, condition, () => opposite(path, condition));
    }
    case "any": {
      const path = await resolvePath(odoo, model, condition.field, condition.at);
      return around(path, condition, () => ({ ...condition, negated: !condition.negated }));
    }
    default: {
      const nodes = await Promise.all(condition.nodes.map((node) => complement(odoo, model, node)));
      return flat(condition.kind === "and" ? "or" : "and", nodes);
    }
  }
}

/** Denies what a path leads to: something on the way is unset, or no record of an x2many fulfils the rest, or the end. */
function around(path: Path, condition: Leaf | (Condition & { kind: "any" }), end: () => Condition): Condition {
  const { at } = condition;
  const nodes: Condition[] = [];
  for (const [index, { field }] of path.steps.slice(0, -1).entries()) {
    const way = path.steps.slice(0, index + 1).map((step) => step.field.name).join(".");
    if (isMany(field)) {
      const rest = path.steps.slice(index + 1).map((step) => step.field.name).join(".");
      nodes.push({ kind: "any", field: way, negated: true, node: { ...condition, field: rest }, at });
      return flat("or", nodes);
    }
    if (!field.required) nodes.push({ kind: "leaf", field: way, op: "=", value: false, at });
  }
  nodes.push(end());
  return flat("or", nodes);
}

function opposite({ field }: Path, leaf: Leaf): Condition {
  if (Object.hasOwn(OPPOSITES, leaf.op)) return { ...leaf, op: OPPOSITES[leaf.op]! };
  const flipped = Object.hasOwn(OPPOSITE_COMPARISONS, leaf.op) ? OPPOSITE_COMPARISONS[leaf.op]! : null;
  const other: Condition = flipped === null ? { kind: "not", node: leaf } : { ...leaf, op: flipped };
  // A number that is unset counts as 0, and a list of records is never unset.
  const isUnset = !field.required && !["integer", "float", "monetary"].includes(field.type) && !isMany(field);
  return isUnset ? { kind: "or", nodes: [other, { ...leaf, op: "=", value: false }] } : other;
}
