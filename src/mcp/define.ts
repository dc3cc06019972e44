import type * as z from "zod";
import type { Odoo } from "../ask/mod.ts";
import type { Plan } from "../change/mod.ts";

/** What a tool may do at most; its Odoo refuses every Call beyond it, whatever the code does. */
export type Access = "read" | "write" | "destroy" | "act";

/** Named groups of tools an operator switches on and off. */
export type Toolset = "core" | "compat";

/** Numbers and patterns from the settings that tools obey. */
export interface ToolLimits {
  /** Most records one call may ask for. */
  rows: number;
  /** Most tokens one answer may take. */
  answerTokens: number;
  /** Changing more records than this needs confirmation in guarded mode. */
  guardedRows: number;
  /** Glob patterns over `model.method` that `run_action` may call beside the built-in list, and those it never may. */
  actions: { allow: string[]; deny: string[] };
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
  /** Resolves once the plan is confirmed, or at once where none is needed; else rejects, and nothing may be sent. */
  confirm(plan: Plan): Promise<void>;
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
