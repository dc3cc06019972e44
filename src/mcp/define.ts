import type * as z from "zod";
import type { Odoo } from "../ask/mod.ts";
import type { ChangeOptions } from "../change/mod.ts";

/** What a tool may do at most; its Odoo refuses every Call beyond it, whatever the code does. */
export type Access = "read" | "write" | "destroy" | "act";

/** Named groups of tools an operator switches on and off. */
export type Toolset = "core" | "messaging" | "compat";

/** Numbers and patterns from the settings that tools obey. */
export interface ToolLimits {
  /** Most records one call may ask for. */
  rows: number;
  /** Most tokens one answer may take. */
  answerTokens: number;
  /** Changing more records than this needs confirmation in guarded mode. */
  guardedRows: number;
  /** How long before-images are kept, in s; 0 where undo is off. */
  undoKeepS: number;
  /** Whether a status may be written like any other field. */
  writeStatus: boolean;
  /** Glob patterns over `model.method` that `run_action` may call beside the built-in list, and those it never may. */
  actions: { allow: string[]; deny: string[] };
  /** Names of tools that an operator has switched off one by one. */
  excluded: readonly string[];
}

/** The limits in the words of `ask`. */
export function selectLimits(limits: ToolLimits): { maxRows: number; maxTokens: number } {
  return { maxRows: limits.rows, maxTokens: limits.answerTokens };
}

/** What a tool's function gets beside its arguments. */
export interface ToolContext {
  /** The chosen Instance as this caller, bound to this call's deadline and cancellation. */
  odoo: Odoo;
  /** Names of all configured Instances, the default first. */
  instances: string[];
  /** `read-only`, `guarded` or `open`. */
  mode: string;
  /** Names of the tools the caller may call, aliases among them. */
  tools: ReadonlySet<string>;
  limits: ToolLimits;
  /** Tells the client how far long work is; throttled, and dropped where nobody asked for it. */
  progress(done: number, total?: number, message?: string): void;
  /**
   * The same, for work that has to come to its end tidily although the client has gone away: bound to another signal, for
   * which whoever asks is answerable.
   */
  odooUntil(signal: AbortSignal): Odoo;
  /** How long this call may take, in ms. */
  ms: number;
  /** What every changing function takes; its envelope (`dry_run`, `plan`, `idempotency_key`) is already in it. */
  change: ChangeOptions;
}

/** One tool as data. */
export interface Tool<Input = unknown> {
  /** Verb first, snake_case. Public: once released it keeps working. */
  name: string;
  title: string;
  /** What it is for and what it answers, for a model that has read nothing else. */
  description: string;
  access: Access;
  toolset: Toolset;
  /** Whether it takes `idempotency_key`: it creates or sends, so that a repeat would do it twice. */
  keyed?: boolean;
  /** Whether the same call twice leaves the same state. Reading always does. */
  idempotent?: boolean;
  input: z.ZodType<Input>;
  output: z.ZodType;
  /** Words of other servers for this tool's arguments, accepted silently: `{ record_id: "ids" }`. */
  words?: Record<string, string>;
  /** The tool this one is another name for: callable as long as that one is, listed only in toolset `compat`. */
  aliasOf?: string;
  run(input: Input, context: ToolContext): Promise<object>;
}

/** Declares a tool, inferring its input type from the schema. */
export function defineTool<Input>(tool: Tool<Input>): Tool {
  return tool as Tool<unknown>;
}
