import { openOdoos } from "./app/odoos.ts";
import { policyOf } from "./app/policy.ts";
import { openStore } from "./app/store.ts";
import {
  type Access,
  addressesOf,
  BUILT_IN_ROLES,
  createAudit,
  createGate,
  createIpGate,
  createLimits,
  createMaskNames,
  createPlanTokens,
  type Gate,
  NO_AUDIT,
  refuseInstance,
  usedInStore,
  withAccess,
  withinCompanies,
  withPolicy,
} from "./guard/mod.ts";
import { isLoopback, type Settings } from "./config/mod.ts";
import { describeError } from "./lib/describe_error.ts";
import { Failure } from "./lib/failure.ts";
import type { Log } from "./lib/log.ts";
import { createMetrics } from "./lib/metrics.ts";
import { deriveKey, randomKey, toBase64Url } from "./lib/seal.ts";
import { createSealer } from "./lib/sealer.ts";
import { storeWithin } from "./lib/store/within.ts";
import { type Backend, createDoor, createSurfaces, type Door, makeServerFactory, tools } from "./mcp/mod.ts";
import { bindOdoo, type Lookup } from "./odoo/mod.ts";

export { createKey, endOf, KEY_NAME, type KeyEntry, readKeys, revokeInStore, writeKeys } from "./guard/mod.ts";
export { explainerOf } from "./app/policy.ts";
export type { PolicyQuestion, PolicyVerdict } from "./mcp/mod.ts";
export { openStore } from "./app/store.ts";
export { diagnose, lookAtOdoo } from "./odoo/mod.ts";
export type { DiagnoseOptions, Finding, Look, Verdict } from "./odoo/mod.ts";

/** How long the readiness of the Odoos is remembered, in ms: probes come every few seconds from several sides. */
const READY_MS = 5_000;

/** The running program: everything that outlives a request. */
export interface App {
  /** A fresh MCP server for one connection (stdio) or one request (HTTP) of a caller. */
  makeServer: ReturnType<typeof makeServerFactory>;
  /** Who may come in over HTTP. */
  gate: Gate;
  /** From where, and how often. */
  door: Door;
  /** What a tool does at most; undefined for a name that is none. */
  accessOf: (tool: string) => Access | undefined;
  /** Null when every Odoo answers, else which kind of thing does not: no names, no secrets. */
  ready(): Promise<string | null>;
  /** Resolves when no tool call is being answered, or when the signal aborts. */
  idle(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Builds the program from its settings: the only place that knows every room. Asks no Odoo, opens no port. */
export function build(
  settings: Settings,
  { version, log, lookup }: { version: string; log: Log; lookup?: Lookup },
): App {
  const metrics = createMetrics();
  const closing: (() => void)[] = [];
  const odoos = openOdoos(settings, { metrics, lookup });
  closing.push(() => odoos.close());

  const { roles, choice } = policyOf(settings);

  // Without a key of its own everything it seals ends with the process.
  const secret = settings.store.key?.reveal() ?? toBase64Url(randomKey());
  const store = openStore(settings, log);
  closing.push(() => store.close());
  const maskNames = createMaskNames(deriveKey(secret, "odoo-mcp pseudonyms"));
  const often = createLimits({
    ...settings.limits,
    instances: Object.fromEntries(
      Object.entries(settings.instances).map(([name, { requests_per_minute: most = 0 }]) => [name, most]),
    ),
    atTheDoor: settings.transport === "http",
  });
  const { file: auditFile = "off", values, required } = settings.audit;
  const audit = auditFile === "off"
    ? NO_AUDIT
    : createAudit({ file: auditFile, secret: settings.audit.key?.reveal() ?? null, values, required, log });
  closing.push(() => audit.close());

  const backend: Backend = {
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
      const execute = withAccess(access)(
        withPolicy(own, () => maskNames(caller.id))(audited(instance.execute(caller.id))),
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
    async record({ tool, instance, caller, code, ms, ...call }) {
      metrics.add("odoo_mcp_tool_calls_total", { tool, code, caller: caller.kind });
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
    toolMs: settings.limits.tool_ms,
    concurrent: settings.limits.concurrent,
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
  });

  let readiness: { until: number; answer: Promise<string | null> } | undefined;
  return {
    makeServer: serverFor,
    gate,
    door: createDoor({
      ip: createIpGate({ allow: settings.security.ip_allow, trustedProxies: settings.http.trusted_proxies }),
      limits: often,
      toolsets: [...new Set(tools.map(({ toolset }) => toolset))],
    }),
    accessOf: (name) => tools.find((tool) => tool.name === name)?.access,
    ready() {
      if (odoos.names.length === 0 && !settings.security.own_credentials) {
        return Promise.resolve("no Odoo is configured");
      }
      if (readiness === undefined || Date.now() > readiness.until) {
        readiness = { until: Date.now() + READY_MS, answer: probe(odoos.probes) };
      }
      return readiness.answer;
    },
    async idle(signal) {
      const aborted = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
      while (inFlight.size > 0 && !signal.aborted) {
        await Promise.race([Promise.allSettled([...inFlight]), aborted]);
      }
    },
    close: () => closing.forEach((close) => close()),
  };
}

/** Names of all roles: the built-in ones and those of the settings. */
export function roleNames({ security }: Settings): string[] {
  return [...new Set([...BUILT_IN_ROLES, ...Object.keys(security.roles)])];
}

/** Null when all of them answer. */
async function probe(asks: ((signal: AbortSignal) => Promise<unknown>)[]): Promise<string | null> {
  const signal = AbortSignal.timeout(READY_MS);
  const refused = (await Promise.allSettled(asks.map((ask) => ask(signal)))).find((one) => one.status === "rejected");
  if (refused === undefined) return null;
  const reason: unknown = refused.reason;
  return reason instanceof Failure ? `an Odoo: ${reason.kind}` : "an Odoo: UNKNOWN";
}
