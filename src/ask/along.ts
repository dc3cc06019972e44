import type { Condition } from "./domain.ts";

/**
 * "Some related record fulfils `node`" as conditions along the path. Null where a path can't say it: two conditions
 * through an x2many may each be met by another record.
 */
export function along(field: string, single: boolean, node: Condition, at: string): Condition | null {
  const exists: Condition = { kind: "leaf", field, op: "!=", value: false, at };
  switch (node.kind) {
    case "leaf":
      return { ...node, field: `${field}.${node.field}` };
    case "not":
      return single && node.node.kind === "leaf"
        ? {
          kind: "and",
          nodes: [exists, { kind: "not", node: { ...node.node, field: `${field}.${node.node.field}` } }],
        }
        : null;
    case "any":
      return null;
    default: {
      if (node.kind === "and" && node.nodes.length === 0) return exists;
      if (node.kind === "and" && node.nodes.length > 1 && !single) return null;
      const nodes = node.nodes.map((one) => along(field, single, one, at));
      return nodes.some((one) => one === null) ? null : { kind: node.kind, nodes: nodes as Condition[] };
    }
  }
}
