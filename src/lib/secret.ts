const STARS = "********";

/**
 * A password, key or token that prints as stars wherever it ends up: string templates, JSON, `console.log`.
 * Only {@link Secret.reveal} gives the text, so a search for `reveal(` finds every use.
 */
export class Secret {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret itself. Call it only where it goes on the wire or into a hash. */
  reveal(): string {
    return this.#text;
  }

  toString(): string {
    return STARS;
  }

  toJSON(): string {
    return STARS;
  }

  [Symbol.for("Deno.customInspect")](): string {
    return STARS;
  }
}
