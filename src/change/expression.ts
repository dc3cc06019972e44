import type { Json } from "../lib/json.ts";

/** The value of a name, or undefined where it is not known. */
export type ValueOf = (name: string) => Json | undefined;

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?)|([A-Za-z_][\w.]*)|('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")|(==|!=|<=|>=|[<>()[\]{},:+-]))/y;
const CONSTANTS: Readonly<Record<string, Json>> = { True: true, False: false, None: null, true: true, false: false };
const MAX_DEPTH = 50;

/**
 * The value of one of the small Python expressions that Odoo's views and windows hold: literals, names, comparisons,
 * `in`, `and`, `or`, `not`. Undefined where it depends on a name that is not known, or is more than that.
 */
export function evaluate(text: string, valueOf: ValueOf): Json | undefined {
  try {
    const reader = new Reader(tokensOf(text), valueOf);
    return reader.whole();
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Python's truth of a value; undefined stays so. */
export function truth(value: Json | undefined): boolean | undefined {
  if (value === undefined) return undefined;
  if (Array.isArray(value)) return value.length > 0;
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return Boolean(value);
}

/** `a and b`, where one false decides whatever the other is. */
export function both(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  if (a === false || b === false) return false;
  return a === undefined || b === undefined ? undefined : true;
}

/** `not a`. */
export function not(a: boolean | undefined): boolean | undefined {
  return a === undefined ? undefined : !a;
}

/** `a or b`, where one true decides whatever the other is. */
export function either(a: boolean | undefined, b: boolean | undefined): boolean | undefined {
  return not(both(not(a), not(b)));
}

/** Compares as Odoo's domains and Python do; undefined for an operator that is not known or values of different kinds. */
export function compare(left: Json | undefined, operator: string, right: Json | undefined): boolean | undefined {
  if (left === undefined || right === undefined) return undefined;
  switch (operator) {
    case "=":
    case "==":
      return same(left, right);
    case "!=":
    case "<>":
      return !same(left, right);
    case "in":
      return Array.isArray(right) ? right.some((one) => same(left, one)) : undefined;
    case "not in":
      return not(compare(left, "in", right));
  }
  const ordered = typeof left === typeof right && (typeof left === "number" || typeof left === "string");
  if (!ordered || right === null) return undefined;
  switch (operator) {
    case "<":
      return left < right;
    case "<=":
      return left <= right;
    case ">":
      return left > right;
    case ">=":
      return left >= right;
  }
  return undefined;
}

/** Odoo's empty is false, whatever the type; JSON says equal by text. */
function same(left: Json, right: Json): boolean {
  const bare = (value: Json) => value === null ? false : value;
  return JSON.stringify(bare(left)) === JSON.stringify(bare(right));
}

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const found = TOKEN.exec(text);
    if (found === null) throw new SyntaxError("a character that is not known");
    tokens.push(found[0].trim());
  }
  return tokens;
}

class Reader {
  #at = 0;
  #depth = 0;

  constructor(readonly tokens: string[], readonly valueOf: ValueOf) {}

  whole(): Json | undefined {
    const value = this.#or();
    if (this.#at < this.tokens.length) throw new SyntaxError("more than one expression");
    return value;
  }

  #peek(): string {
    return this.tokens[this.#at] ?? "";
  }

  #take(token: string): boolean {
    if (this.#peek() !== token) return false;
    this.#at++;
    return true;
  }

  #expect(token: string): void {
    if (!this.#take(token)) throw new SyntaxError(`no ${token}`);
  }

  // Python answers one of the operands; only their truth is wanted here unless there is just one.
  #or(): Json | undefined {
    if (++this.#depth > MAX_DEPTH) throw new SyntaxError("too deep");
    let value = this.#and();
    while (this.#take("or")) value = either(truth(value), truth(this.#and()));
    this.#depth--;
    return value;
  }

  #and(): Json | undefined {
    let value = this.#not();
    while (this.#take("and")) value = both(truth(value), truth(this.#not()));
    return value;
  }

  #not(): Json | undefined {
    if (this.#take("not")) return not(truth(this.#not()));
    const left = this.#atom();
    const operator = this.#operator();
    return operator === null ? left : compare(left, operator, this.#atom());
  }

  #operator(): string | null {
    const token = this.#peek();
    if (["==", "!=", "<", "<=", ">", ">=", "in"].includes(token)) {
      this.#at++;
      return token;
    }
    if (token !== "not" || this.tokens[this.#at + 1] !== "in") return null;
    this.#at += 2;
    return "not in";
  }

  #atom(): Json | undefined {
    const token = this.#peek();
    this.#at++;
    if (/^\d/.test(token)) return Number(token);
    if (token === "-") {
      const value = this.#atom();
      return typeof value === "number" ? -value : undefined;
    }
    if (/^['"]/.test(token)) return token.slice(1, -1).replace(/\\(.)/g, "$1");
    if (token === "[") return this.#list("]");
    if (token === "{") return this.#object();
    if (token === "(") {
      const list = this.#list(")");
      // `(a)` is a itself, `(a,)` a tuple of one.
      return list?.length === 1 && this.tokens[this.#at - 2] !== "," ? list[0] : list;
    }
    if (!/^[A-Za-z_]/.test(token)) throw new SyntaxError("no value");
    return Object.hasOwn(CONSTANTS, token) ? CONSTANTS[token] : this.valueOf(token);
  }

  #list(closing: string): Json[] | undefined {
    const items: (Json | undefined)[] = [];
    while (!this.#take(closing)) {
      items.push(this.#or());
      if (this.#peek() !== closing) this.#expect(",");
    }
    return items.every((item) => item !== undefined) ? items : undefined;
  }

  #object(): Json | undefined {
    const pairs: [string, Json | undefined][] = [];
    while (!this.#take("}")) {
      const key = this.#or();
      this.#expect(":");
      if (typeof key !== "string") throw new SyntaxError("a key that is no text");
      pairs.push([key, this.#or()]);
      if (this.#peek() !== "}") this.#expect(",");
    }
    // An entry that is not known is left out: the others still count.
    return Object.fromEntries(pairs.flatMap(([key, value]) => value === undefined ? [] : [[key, value]]));
  }
}
