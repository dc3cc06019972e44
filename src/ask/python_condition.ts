import type { Json } from "../lib/json.ts";
import type { Condition } from "./domain.ts";

/** Longest expression that is read; Odoo's own have some hundred characters. */
const LONGEST = 2000;

const TOKEN =
  /\s*(?:('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(-?\d+(?:\.\d+)?)|([A-Za-z_]\w*(?:\.\w+)*)|(==|!=|<=|>=|[<>()[\],]))/y;

/** What does not fit; the expression as a whole is then unknown. */
class Unreadable extends Error {}

type Operand = { field: string } | { value: Json };

/**
 * Reads the Python expressions in which Odoo 17 and later say when a part of a view is hidden:
 * `state not in ('draft', 'sent') or not locked`. Null for whatever says more than comparisons, `and`, `or`, `not`.
 */
export function parsePython(text: string): Condition | null {
  try {
    const parser = new PythonParser(tokens(text));
    const condition = parser.either();
    parser.end();
    return condition;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

function tokens(text: string): string[] {
  if (text.length > LONGEST) throw new Unreadable();
  const found: string[] = [];
  TOKEN.lastIndex = 0;
  for (let end = 0; text.slice(end).trim() !== ""; end = TOKEN.lastIndex) {
    const match = TOKEN.exec(text);
    if (match === null) throw new Unreadable();
    found.push(match[0].trim());
  }
  return found;
}

class PythonParser {
  #at = 0;
  #depth = 0;

  constructor(private readonly tokens: string[]) {}

  either(): Condition {
    if (++this.#depth > 30) throw new Unreadable();
    const nodes = [this.#both()];
    while (this.#take("or")) nodes.push(this.#both());
    this.#depth--;
    return nodes.length === 1 ? nodes[0]! : { kind: "or", nodes };
  }

  end(): void {
    if (this.#at < this.tokens.length) throw new Unreadable();
  }

  #both(): Condition {
    const nodes = [this.#negated()];
    while (this.#take("and")) nodes.push(this.#negated());
    return nodes.length === 1 ? nodes[0]! : { kind: "and", nodes };
  }

  #negated(): Condition {
    let isNot = false;
    while (this.#take("not")) isNot = !isNot;
    const node = this.#comparison();
    return isNot ? { kind: "not", node } : node;
  }

  #comparison(): Condition {
    if (this.#peek() === "(" && !this.#isTuple()) {
      this.#expect("(");
      const inner = this.either();
      this.#expect(")");
      return inner;
    }
    const left = this.#operand();
    const op = this.#operator();
    if (op === null) {
      if ("field" in left) return leaf(left.field, "!=", false);
      return { kind: left.value ? "and" : "or", nodes: [] };
    }
    const right = this.#operand();
    if ("field" in left && "value" in right) return leaf(left.field, op, right.value);
    // `'draft' == state` reads the other way round; two fields against each other are no leaf.
    if ("value" in left && "field" in right && (op === "=" || op === "!=")) return leaf(right.field, op, left.value);
    throw new Unreadable();
  }

  #operator(): string | null {
    if (this.#take("not")) {
      this.#expect("in");
      return "not in";
    }
    const token = this.#peek() ?? "";
    if (!["==", "!=", "<", "<=", ">", ">=", "in"].includes(token)) return null;
    this.#at++;
    return token === "==" ? "=" : token;
  }

  #operand(): Operand {
    const token = this.tokens[this.#at++];
    if (token === undefined) throw new Unreadable();
    if (token === "(" || token === "[") {
      const list: Json[] = [];
      const close = token === "(" ? ")" : "]";
      while (!this.#take(close)) {
        const item = this.#operand();
        if ("field" in item) throw new Unreadable();
        list.push(item.value);
        if (this.#peek() !== close) this.#expect(",");
      }
      return { value: list };
    }
    if (token === "True" || token === "False") return { value: token === "True" };
    if (token === "None") return { value: null };
    if (/^['"]/.test(token)) return { value: token.slice(1, -1).replace(/\\(.)/g, "$1") };
    if (/^[-\d]/.test(token)) return { value: Number(token) };
    if (/^(and|or|not|in|is|if|else|lambda|for)$/.test(token) || !/^[A-Za-z_]/.test(token)) throw new Unreadable();
    if (this.#peek() === "(") throw new Unreadable();
    return { field: token };
  }

  /** `('draft', 'sent')` is a value, `(state == 'draft')` a condition. */
  #isTuple(): boolean {
    return this.tokens[this.#at + 2] === ",";
  }

  #peek(): string | undefined {
    return this.tokens[this.#at];
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new Unreadable();
  }
}

function leaf(field: string, op: string, value: Json): Condition {
  return { kind: "leaf", field, op, value, at: "" };
}
