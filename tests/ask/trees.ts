import fc from "fast-check";

/** A partner or order as read whole, in the forms that conditions speak of. */
export interface Whole {
  id: number;
  name: string;
  amount_total: number;
  state: string;
  /** The local day. */
  date_order: string;
  partner_id: number;
  /** Empty texts and false are both null. */
  client_order_ref: string | null;
  country: string | null;
}

/** A part of a `where`. */
export type Tree =
  | { field: string; op: string; value?: unknown }
  | { any: Tree[] }
  | { all: Tree[] }
  | { not: Tree };

/** Random trees over orders, with values that occur in them. */
export function trees(orders: Whole[]): fc.Arbitrary<Tree> {
  const one = <T>(values: T[]) => fc.constantFrom(...new Set(values));
  const day = one(orders.map(({ date_order }) => date_order));
  const amount = one(orders.map(({ amount_total }) => amount_total));
  const compare = fc.constantFrom("=", "!=", "<", "<=", ">", ">=");
  const leaf = (field: string, op: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>) =>
    fc.record({ field: fc.constant(field), op, value });
  const several = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 3 });
  const countries = one(orders.flatMap(({ country }) => country === null ? [] : [country]));
  const leaves: fc.Arbitrary<Tree> = fc.oneof(
    leaf("amount_total", compare, amount),
    leaf("amount_total", fc.constant("between"), fc.tuple(amount, amount).map((pair) => pair.sort((a, b) => a - b))),
    leaf("date_order", compare, day),
    leaf("date_order", fc.constant("between"), fc.tuple(day, day).map((pair) => pair.sort())),
    leaf("state", fc.constantFrom("in", "not_in"), several(one(orders.map(({ state }) => state)))),
    leaf("partner_id", fc.constantFrom("=", "!="), one(orders.map(({ partner_id }) => partner_id))),
    leaf(
      "name",
      fc.constantFrom("starts_with", "ends_with", "contains", "not_contains"),
      one(orders.map(({ name }) => name.slice(-2).toLowerCase())),
    ),
    leaf("partner_id.country_id.code", fc.constant("in"), several(countries)),
    leaf("id", fc.constantFrom("in", "not_in"), several(one(orders.map(({ id }) => id)))),
    fc.constantFrom({ field: "client_order_ref", op: "is_set" }, { field: "client_order_ref", op: "is_not_set" }),
  );
  return fc.letrec<{ tree: Tree }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 4 },
      leaves,
      fc.record({ any: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
      fc.record({ all: fc.array(tie("tree"), { minLength: 1, maxLength: 3 }) }),
      // A path is left out below "not": Odoo denies the path's end, not the path.
      fc.record({ not: leaves.filter((node) => !("field" in node && node.field.includes("."))) }),
    ),
  })).tree;
}

/** Whether an order fulfils a tree: what the words mean, told apart from how they are sent. */
export function fulfils(order: Whole, tree: Tree): boolean {
  if ("any" in tree) return tree.any.some((node) => fulfils(order, node));
  if ("all" in tree) return tree.all.every((node) => fulfils(order, node));
  if ("not" in tree) return !fulfils(order, tree.not);
  const key = tree.field === "partner_id.country_id.code" ? "country" : tree.field as keyof Whole;
  const actual = order[key];
  const { op, value } = tree;
  const text = String(actual).toLowerCase();
  // Numbers and ISO dates compare alike; neither is ever missing here.
  const size = actual as number;
  switch (op) {
    case "=":
      return actual === value;
    case "!=":
      return actual !== value;
    case "<":
      return size < (value as number);
    case "<=":
      return size <= (value as number);
    case ">":
      return size > (value as number);
    case ">=":
      return size >= (value as number);
    case "between": {
      const [low, high] = value as [number, number];
      return size >= low && size <= high;
    }
    case "in":
      return (value as unknown[]).includes(actual);
    case "not_in":
      return !(value as unknown[]).includes(actual);
    case "contains":
      return text.includes(value as string);
    case "not_contains":
      return !text.includes(value as string);
    case "starts_with":
      return text.startsWith(value as string);
    case "ends_with":
      return text.endsWith(value as string);
    case "is_set":
      return actual !== null;
    default:
      return actual === null;
  }
}
