import {
  CLIENT_CAPABILITIES_META_KEY,
  CLIENT_INFO_META_KEY,
  inputRequired,
  inputResponse,
  ProtocolError,
  ProtocolErrorCode,
  Server,
  type ServerContext,
  TRACEPARENT_META_KEY,
} from "@modelcontextprotocol/server";
import { type Caller, missingScope } from "../guard/mod.ts";
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type JsonObject } from "../lib/json.ts";
import { parseTraceparent, type SpanContext } from "../lib/trace.ts";
import { addCompletions } from "./complete.ts";
import { failureText } from "./failure_text.ts";
import { addPrompts } from "./prompts/mod.ts";
import { throttledProgress } from "./progress.ts";
import { addResources } from "./resources/mod.ts";
import { refusedCall, runTool, type ToolAnswer } from "./run.ts";
import { listing, type Surface } from "./surface.ts";
import { showsApps, withPage } from "./ui/mod.ts";

/** How long clients may keep lists, in milliseconds. They change only when the server starts anew. */
const LIST_TTL_MS = 300_000;

/** Makes a server for a caller. `session`: it stays connected to one client, which can be told of changes. */
export type MakeServer = (caller: Caller, life?: "session") => Server;

/** A tool as `tools/list` shows it. */
type Listed = JsonObject & { name: string };

/**
 * Makes the factory both transports and both protocol eras serve from. Servers are cheap and short-lived (over HTTP one
 * for each request), so all they need is computed here, once: the lists, the instructions, the tools by name.
 */
export function makeServerFactory(surfaceFor: (caller: Caller) => Surface): MakeServer {
  const lists = new Map<string, Listed[]>();
  const toolsFor = (surface: Surface, caller: Caller): Listed[] => {
    const listed = surface.listed.filter((tool) => missingScope(caller, tool.access) === null);
    const instances = surface.backend.instances(caller);
    // Callers differ, but not their lists: there are as many as roles, about.
    const key = JSON.stringify([instances, listed.map(({ name }) => name)]);
    let tools = lists.get(key);
    if (tools === undefined) lists.set(key, tools = listed.map((tool) => listing(tool, instances)));
    return tools;
  };
  const hint = { ttlMs: LIST_TTL_MS, cacheScope: "private" } as const;
  return (caller, life) => {
    const watching = life === "session";
    const surface = surfaceFor(caller);
    const { resources, prompts } = surface.features;
    // A page is read as a resource, so without resources there is none to name.
    const charts = surface.features.charts && resources;
    const server = new Server({ name: surface.name, version: surface.version }, {
      capabilities: {
        tools: {},
        ...(resources ? { resources: watching ? { subscribe: true } : {} } : {}),
        ...(prompts ? { prompts: {} } : {}),
        ...(resources || prompts ? { completions: {} } : {}),
      },
      instructions: surface.instructions,
      cacheHints: { "tools/list": hint, "prompts/list": hint, "resources/templates/list": hint },
    });
    const shows = (ctx: ServerContext) => charts ? showsApps(capabilitiesOf(server, ctx)) : false;
    server.setRequestHandler("tools/list", (_, ctx) => {
      const tools = toolsFor(surface, caller);
      return { tools: shows(ctx) === false ? tools : tools.map(withPage) } as never;
    });
    server.setRequestHandler("tools/call", (request, ctx) => {
      const call = callTool(surface, server, caller, request.params, ctx);
      surface.inFlight.add(call);
      return call.finally(() => surface.inFlight.delete(call));
    });
    if (resources) addResources(server, surface, caller, { listsPages: (ctx) => shows(ctx) === true, watching });
    if (prompts) addPrompts(server, surface, caller);
    if (resources || prompts) addCompletions(server, surface, caller);
    return server;
  };
}

