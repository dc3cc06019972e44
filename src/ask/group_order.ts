import { closest } from "../lib/closest.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";

/** One part of an order: a group, a measure or what is derived from one, by its key. */
export interface OrderPart {
  key: string;
  desc: boolean;
}

/** What groups may be ordered by. */
export interface OrderKeys {
  groups: readonly { key: string; granularity: string | null }[];
  /** Measures. */
  values: readonly string[];
  /** What is derived from them; only by its whole name. */
  derived?: readonly string[];
}

/**
 * Reads the order of groups: `"amount_total:sum desc"`, `"-amount_total:sum"`, several with commas. Without one, dates go
 * on in time and other groups by the first measure, the largest first. The groups end every order, so that equal ones keep
 * their places.
 */
export function parseGroupOrder(order: string | undefined, keys: OrderKeys): OrderPart[] {
  const { groups, values } = keys;
  const parts: OrderPart[] = [];
  if (order === undefined || order.trim() === "") {
    const inTime = groups[0] !== undefined && groups[0].granularity !== null;
    if (!inTime && groups.length > 0) parts.push({ key: values[0]!, desc: true });
  } else {
    for (const part of order.split(",")) parts.push(parseOrderPart(part, keys));
  }
  for (const { key } of groups) if (!parts.some((part) => part.key === key)) parts.push({ key, desc: false });
  return groups.length === 0 ? [] : parts;
}

function parseOrderPart(part: string, { groups, values, derived = [] }: OrderKeys): OrderPart {
  const [word = "", direction, ...rest] = part.trim().split(/\s+/);
  const signed = /^[-+]/.test(word);
  const name = signed ? word.slice(1) : word;
  const way = direction?.toLowerCase() ?? (word.startsWith("-") ? "desc" : "asc");
  const plain = [...groups.map(({ key }) => key), ...values];
  const keys = [...plain, ...derived];
  if (rest.length > 0 || (way !== "asc" && way !== "desc") || (signed && direction !== undefined)) {
    refuse("order", `${quote(part.trim())} is no key with asc or desc`, { hint: `Keys: ${keys.join(", ")}.` });
  }
  const found = plain.filter((key) => key.split(":")[0] === name || (name === "__count" && key === "count"));
  const exact = keys.find((key) => key === name) ?? (found.length === 1 ? found[0] : undefined);
  if (exact === undefined) {
    refuse("order", `${quote(name)} is ${found.length === 0 ? "no" : "more than one"} column of the answer`, {
      near: found.length === 0 ? closest(name, keys) : [],
      hint: `Order by ${keys.join(", ")}.`,
    });
  }
  return { key: exact, desc: way === "desc" };
}
