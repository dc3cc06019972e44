import { createChangeFeed } from "./app/changes.ts";
import { limitsOf } from "./app/limits.ts";
import { openOdoos } from "./app/odoos.ts";
import { policyOf } from "./app/policy.ts";
import { pagesOf } from "./app/pages.ts";
import { createReadiness } from "./app/readiness.ts";
import { openSharedCache, openStore } from "./app/store.ts";
import {
  type Access,
  addressesOf,
  BUILT_IN_ROLES,
  type Caller,
  createAudit,
  createGate,
  createIpGate,
  createLimits,
  createMaskNames,
  createPlanTokens,
  type Gate,
  inMemory,
  inRedis,
  NO_AUDIT,
  refuseInstance,
  usedInStore,
  withAccess,
  withinCompanies,
  withPolicy,
} from "./guard/mod.ts";
import { isLoopback, type Settings } from "./config/mod.ts";
import type { Lookup } from "./lib/address_guard.ts";
import { describeError } from "./lib/describe_error.ts";
import type { Log } from "./lib/log.ts";
import { createMetrics } from "./lib/metrics.ts";
import { otlpTracer } from "./lib/otlp.ts";
import { NO_TRACER } from "./lib/trace.ts";
import { deriveKey, randomKey, toBase64Url } from "./lib/seal.ts";
import { createSealer } from "./lib/sealer.ts";
import { storeWithin } from "./lib/store/within.ts";
import {
  type Backend,
  createDoor,
  createSurfaces,
  type Door,
  type MakeServer,
  makeServerFactory,
  type Page,
  type Readiness,
  refusedCall,
  tools,
} from "./mcp/mod.ts";
import { bindOdoo, type Wrap } from "./odoo/mod.ts";
import { createWrites, keepHistory } from "./status/mod.ts";

export { createKey, endOf, KEY_NAME, type KeyEntry, readKeys, revokeInStore, writeKeys } from "./guard/mod.ts";
export { explainerOf } from "./app/policy.ts";
export type { PolicyQuestion, PolicyVerdict } from "./mcp/mod.ts";
export { openStore } from "./app/store.ts";
export { diagnose, lookAtOdoo } from "./odoo/mod.ts";
export type { DiagnoseOptions, Finding, Look, Verdict } from "./odoo/mod.ts";

/** How long a stop may wait for a collector of traces, in ms. */
const TELL_MS = 1000;

/** The running program: everything that outlives a request. */
export interface App {
  /** A fresh MCP server for one connection (stdio) or one request (HTTP) of a caller. */
  makeServer: MakeServer;
  /** Who may come in over HTTP. */
  gate: Gate;
  /** From where, and how often. */
  door: Door;
  /** What a tool does at most; undefined for a name that is none. */
  accessOf: (tool: string) => Access | undefined;
  /** Writes down that a caller called a tool beyond its scopes. */
  refused(caller: Caller, tool: string): Promise<void>;
  /** Told how many sessions a transport has. */
  countSessions(transport: string, count: number): void;
  /** Whether the Odoos and the store answer; remembered for 5 s. */
  ready(): Promise<Readiness>;
  /** What is answered over HTTP beside MCP, by path. From then on each Odoo is looked at every 30 s, for its history. */
  pages(): ReadonlyMap<string, Page>;
  /** Told the status of each answer over HTTP. */
  countAnswer(status: number): void;
  /** Resolves when no tool call is being answered, or when the signal aborts. */
  idle(signal: AbortSignal): Promise<void>;
  /** Sends the traces that are left, for a second at most. */
  tellTraces(): Promise<void>;
  /** The same, and lets go of everything. */
  close(): Promise<void>;
}

