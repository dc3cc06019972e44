import { createDemo, demoVersion } from "./demo/mod.ts";
import {
  type Caller,
  createPlanTokens,
  LOCAL_CALLER,
  type PolicyRules,
  rulesFor,
  usedInStore,
  withAccess,
  withPolicy,
} from "./guard/mod.ts";
import { DEFAULT_ACTION_PATTERNS } from "./change/mod.ts";
import type { Settings } from "./config/mod.ts";
import { closest } from "./lib/closest.ts";
import { Failure } from "./lib/failure.ts";
import type { Log } from "./lib/log.ts";
import { createMetrics } from "./lib/metrics.ts";
import { deriveKey, randomKey, toBase64Url } from "./lib/seal.ts";
import { createSealer } from "./lib/sealer.ts";
import { openFileStore } from "./lib/store/file.ts";
import { memoryStore } from "./lib/store/memory.ts";
import { openLater } from "./lib/store/open.ts";
import type { Store } from "./lib/store/store.ts";
import { storeWithin } from "./lib/store/within.ts";
import { type Backend, instructions, makeServerFactory, selectTools, type Surface, tools } from "./mcp/mod.ts";
import { bindOdoo, composeInstance, createRpc, createSession, type Instance, type Source } from "./odoo/mod.ts";

export { diagnose } from "./odoo/mod.ts";
export type { DiagnoseOptions, Finding } from "./odoo/mod.ts";

/** Largest answer of Odoo that is read, in bytes. What agents can use is a thousandth of it. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/** How long the readiness of the Odoos is remembered, in ms: probes come every few seconds from several sides. */
const READY_MS = 5_000;

/** The running program: everything that outlives a request. */
export interface App {
  /** A fresh MCP server for one connection (stdio) or one request (HTTP). */
  makeServer: () => ReturnType<ReturnType<typeof makeServerFactory>>;
  /** Null when every Odoo answers, else which kind of thing does not: no names, no secrets. */
  ready(): Promise<string | null>;
  /** Resolves when no tool call is being answered, or when the signal aborts. */
  idle(signal: AbortSignal): Promise<void>;
  close(): void;
}