async function callTool(
  surface: Surface,
  server: Server,
  caller: Caller,
  params: { name: string; arguments?: unknown },
  ctx: ServerContext,
): Promise<never> {
  const tool = surface.callable.get(params.name);
  if (tool === undefined) {
    const rule = surface.closed.get(params.name);
    if (rule !== undefined) {
      const client = clientName(server, ctx);
      await surface.backend.record({ ...refusedCall(params.name), client, instance: "", caller });
      return toResult(server, { kind: "failure", failure: closedTool(params.name, caller, rule) }) as never;
    }
    const near = closest(params.name, surface.listed.map((one) => one.name));
    const guess = near.length > 0 ? ` Did you mean ${near.join(" or ")}?` : "";
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Unknown tool ${params.name.slice(0, 100)}.${guess}`);
  }
  const progress = throttledProgress(ctx.mcpReq._meta?.progressToken, (note) => ctx.mcpReq.notify(note as never));
  const answer = await runTool(surface, {
    tool,
    arguments: params.arguments,
    caller,
    client: clientName(server, ctx),
    signal: ctx.mcpReq.signal,
    parent: parentOf(ctx),
    canAsk: canElicit(server, ctx),
    answer: personsAnswer(ctx),
    progress: progress.report,
  });
  progress.stop();
  return toResult(server, answer) as never;
}

/** A tool there is, but not for this caller. Its aliases are closed by the same rule. */
function closedTool(name: string, { role }: Caller, rule: string): Failure {
  const why = rule === "role" ? `the role ${role} has no use of it` : `${rule} keeps it from you`;
  return new Failure("E011", `Cannot run ${name}: ${why}`, {
    hint: rule.startsWith("X-MCP-")
      ? "The request itself gave it up, by its header."
      : "An operator decides which role a caller has, and what the role may do.",
    details: { rule },
  });
}

function toResult(server: Server, answer: ToolAnswer): unknown {
  if (answer.kind === "ask") {
    const { plan, state } = answer.ask;
    const message = `${plan.summary[0]?.toUpperCase()}${plan.summary.slice(1)}?\n${plan.lines.join("\n")}`;
    const requestedSchema = {
      type: "object" as const,
      properties: { confirm: { type: "boolean" as const, title: "Yes, do it" } },
      required: ["confirm"],
    };
    return inputRequired({
      inputRequests: { confirm: inputRequired.elicit({ message, requestedSchema }) },
      requestState: state,
    });
  }
  if (answer.kind === "failure") {
    return { isError: true, content: [{ type: "text", text: failureText(answer.failure) }] };
  }
  return server.projectCallToolResult({
    content: [{ type: "text", text: answer.text }],
    structuredContent: answer.structured,
  }, undefined);
}

/** What the client calls itself: 2026-07-28 with each request, older ones once, which stateless HTTP forgets. */
function clientName(server: Server, ctx: ServerContext): string {
  const envelope: Record<string, unknown> = { ...ctx.mcpReq.envelope };
  const told = envelope[CLIENT_INFO_META_KEY] ?? server.getClientVersion();
  if (!isObject(told) || typeof told["name"] !== "string") return "";
  return typeof told["version"] === "string" ? `${told["name"]} ${told["version"]}` : told["name"];
}

/** The span of the client that this belongs to: MCP's `_meta` says it for one request, HTTP's header for all of a POST. */
function parentOf(ctx: ServerContext): SpanContext | null {
  const meta: Record<string, unknown> = { ...ctx.mcpReq._meta };
  return parseTraceparent(meta[TRACEPARENT_META_KEY]) ?? parseTraceparent(ctx.http?.req?.headers.get("traceparent"));
}

/** Whether this connection can carry a form to a person: the client says so, and there is a way to it. */
function canElicit(server: Server, ctx: ServerContext): boolean {
  const capabilities = capabilitiesOf(server, ctx);
  return isObject(capabilities) && isObject(capabilities.elicitation);
}

/** A 2025 client over stateless HTTP has no session, so the capabilities it once declared are not known: `undefined`. */
function capabilitiesOf(server: Server, ctx: ServerContext): unknown {
  const envelope: Record<string, unknown> = { ...ctx.mcpReq.envelope };
  return envelope[CLIENT_CAPABILITIES_META_KEY] ?? server.getClientCapabilities();
}

function personsAnswer(ctx: ServerContext): { accepted: boolean; state: string } | undefined {
  const state = ctx.mcpReq.requestState();
  const response = inputResponse(ctx.mcpReq.inputResponses, "confirm");
  if (typeof state !== "string" || response.kind !== "elicit") return undefined;
  const content = response.action === "accept" ? response.content : undefined;
  return { accepted: isObject(content) && content.confirm === true, state };
}
