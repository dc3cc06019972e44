/** A JSON text read with the place of each key, so that a message can say in which line a setting stands. */
export type JsonText =
  | {
    value: unknown;
    /** The line (from 1) of each key by its path, joined with dots. */
    lines: Map<string, number>;
  }
  /** What is wrong and where; never a piece of the text, which may hold secrets. */
  | { problem: string };

/** Deeper than any setting goes; keeps a hostile file from exhausting the stack. */
const MAX_DEPTH = 32;

/**
 * Reads strict JSON. `JSON.parse` would not do: it quotes the text around a mistake (perhaps a password), gives no
 * place for many mistakes, and silently takes the last of two equal keys.
 */
export function readJson(text: string): JsonText {
  const reader = new Reader(text.replace(/^\uFEFF/, ""));
  try {
    const value = reader.document();
    return { value, lines: reader.lines };
  } catch (error) {
    if (error instanceof Mistake) return { problem: `${error.message} in ${reader.place(error.at)}` };
    throw error;
  }
}

class Mistake extends Error {
  constructor(message: string, readonly at: number) {
    super(message);
  }
}

class Reader {
  readonly lines = new Map<string, number>();
  #at = 0;

  constructor(readonly text: string) {}

  document(): unknown {
    this.#space();
    if (this.#at === this.text.length) throw new Mistake("the file is empty; write {} for no settings,", 0);
    const value = this.#value("", 0);
    this.#space();
    if (this.#at < this.text.length) throw this.#mistake("there is more after the end of the object");
    return value;
  }

  place(at: number): string {
    const before = this.text.slice(0, at).split("\n");
    return `line ${before.length}, column ${before.at(-1)!.length + 1}`;
  }

  #value(path: string, depth: number): unknown {
    if (depth > MAX_DEPTH) throw this.#mistake("it is nested too deeply");
    const char = this.text[this.#at];
    if (char === "{") return this.#object(path, depth);
    if (char === "[") return this.#list(path, depth);
    if (char === '"') return this.#string();
    const word = this.#match(/true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y);
    if (word === "" || /[\w.]/.test(this.text[this.#at] ?? "")) {
      throw this.#mistake("a value is expected (texts stand in double quotes)");
    }
    return JSON.parse(word);
  }

  #object(path: string, depth: number): unknown {
    // Without a prototype, so that a key called __proto__ is a key like any other.
    const object: Record<string, unknown> = Object.create(null);
    this.#items("}", () => {
      if (this.text[this.#at] !== '"') throw this.#mistake("a key in double quotes is expected");
      const at = this.#at;
      const key = this.#string();
      if (key in object) throw new Mistake("a key stands twice in its object", at);
      const inner = path === "" ? key : `${path}.${key}`;
      this.lines.set(inner, this.text.slice(0, at).split("\n").length);
      this.#space();
      if (this.text[this.#at] !== ":") throw this.#mistake("a colon is expected after the key");
      this.#at++;
      this.#space();
      object[key] = this.#value(inner, depth + 1);
    });
    return object;
  }

  #list(path: string, depth: number): unknown[] {
    const list: unknown[] = [];
    this.#items("]", () => list.push(this.#value(path, depth + 1)));
    return list;
  }

  #items(end: string, item: () => void): void {
    this.#at++;
    this.#space();
    if (this.text[this.#at] === end) {
      this.#at++;
      return;
    }
    while (true) {
      item();
      this.#space();
      const char = this.text[this.#at];
      if (char !== "," && char !== end) throw this.#mistake(`a comma or ${end} is expected`);
      this.#at++;
      if (char === end) return;
      this.#space();
      if (this.text[this.#at] === end) throw this.#mistake("a comma stands before the end");
    }
  }

  #string(): string {
    const at = this.#at;
    const literal = this.#match(/"(?:[^"\\]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y);
    if (literal === "") throw this.#mistake("a text does not end, or has an unknown escape (write \\\\ for \\),");
    // `\p{Cc}` would also refuse U+007F to U+009F, which JSON allows.
    if ([...literal].some((char) => char < " ")) {
      throw new Mistake("a line break or tab stands in the text that begins", at);
    }
    return JSON.parse(literal);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #space(): void {
    this.#match(/[ \t\r\n]*/y);
    if (this.text.startsWith("//", this.#at) || this.text.startsWith("/*", this.#at)) {
      throw this.#mistake("comments are not part of JSON: one stands");
    }
  }

  #mistake(message: string): Mistake {
    return new Mistake(this.#at >= this.text.length ? "the file ends too early" : message, this.#at);
  }
}
