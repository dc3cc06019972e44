import type { Odoo } from "../ask/mod.ts";
import type { Caller, Limits, PlanTokens } from "../guard/mod.ts";
import type { JsonObject } from "../lib/json.ts";
import type { Sealer } from "../lib/sealer.ts";
import type { Tracer } from "../lib/trace.ts";
import type { Store } from "../lib/store/store.ts";
import type { ConfirmSetting } from "./confirm.ts";
import type { Access, Tool, ToolLimits } from "./define.ts";
import { envelope, keyedEnvelope } from "./fields.ts";
import { toJsonSchema } from "./json_schema.ts";

/** What a tool call is known by, to whoever writes down what callers do. */
export interface ToolCall {
  /** No two calls have the same. */
  request: string;
  tool: string;
  /** The program that asks, as it names itself; "" where it does not. */
  client: string;
}

/** One finished tool call, for metrics, the log and the audit. */
export interface ToolOutcome extends ToolCall {
  instance: string;
  caller: Caller;
  /** `ok`, an error code, or `cancelled`. */
  code: string;
  /** Milliseconds from arguments to answer. */
  ms: number;
  /** About how many tokens the answer's text has; 0 where there is none. */
  tokens: number;
}

/** Who wants to know of changes. */
export interface Changes {
  /** Tells each change of records until the answer is called. `place` is what {@link Backend.place} answers. */
  listen(listener: (changed: { place: string; model: string; ids: readonly number[] }) => void): () => void;
}

/** What the rest of the program gives this room: Odoos by name, and a place to tell what happened. */
export interface Backend {
  /** Names of the Instances that this caller may name, the default first. Empty where none is configured. */
  instances(caller: Caller): string[];
  /**
   * The Instance as this caller, refusing whatever goes beyond `access`. Throws `E001` where none is configured. `call` is
   * absent where no tool asks (resources, prompts, completions).
   */
  odoo(instance: string, caller: Caller, access: Access, signal: AbortSignal, call?: ToolCall): Odoo;
  /** What an Instance really is: its name, address and database. Tokens and keys hold for the same one only. */
  place(instance: string, caller: Caller): string;
  /** What is changed through this process. */
  changes: Changes;
  /** The Instance's own part of what outlives this process, as far as the settings allow. */
  store(instance: string, caller: Caller): Store;
  /** Called once for each tool call, before it is answered. Never rejects. */
  record(outcome: ToolOutcome): Promise<void>;
  /** Writes an unexpected error to the log and answers the reference clients are given. */
  report(error: unknown): string;
}

/**
 * Everything a server is made from, as one role sees it. Built once for the process and role; the SDK's servers come and
 * go on top of it.
 */
export interface Surface {
  name: string;
  version: string;
  instructions: string;
  /** Tools by every name that may be called, aliases included. */
  callable: ReadonlyMap<string, Tool>;
  /** The tools that are listed, in order. */
  listed: readonly Tool[];
  /** Tools that others may call, by name, with the rule that keeps this role from them. */
  closed: ReadonlyMap<string, string>;
  mode: string;
  confirm: ConfirmSetting;
  planTokens: PlanTokens;
  sealer: Sealer;
  limits: ToolLimits;
  /** Follows each tool call. */
  tracer: Tracer;
  /** Milliseconds a tool may take in all. */
  toolMs: number;
  /** Counts each call; what it answers ends the call. Throws `E006` and `E014`. */
  often: Limits;
  /** Lists as columns and rows, or as objects for programs. */
  shape: "table" | "records";
  backend: Backend;
  features: { charts: boolean; resources: boolean; prompts: boolean };
  /** Calls that are being answered now; a shutdown waits for them. */
  inFlight: Set<Promise<unknown>>;
}

/** The `tools/list` entry of a tool. */
export function listing(tool: Tool, instances: string[]): JsonObject & { name: string } {
  const inputSchema = toJsonSchema(tool.input, "input");
  const properties = { ...inputSchema.properties as JsonObject };
  if (tool.access === "read") properties.max_tokens = { type: "integer" };
  else Object.assign(properties, tool.keyed === true ? keyedEnvelope : envelope);
  if (instances.length > 1) properties.instance = { type: "string", enum: instances };
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { ...inputSchema, properties },
    outputSchema: toJsonSchema(tool.output, "output"),
    annotations: annotations(tool),
  };
}

function annotations(tool: Tool): JsonObject {
  const reads = tool.access === "read";
  return {
    readOnlyHint: reads,
    destructiveHint: tool.access === "destroy" || tool.access === "act",
    idempotentHint: reads || tool.idempotent === true,
    openWorldHint: tool.access === "act",
  };
}
