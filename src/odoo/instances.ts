import { LRUCache } from "lru-cache";
import type { Metrics } from "../lib/metrics.ts";
import type { Tracer } from "../lib/trace.ts";
import type { Secret } from "../lib/secret.ts";
import type { SharedCache } from "../lib/shared_cache.ts";
import type { Wrap } from "./call.ts";
import type { Lookup } from "../lib/address_guard.ts";
import { composeInstance, composeLine, type Instance, type Line, type Source } from "./compose.ts";
import { createRpc, type Rpc, type RpcOptions } from "./rpc.ts";
import { createSession, type SessionOptions } from "./session.ts";

/** The settings of one Odoo, by their names. */
export interface OdooSettings extends Omit<RpcOptions, "baseUrl" | "maxBytes" | "lookup"> {
  url: string;
  protocol: SessionOptions["protocol"];
  max_connections: number;
  timeout_ms?: number;
  language?: string;
  companies?: readonly number[];
  database?: string;
  username?: string;
  password?: Secret;
  api_key?: Secret;
  pace_per_s?: number;
}

/** Somebody's credentials instead of those in the settings. What is absent is not taken from there, but the database. */
export interface OtherCredentials {
  /** Tells one set of credentials from all others; the same text means the same credentials. */
  id: string;
  database?: string;
  username?: string;
  password?: Secret;
  api_key?: Secret;
}

/** What all Instances have in common. Settings keep their names and units. */
export interface InstancesOptions {
  limits: { read_ms: number; write_ms: number; queue: number };
  cache: { records_ttl_s: number; schema_ttl_s: number; max_entries: number };
  metrics: Metrics;
  /** Where replicas share what their caches keep. */
  sharedCache?: SharedCache | null;
  /** Follows each Call; nothing where absent. */
  tracer?: Tracer | undefined;
  /** Largest answer of Odoo that is read, in bytes. */
  answerBytes: number;
  /** Asks what names resolve to, so that one of a metadata address is refused. */
  lookup?: Lookup;
  /** The pace at which Calls go to an Odoo, innermost; null for none. */
  pace?: (odoo: OdooSettings) => Wrap | null;
  /** So many sets of other credentials are kept ready. Default 200; beyond it the least recently used logs in anew. */
  most?: number;
}

/** Instances by Odoo and credentials: each has its own login and caches, all of one Odoo share its load limit. */
export interface Instances {
  /** An Odoo with the credentials in its settings, always the same one. */
  shared(name: string, odoo: OdooSettings): Instance;
  /** An Odoo with other credentials. Shares nothing with the others but the line to it: no login, no cache, no user. */
  as(name: string, odoo: OdooSettings, who: OtherCredentials): Instance;
  close(): void;
}

const MOST = 200;

/** Asks nothing. The number of Odoos is the operator's to bound; that of credentials is bounded here. */
export function createInstances(options: InstancesOptions): Instances {
  const lines = new Map<string, { rpc: Rpc; line: Line }>();
  const shared = new Map<string, Instance>();
  // What leaves needs no closing: connections belong to the line and carry no credentials of their own.
  const others = new LRUCache<string, Instance>({ max: options.most ?? MOST });

  /** Connections, load limit and circuit are the Odoo's, whoever asks: two hundred users don't get 800 connections. */
  const lineTo = (name: string, odoo: OdooSettings) => {
    const key = JSON.stringify([name, odoo.url]);
    const known = lines.get(key);
    if (known !== undefined) return known;
    const { limits, metrics, answerBytes, lookup } = options;
    const { limit, circuit } = composeLine({ name, metrics, odoo, limits });
    const pace = options.pace?.(odoo) ?? null;
    const line: Line = { limit, circuit: pace === null ? circuit : (next) => circuit(pace(next)) };
    const made = { line, rpc: createRpc({ ...rpcOptions(odoo), maxBytes: answerBytes, ...(lookup && { lookup }) }) };
    lines.set(key, made);
    return made;
  };

  const compose = (name: string, odoo: OdooSettings): Instance => {
    const { line, rpc } = lineTo(name, odoo);
    const { database, username, password, api_key: apiKey, protocol } = odoo;
    const source: Source = createSession({
      protocol,
      ...(database !== undefined && { database }),
      ...(username !== undefined && { username }),
      ...(password !== undefined && { password }),
      ...(apiKey !== undefined && { apiKey }),
    }, rpc);
    return composeInstance({
      name,
      webUrl: odoo.url,
      odoo,
      limits: {
        ...options.limits,
        read_ms: Math.min(options.limits.read_ms, odoo.timeout_ms ?? Infinity),
        write_ms: Math.min(options.limits.write_ms, odoo.timeout_ms ?? Infinity),
      },
      cache: options.cache,
      metrics: options.metrics,
      shared: partsOf(options.sharedCache ?? null, name, odoo),
      tracer: options.tracer,
      source,
      line,
    });
  };

  return {
    shared(name, odoo) {
      let instance = shared.get(name);
      if (instance === undefined) shared.set(name, instance = compose(name, odoo));
      return instance;
    },
    as(name, { username: _, password: __, api_key: ___, ...odoo }, { id, ...who }) {
      const key = JSON.stringify([name, odoo.url, id]);
      let instance = others.get(key);
      if (instance === undefined) others.set(key, instance = compose(name, { ...odoo, ...who }));
      return instance;
    },
    close() {
      for (const { rpc } of lines.values()) rpc.close();
    },
  };
}

/** What an Odoo answers depends on who asks, so each set of credentials has parts of its own. */
function partsOf(cache: SharedCache | null, name: string, odoo: OdooSettings) {
  if (cache === null) return undefined;
  const { url, database = "", username = "", password, api_key: apiKey, language = "", companies = [] } = odoo;
  // Only a keyed hash of this leaves the process.
  const who = [name, url, database, username, password?.reveal() ?? "", apiKey?.reveal() ?? "", language, [
    ...companies,
  ]];
  const part = (what: string) => cache.part(JSON.stringify([what, ...who]));
  return { schema: part("schema"), records: part("records") };
}

function rpcOptions(odoo: OdooSettings): RpcOptions {
  const { url, ca, identity, proxy } = odoo;
  return { baseUrl: url, ...(ca && { ca }), ...(identity && { identity }), ...(proxy && { proxy }) };
}
