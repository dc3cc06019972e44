import { estimateTokens } from "../ask/mod.ts";
import { type ChangeOptions, createUndoKeeper } from "../change/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import type { SpanContext } from "../lib/trace.ts";
import { type Caller, missingScope } from "../guard/mod.ts";
import { parseArguments } from "./arguments.ts";
import { inTime } from "./clock.ts";
import { AskPerson, confirmWith, offerPlan } from "./confirm.ts";
import type { Tool } from "./define.ts";
import type { Surface, ToolOutcome } from "./surface.ts";
import { toRecords, toText } from "./text.ts";

/** One request for a tool, freed of the SDK's types. */
export interface ToolRequest {
  tool: Tool;
  arguments: unknown;
  caller: Caller;
  /** What the client calls itself; "" where it does not say. */
  client: string;
  /** Aborts when the client cancels or goes away. */
  signal: AbortSignal;
  /** The span it belongs to at the client (`traceparent`), if any. */
  parent?: SpanContext | null;
  canAsk: boolean;
  answer?: { accepted: boolean; state: string } | undefined;
  progress(done: number, total?: number, message?: string): void;
}

/** What a tool call comes to: an answer, an error for the agent, or a question to a person. */
export type ToolAnswer =
  | { kind: "answer"; structured: JsonObject; text: string; tokens: number }
  | { kind: "failure"; failure: Failure }
  | { kind: "ask"; ask: AskPerson };

/** Runs one tool call: arguments, Instance, clock, confirmation. The only `try` around a tool; it never rejects. */
export function runTool(surface: Surface, request: ToolRequest): Promise<ToolAnswer> {
  const { tool, caller, parent = null } = request;
  return surface.tracer.span(
    {
      name: `tools/call ${tool.name}`,
      kind: "server",
      parent,
      attributes: { "mcp.method.name": "tools/call", "gen_ai.tool.name": tool.name, "odoo_mcp.caller": caller.kind },
    },
    () => runUnseen(surface, request),
    (result) => ({ error: "value" in result && result.value.kind === "failure" ? result.value.failure.code : null }),
  );
}

async function runUnseen(surface: Surface, request: ToolRequest): Promise<ToolAnswer> {
  const started = performance.now();
  let instance = "";
  let leave = () => {};
  const call = {
    request: crypto.randomUUID(),
    tool: request.tool.aliasOf ?? request.tool.name,
    client: request.client,
  };
  const answer = await attempt().finally(() => leave());
  const code = answer.kind === "failure" ? answer.failure.code : answer.kind === "ask" ? "E010" : "ok";
  const ms = performance.now() - started;
  await surface.backend.record({
    ...call,
    instance,
    caller: request.caller,
    code: request.signal.aborted ? "cancelled" : code,
    ms,
    tokens: answer.kind === "answer" ? answer.tokens : 0,
  });
  return answer;

  async function attempt(): Promise<ToolAnswer> {
    try {
      refuseMissingScope(request);
      const { own, rest } = splitArguments(request);
      const input = parseArguments(request.tool, rest);
      instance = chooseInstance(surface, request, own.instance);
      // A dry run gets an Odoo that refuses every change, whatever the tool's code does.
      const access = own.dry_run ? "read" : request.tool.access;
      leave = await surface.often.enter(request.caller, { instance, access });
      const clock = { signal: request.signal, toolMs: surface.toolMs, retryable: request.tool.access === "read" };
      const odooUntil = (signal: AbortSignal) => surface.backend.odoo(instance, request.caller, access, signal, call);
      const result = await inTime(clock, (signal) =>
        request.tool.run(input, {
          odoo: odooUntil(signal),
          odooUntil,
          ms: surface.toolMs,
          instances: surface.backend.instances(request.caller),
          mode: surface.mode,
          tools: new Set(surface.callable.keys()),
          limits: own.max_tokens === undefined
            ? surface.limits
            : { ...surface.limits, answerTokens: Math.min(own.max_tokens, surface.limits.answerTokens) },
          progress: request.progress,
          change: changeOptions(surface, request, instance, { own, rest }),
        }));
      // Answers are plain data; the round trip drops `undefined`, which JSON can't say and output schemas refuse.
      const plain: JsonObject = JSON.parse(JSON.stringify(result));
      const text = toText(plain);
      const tokens = refuseHuge(text, Math.min(own.max_tokens ?? Infinity, surface.limits.answerTokens));
      return { kind: "answer", structured: surface.shape === "records" ? toRecords(plain) : plain, text, tokens };
    } catch (error) {
      if (error instanceof AskPerson) return { kind: "ask", ask: error };
      return { kind: "failure", failure: toFailure(error) };
    }
  }

  function toFailure(error: unknown): Failure {
    if (error instanceof Failure) return error;
    if (request.signal.aborted) return new Failure("E007", "The request was cancelled");
    const reference = surface.backend.report(error);
    return new Failure("E999", "Something went wrong inside this server", {
      hint: `Its log has the details under reference ${reference}.`,
      details: { reference },
    });
  }
}

/** A call of a tool that is not the caller's, for those who write down what callers try. */
export function refusedCall(tool: string): Pick<ToolOutcome, "request" | "tool" | "code" | "ms" | "tokens"> {
  return { request: crypto.randomUUID(), tool, code: "E011", ms: 0, tokens: 0 };
}

/** Over HTTP the door has asked for the scope already (`http.ts`); this holds for every way in. */
function refuseMissingScope({ tool, caller }: ToolRequest): void {
  const scope = missingScope(caller, tool.access);
  if (scope === null) return;
  throw new Failure("E011", `Cannot run ${tool.name}: the access token lacks the scope ${scope}`, {
    hint: "Ask for a token with that scope.",
    details: { rule: "scope", scope },
  });
}

