/** What is done to the records of a model, by a Call or from within another model's values. */
export type Verb = "read" | "create" | "write" | "unlink" | "act";

/** Patterns are globs: `sale.*`; deny wins. */
interface Lists {
  /** Over the model's name. An empty `allow` means all models. */
  readonly models: { readonly allow: readonly string[]; readonly deny: readonly string[] };
  /** Over `model.method`. */
  readonly actions: { readonly allow: readonly string[]; readonly deny: readonly string[] };
}

/** What an operator allows, on top of the floor that nothing opens. Of `actions` only what `allow` names may be run. */
export interface PolicyRules extends Lists {
  readonly mode: "read-only" | "guarded" | "open";
  /** Over `model.field`: `hide`, what nobody sees or writes; `mask`, what is answered as a pseudonym (see `masks.ts`). */
  readonly fields: { readonly hide: readonly string[]; readonly mask?: readonly string[] };
  /** The caller's role, which may only narrow all this. */
  readonly role?: Role;
}

/** What a role may do, within what the operator's settings allow. Every entry narrows; an empty list does not. */
export interface Role extends Lists {
  readonly name: string;
  /** What it may do to records. */
  readonly verbs: readonly Verb[];
  /** Only these tools, by name. */
  readonly tools: readonly string[];
  readonly toolsets: readonly string[];
  readonly fields: { readonly hide: readonly string[]; readonly mask: readonly string[] };
  /** Names of Instances. */
  readonly instances: readonly string[];
  /** Ids of companies. */
  readonly companies: readonly number[];
  /** Most rows in one answer. */
  readonly rows: number;
  readonly mode: PolicyRules["mode"];
}