/** Builds the program from its settings: the only place that knows every room. Asks no Odoo, opens no port. */
export function build(
  settings: Settings,
  { version, log, lookup }: { version: string; log: Log; lookup?: Lookup },
): App {
  const metrics = createMetrics();
  const { otlp, authorization } = settings.telemetry;
  const tracer = otlp === undefined
    ? NO_TRACER
    : otlpTracer({ url: otlp, service: settings.name, version, log, ...(authorization && { authorization }) });
  const closing: (() => void)[] = [];
  const sharedCache = openSharedCache(settings, log);
  closing.push(() => sharedCache?.close());
  const odoos = openOdoos(settings, { metrics, tracer, lookup, sharedCache });
  closing.push(() => odoos.close());

  const { roles, choice } = policyOf(settings);

  // Without a key of its own everything it seals ends with the process.
  const secret = settings.store.key?.reveal() ?? toBase64Url(randomKey());
  const { store, redis } = openStore(settings, log);
  closing.push(() => store.close());
  const maskNames = createMaskNames(deriveKey(secret, "odoo-mcp pseudonyms"));
  const often = createLimits(limitsOf(settings), redis === null ? inMemory : inRedis(redis, secret));
  const { file: auditFile = "off", values, required } = settings.audit;
  const audit = auditFile === "off"
    ? NO_AUDIT
    : createAudit({ file: auditFile, secret: settings.audit.key?.reveal() ?? null, values, required, log });
  closing.push(() => audit.close());

  const changes = createChangeFeed();
  const writes = createWrites();
  const backend: Backend = {
    changes,
    instances(caller) {
      const all = odoos.namesFor(caller);
      const { instances: own } = roles.rulesFor(caller).role;
      return own.length === 0 ? all : all.filter((name) => own.includes(name));
    },
    place: odoos.place,
    store: (name, caller) => storeWithin(store, odoos.place(name, caller)),
    odoo(name, caller, access, signal, call) {
      const instance = odoos.instanceFor(name, caller);
      const own = roles.rulesFor(caller);
      refuseInstance(own.role, name);
      const asked = {
        request: crypto.randomUUID(),
        tool: "",
        client: caller.client ?? "",
        ...call,
        caller,
        instance: name,
      };
      const audited = call === undefined ? audit.followReads(asked) : audit.follow(asked, access);
      const noting: Wrap = call === undefined ? (next) => next : writes.noting(call.request);
      const execute = withAccess(access)(
        withPolicy(own, () => maskNames(caller.id))(
          audited(noting(changes.telling(odoos.place(name, caller))(instance.execute(caller.id)))),
        ),
      );
      return bindOdoo({
        instance: name,
        webUrl: instance.webUrl,
        execute,
        version: instance.version,
        user: async (signal) => withinCompanies(own.role, await instance.user(signal)),
        signal,
      });
    },
    async record({ tool, instance, caller, code, ms, tokens, ...call }) {
      metrics.add("odoo_mcp_tool_calls_total", { tool, code, caller: caller.kind });
      metrics.observe("odoo_mcp_tool_duration_seconds", { tool }, ms / 1000);
      metrics.add("odoo_mcp_answer_tokens_total", { tool }, tokens);
      writes.finish({
        ...call,
        client: call.client || (caller.client ?? ""),
        caller: caller.id,
        tool,
        instance,
        code,
        ms,
      });
      const facts = { tool, instance, caller: caller.id, code, ms: Math.round(ms) };
      if (tool === "undo") log.info("a change was taken back, or should have been", facts);
      else log.debug("tool call", facts);
      await audit.finish({ ...call, client: call.client || (caller.client ?? ""), tool, instance, caller }, {
        code,
        ms,
      });
    },
    report(error) {
      const reference = crypto.randomUUID().slice(0, 8);
      log.error("unexpected error", { reference, error: describeError(error) });
      return reference;
    },
  };

  const inFlight = new Set<Promise<unknown>>();
  const surfaceFor = createSurfaces({
    name: settings.name,
    version,
    confirm: settings.confirm,
    planTokens: createPlanTokens({ key: deriveKey(secret, "odoo-mcp plans"), used: usedInStore(store) }),
    sealer: createSealer(deriveKey(secret, "odoo-mcp wizards")),
    limits: {
      rows: settings.limits.rows,
      answerTokens: settings.limits.answer_tokens,
      guardedRows: Infinity,
      undoKeepS: settings.features.undo ? settings.undo.keep_s : 0,
      writeStatus: settings.actions.write_status,
      actions: settings.actions,
      excluded: settings.exclude_tools,
    },
    tracer,
    toolMs: settings.limits.tool_ms,
    often,
    shape: settings.answers.shape,
    backend,
    features: settings.features,
    inFlight,
  }, {
    choice,
    guardedRows: settings.limits.guarded_rows,
    extra: settings.instructions,
    rulesFor: roles.rulesFor,
  });
  const serverFor = makeServerFactory(surfaceFor);

  const addresses = [
    ...addressesOf(settings.odoo.allowed_hosts, isLoopback),
    ...Object.values(settings.instances).map(({ url }) => url),
  ];
  const gate = createGate({
    security: settings.security,
    store,
    addresses: new Set(addresses),
    needsUrl: odoos.names.length !== 1,
    secret: deriveKey(secret, "odoo-mcp callers"),
    log,
    lookup,
  });

  return {
    makeServer: serverFor,
    gate,
    door: createDoor({
      ip: createIpGate({ allow: settings.security.ip_allow, trustedProxies: settings.http.trusted_proxies }),
      limits: often,
      toolsets: [...new Set(tools.map(({ toolset }) => toolset))],
    }),
    refused: (caller, tool) => backend.record({ ...refusedCall(tool), client: "", instance: "", caller }),
    accessOf: (name) => tools.find((tool) => tool.name === name)?.access,
    countSessions: (transport, count) => metrics.set("odoo_mcp_sessions", { transport }, count),
    countAnswer: (status) => metrics.add("odoo_mcp_http_answers_total", { status: String(status) }),
    ready: createReadiness({ probes: odoos.probes, store, hasOther: settings.security.own_credentials }),
    pages() {
      const probes = new Map(odoos.names.map((name, at) => [name, odoos.probes[at]!]));
      const history = keepHistory({ metrics, probes });
      closing.push(() => history.stop());
      return pagesOf({ name: settings.name, version, metrics, history, writes });
    },
    async idle(signal) {
      const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      while (inFlight.size > 0 && !signal.aborted) {
        await Promise.race([Promise.allSettled([...inFlight]), aborted]);
      }
    },
    tellTraces: () => tracer.close(TELL_MS),
    async close() {
      await tracer.close(TELL_MS);
      closing.forEach((close) => close());
    },
  };
}

/** Names of all roles: the built-in ones and those of the settings. */
export function roleNames({ security }: Settings): string[] {
  return [...new Set([...BUILT_IN_ROLES, ...Object.keys(security.roles)])];
}