/** Builds the program from its settings: the only place that knows every room. Asks no Odoo, opens no port. */
export function build(settings: Settings, { version, log }: { version: string; log: Log }): App {
  const metrics = createMetrics();
  const closing: (() => void)[] = [];
  const instances = new Map<string, Instance>();
  for (const name of settings.demo ? ["demo"] : Object.keys(settings.instances)) {
    instances.set(name, compose(name));
  }

  function compose(name: string): Instance {
    const options = settings.instances[name];
    const source = settings.demo || options === undefined ? demoSource() : odooSource(options);
    return composeInstance({
      name,
      webUrl: settings.demo || options === undefined ? null : options.url,
      odoo: {
        max_connections: options?.max_connections ?? 4,
        ...(options?.language === undefined ? {} : { language: options.language }),
        ...(options?.companies === undefined ? {} : { companies: options.companies }),
      },
      limits: {
        ...settings.limits,
        read_ms: Math.min(settings.limits.read_ms, options?.timeout_ms ?? Infinity),
        write_ms: Math.min(settings.limits.write_ms, options?.timeout_ms ?? Infinity),
      },
      cache: settings.features.cache ? settings.cache : { ...settings.cache, records_ttl_s: 0, schema_ttl_s: 0 },
      metrics,
      source,
    });
  }

  function odooSource(options: Settings["instances"][string]): Source {
    const { url, database, username, password, api_key: apiKey, protocol, ca, proxy } = options;
    const rpc = createRpc({
      baseUrl: url,
      maxBytes: ANSWER_BYTES,
      ...(ca === undefined ? {} : { ca }),
      ...(proxy === undefined ? {} : { proxy }),
    });
    closing.push(() => rpc.close());
    return createSession({
      protocol,
      ...(database === undefined ? {} : { database }),
      ...(username === undefined ? {} : { username }),
      ...(password === undefined ? {} : { password }),
      ...(apiKey === undefined ? {} : { apiKey }),
    }, rpc);
  }

  const rules: PolicyRules = {
    mode: settings.mode,
    models: settings.models,
    fields: settings.fields,
    actions: { ...settings.actions, allow: [...DEFAULT_ACTION_PATTERNS, ...settings.actions.allow] },
  };

  // Without a key of its own everything it seals ends with the process.
  const secret = settings.store.key?.reveal() ?? toBase64Url(randomKey());
  const store = storeOf(settings.store.file, secret, log);
  closing.push(() => store.close());
  const place = (name: string) => {
    const { url = "", database = "" } = settings.instances[name] ?? {};
    return [name, url, database].join(" ");
  };
  const stores = new Map([...instances.keys()].map((name) => [name, storeWithin(store, place(name))]));

  const backend: Backend = {
    instances: [...instances.keys()],
    place,
    store: (name) => stores.get(name) ?? store,
    odoo(name, caller, access, signal) {
      const instance = instances.get(name);
      if (instance === undefined) throw notConfigured();
      const execute = withAccess(access)(withPolicy(rulesFor(rules, caller))(instance.execute(caller.id)));
      return bindOdoo({
        instance: name,
        webUrl: instance.webUrl,
        execute,
        version: instance.version,
        user: instance.user,
        signal,
      });
    },
    record({ tool, instance, caller, code, ms }) {
      metrics.add("odoo_mcp_tool_calls_total", { tool, code, caller: caller.kind });
      const facts = { tool, instance, caller: caller.id, code, ms: Math.round(ms) };
      if (tool === "undo") log.info("a change was taken back, or should have been", facts);
      else log.debug("tool call", facts);
    },
    report(error) {
      const reference = crypto.randomUUID().slice(0, 8);
      log.error("unexpected error", { reference, error: error instanceof Error ? error.stack : String(error) });
      return reference;
    },
  };

  refuseUnknownTools("tools", settings.tools);
  refuseUnknownTools("exclude_tools", settings.exclude_tools);
  const { listed, callable } = selectTools(tools, {
    mode: settings.mode,
    toolsets: settings.toolsets,
    only: settings.tools,
    exclude: settings.exclude_tools,
    withoutFeatures: [
      ...(settings.features.analytics ? [] : ["analytics_query"]),
      ...(settings.features.batch ? [] : ["batch_operation"]),
      ...(settings.features.undo ? [] : ["undo"]),
    ],
  });
  const inFlight = new Set<Promise<unknown>>();
  const surface: Surface = {
    name: settings.name,
    version,
    instructions: instructions({
      mode: settings.mode,
      tools: [...callable.keys()],
      instances: backend.instances,
      ...(settings.instructions === undefined ? {} : { extra: settings.instructions }),
    }),
    listed,
    callable,
    mode: settings.mode,
    confirm: settings.confirm,
    planTokens: createPlanTokens({ key: deriveKey(secret, "odoo-mcp plans"), used: usedInStore(store) }),
    sealer: createSealer(deriveKey(secret, "odoo-mcp wizards")),
    limits: {
      rows: settings.limits.rows,
      answerTokens: settings.limits.answer_tokens,
      guardedRows: settings.mode === "guarded" ? settings.limits.guarded_rows : Infinity,
      undoKeepS: settings.features.undo ? settings.undo.keep_s : 0,
      writeStatus: settings.actions.write_status,
      actions: settings.actions,
      excluded: settings.exclude_tools,
    },
    toolMs: settings.limits.tool_ms,
    concurrent: settings.limits.concurrent,
    shape: settings.answers.shape,
    backend,
    features: settings.features,
    inFlight,
  };
  const serverFor = makeServerFactory(surface);
  const caller: Caller = settings.transport === "stdio" ? LOCAL_CALLER : { ...LOCAL_CALLER, kind: "http" };

  let readiness: { until: number; answer: Promise<string | null> } | undefined;
  return {
    makeServer: () => serverFor(caller),
    ready() {
      if (readiness === undefined || Date.now() > readiness.until) {
        readiness = { until: Date.now() + READY_MS, answer: probe([...instances.values()]) };
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

function demoSource(): Source {
  // The company is built at the first call: listing tools must not wait for it.
  let company: ReturnType<typeof createDemo> | undefined;
  return {
    execute: (call, signal) => (company ??= createDemo({ today: new Date() }))(call, signal),
    version: () => Promise.resolve(demoVersion),
    login: () => Promise.resolve(2),
  };
}

/** The Store of these settings; the launcher has prepared its file. */
function storeOf(file: string | undefined, secret: string, log: Log): Store {
  if (file === undefined) return memoryStore();
  return openLater(() => openFileStore({ file, secret }), (error) => {
    const why = error instanceof Error ? error.message : String(error);
    log.warning("plans, undo and first results last only until this server stops", { store: file, error: why });
    return memoryStore();
  });
}

async function probe(instances: Instance[]): Promise<string | null> {
  if (instances.length === 0) return "no Odoo is configured";
  const signal = AbortSignal.timeout(READY_MS);
  const answers = await Promise.allSettled(instances.map((instance) => instance.user(signal)));
  const pings = await Promise.allSettled(instances.map((instance) => instance.ping(signal)));
  const refused = [...answers, ...pings].find((one) => one.status === "rejected");
  if (refused === undefined) return null;
  const reason: unknown = refused.reason;
  return reason instanceof Failure ? `an Odoo: ${reason.kind}` : "an Odoo: UNKNOWN";
}

function refuseUnknownTools(setting: string, names: readonly string[]): void {
  const known = tools.map((tool) => tool.name);
  for (const name of names.filter((one) => !known.includes(one))) {
    const near = closest(name, known);
    throw new Failure("E004", `Cannot use the setting ${setting}: there is no tool "${name}".`, {
      hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `There are ${known.join(", ")}.`,
    });
  }
}

function notConfigured(): Failure {
  return new Failure("E001", "Cannot ask Odoo: none is configured", {
    hint: "Set ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_PASSWORD (or ODOO_API_KEY) where this server is started, or " +
      "try the embedded company: odoo-mcp demo --serve.",
  });
}
