import type { Settings } from "../config/mod.ts";
import { createDemo, demoVersion } from "../demo/mod.ts";
import { type Caller, credentialsFor, odooOf, paceOf, withPace } from "../guard/mod.ts";
import { Failure } from "../lib/failure.ts";
import { checkHost, type Lookup } from "../lib/address_guard.ts";
import type { SharedCache } from "../lib/shared_cache.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { Tracer } from "../lib/trace.ts";
import {
  composeInstance,
  createInstances,
  type Instance,
  type OdooSettings,
  type Source,
  type Wrap,
} from "../odoo/mod.ts";

/** Largest answer of Odoo that is read, in bytes. What agents can use is a thousandth of it. */
const ANSWER_BYTES = 64 * 1024 * 1024;

/** The Odoos of these settings as callers reach them: each with the credentials that act for it. */
export interface Odoos {
  /** Names of the configured ones, the default first; `demo` alone for the demo company. */
  names: string[];
  /** Those a caller can reach at all: the configured ones, or the one its own credentials are for. */
  namesFor(caller: Caller): string[];
  /** Throws `E001` where there is none of that name. */
  instanceFor(name: string, caller: Caller): Instance;
  /** What a name really is for a caller: name, address and database. */
  place(name: string, caller: Caller): string;
  /** Asks each configured one for its version, and as its own user where it has one. */
  probes: ((signal: AbortSignal) => Promise<unknown>)[];
  close(): void;
}

/** Puts the Odoos together. Asks none of them. */
export function openOdoos(
  settings: Settings,
  { metrics, tracer, lookup, sharedCache }: {
    metrics: Metrics;
    tracer: Tracer;
    lookup?: Lookup | undefined;
    sharedCache: SharedCache | null;
  },
): Odoos {
  const { limits } = settings;
  const cache = settings.features.cache ? settings.cache : { ...settings.cache, records_ttl_s: 0, schema_ttl_s: 0 };
  const instances = createInstances({
    limits,
    cache,
    metrics,
    tracer,
    answerBytes: ANSWER_BYTES,
    pace,
    sharedCache,
    ...(lookup !== undefined && { lookup }),
  });
  for (const { url } of Object.values(settings.instances)) checkHost(new URL(url).hostname, "odoo.url");
  const demo = settings.demo ? openDemo({ limits, cache, metrics, tracer }) : undefined;
  const names = demo === undefined ? Object.keys(settings.instances) : [demo.name];

  const reachable = ({ own }: Caller): Readonly<Record<string, OdooSettings>> =>
    own === undefined || demo !== undefined ? settings.instances : odooOf(own, settings.instances);

  // Callers may all come with other credentials: then nobody can say whether a login works, only that Odoo answers.
  const probe = (name: string) => async (signal: AbortSignal) => {
    const odoo = settings.instances[name];
    const instance = odoo === undefined ? demo : instances.shared(name, odoo);
    if (odoo === undefined || odoo.password !== undefined || odoo.api_key !== undefined) await instance?.user(signal);
    await instance?.ping(signal);
  };

  return {
    names,
    namesFor: (caller) => caller.own === undefined || demo !== undefined ? names : Object.keys(reachable(caller)),
    instanceFor(name, caller) {
      if (demo !== undefined) return demo;
      const odoo = reachable(caller)[name];
      if (odoo === undefined) throw notConfigured();
      const other = credentialsFor(caller, name, settings.security.credentials);
      return other === null ? instances.shared(name, odoo) : instances.as(name, odoo, other);
    },
    place(name, caller) {
      const { url = "", database = "" } = reachable(caller)[name] ?? {};
      return [name, url, database].join(" ");
    },
    probes: names.map(probe),
    close: () => instances.close(),
  };
}

/** The pace of an Odoo, where it has one. */
function pace({ url, pace_per_s }: OdooSettings): Wrap | null {
  const perSecond = paceOf(url, pace_per_s);
  return perSecond === 0 ? null : withPace(perSecond);
}

function openDemo(
  common: Pick<Parameters<typeof composeInstance>[0], "limits" | "cache" | "metrics" | "tracer">,
): Instance {
  // The company is built at the first call: listing tools must not wait for it.
  let company: ReturnType<typeof createDemo> | undefined;
  const source: Source = {
    execute: (call, signal) => (company ??= createDemo({ today: new Date() }))(call, signal),
    version: () => Promise.resolve(demoVersion),
    login: () => Promise.resolve(2),
  };
  return composeInstance({ ...common, name: "demo", webUrl: null, odoo: { max_connections: 4 }, source });
}

function notConfigured(): Failure {
  return new Failure("E001", "Cannot ask Odoo: none is configured", {
    hint: "Set ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_PASSWORD (or ODOO_API_KEY) where this server is started, or " +
      "try the embedded company: odoo-mcp demo --serve.",
  });
}