/**
 * The last gate before a model's context. Lists cut themselves to the budget and say so (`ask/budget.ts`); what still
 * does not fit is refused as a whole, because nothing is ever cut silently. Answers about how many tokens it has.
 */
function refuseHuge(text: string, answerTokens: number): number {
  const tokens = estimateTokens(text);
  if (tokens <= answerTokens * 1.25) return tokens;
  throw new Failure("E012", `The answer would take about ${tokens} tokens, and ${answerTokens} are allowed`, {
    hint: "Ask for fewer fields or records; long texts and many lines are best read one record at a time.",
    details: { tokens, allowed: answerTokens },
  });
}

/** The arguments that no tool sees, because `run.ts` acts on them for all alike. */
interface Own {
  instance?: string;
  plan?: string;
  idempotency_key?: string;
  dry_run?: boolean;
  max_tokens?: number;
}

/** What was asked for: the arguments of every tool alike, and the tool's own. */
interface Split {
  own: Own;
  rest: JsonObject;
}

/** Everything a changing function needs to know of the call it serves. */
function changeOptions(surface: Surface, request: ToolRequest, instance: string, { own, rest }: Split): ChangeOptions {
  const key = own.idempotency_key;
  const caller = request.caller.id;
  // A store may be shared by servers whose Instances have the same names and are not the same.
  const place = surface.backend.place(instance, request.caller);
  const store = surface.backend.store(instance, request.caller);
  const keepMs = surface.limits.undoKeepS * 1000;
  const confirming = {
    setting: surface.mode === "open" ? "off" as const : surface.confirm,
    binding: {
      caller,
      instance: place,
      tool: request.tool.aliasOf ?? request.tool.name,
      rest: key === undefined ? rest : { ...rest, idempotency_key: key },
    },
    token: own.plan,
    canAsk: request.canAsk,
    answer: request.answer,
    tokens: surface.planTokens,
  };
  return {
    confirm: confirmWith(confirming),
    planToken: (plan) => offerPlan(confirming, plan),
    guardedRows: surface.limits.guardedRows,
    dryRun: own.dry_run === true,
    writeStatus: surface.limits.writeStatus,
    ...(key !== undefined && { idempotencyKey: key }),
    ...(keepMs > 0 && { undo: createUndoKeeper({ store, caller, keepMs }) }),
    store,
    sealer: surface.sealer,
    caller,
  };
}

/** Takes out the arguments that belong to every tool alike. */
function splitArguments(request: ToolRequest): Split {
  if (request.arguments === undefined) return { own: {}, rest: {} };
  if (!isObject(request.arguments)) {
    throw new Failure("E004", `Cannot run ${request.tool.name}: arguments is not an object`);
  }
  const { instance, instance_id, plan, dry_run, idempotency_key, max_tokens, ...rest } = request.arguments;
  const { tool } = request;
  const changing = {
    ...text("plan", plan),
    ...text("idempotency_key", idempotency_key),
    ...truth("dry_run", dry_run),
  };
  const [strange] = Object.keys(changing);
  if (strange !== undefined && tool.access === "read") {
    throw new Failure("E004", `Cannot run ${tool.name}: ${strange} belongs to tools that change something`);
  }
  if (idempotency_key !== undefined && tool.keyed !== true) {
    throw new Failure("E004", `Cannot run ${tool.name}: idempotency_key belongs to tools that create or send`, {
      hint: "Repeating this tool with the same arguments leaves the same state.",
    });
  }
  if (max_tokens !== undefined && tool.access !== "read") {
    throw new Failure("E004", `Cannot run ${tool.name}: max_tokens belongs to tools that read`);
  }
  return { own: { ...text("instance", instance ?? instance_id), ...changing, ...tokens(max_tokens) }, rest };
}

function truth(name: string, value: unknown): Record<string, boolean> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "boolean") throw new Failure("E004", `Cannot use ${name}: it is not true or false`);
  return { [name]: value };
}

/** The fewest tokens in which an answer can say what it left out. */
const FEWEST_TOKENS = 100;

function tokens(value: unknown): { max_tokens?: number } {
  if (value === undefined || value === null) return {};
  if (typeof value === "number" && Number.isInteger(value) && value >= FEWEST_TOKENS) return { max_tokens: value };
  throw new Failure("E004", `Cannot use max_tokens: it is not a whole number from ${FEWEST_TOKENS} up`);
}

function text(name: string, value: unknown): Record<string, string> {
  if (value === undefined || value === null) return {};
  if (typeof value !== "string") throw new Failure("E004", `Cannot use ${name}: it is not a text`);
  return { [name]: value };
}

function chooseInstance(surface: Surface, { tool, caller }: ToolRequest, asked: string | undefined): string {
  const names = surface.backend.instances(caller);
  if (asked !== undefined) {
    if (names.includes(asked)) return asked;
    throw new Failure("E004", `Cannot use instance "${asked}": it is not configured`, {
      hint: names.length > 0 ? `Configured: ${names.join(", ")}.` : "No Odoo is configured.",
      details: { allowed: names },
    });
  }
  if (names.length > 1 && tool.access !== "read") {
    throw new Failure("E004", `Cannot run ${tool.name}: instance is missing, and a write never guesses one`, {
      hint: `Name one of ${names.join(", ")}.`,
      details: { allowed: names },
    });
  }
  return names[0] ?? "";
}
