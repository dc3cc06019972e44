import { within } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Metrics } from "../lib/metrics.ts";
import type { CachePart } from "../lib/shared_cache.ts";
import { NO_TRACER, type Tracer } from "../lib/trace.ts";
import type { Call, Execute, Wrap } from "./call.ts";
import { type CircuitName, type CircuitOptions, withCircuit } from "./circuit.ts";
import type { User } from "./odoo.ts";
import { shareAttempt } from "./share_attempt.ts";
import { readUser, type UserOptions } from "./user.ts";
import type { Version } from "./version.ts";
import { type CacheOptions, withCache } from "./with_cache.ts";
import { withDeadline } from "./with_deadline.ts";
import { withLimit } from "./with_limit.ts";
import { withMetrics } from "./with_metrics.ts";
import { withOutcome } from "./with_outcome.ts";
import { type RetryOptions, withRetry } from "./with_retry.ts";
import { withTrace } from "./with_trace.ts";

/** Where an Instance's answers come from: a session with a real Odoo, or the demo company. */
export interface Source {
  execute: Execute;
  /** Asks the server each time. */
  version(signal: AbortSignal): Promise<Version>;
  /** The session's user id. */
  login(signal: AbortSignal): Promise<number>;
}

/** What an Instance is composed of. Settings keep their names (`limits.read_ms`), milliseconds and seconds as named. */
export interface InstanceOptions {
  name: string;
  /** Address of Odoo's web client, or null where there is none. */
  webUrl: string | null;
  odoo: UserOptions & { max_connections: number };
  limits: { read_ms: number; write_ms: number; queue: number };
  cache: { records_ttl_s: number; schema_ttl_s: number; max_entries: number };
  metrics: Metrics;
  /** Follows each Call; nothing where absent. */
  tracer?: Tracer | undefined;
  source: Source;
  /** Where replicas share what this Instance's caches keep. */
  shared?: { schema: CachePart; records: CachePart } | undefined;
  /** What Instances of the same Odoo under other credentials share; its own where absent. */
  line?: Line;
  /** For tests: faster waits. */
  retry?: Omit<RetryOptions, "deadlines" | "onRetry">;
  circuit?: Omit<CircuitOptions, "instance" | "onState">;
}

/** One Odoo with one credential, ready to be used by any number of callers. Lives as long as the process. */
export interface Instance {
  readonly name: string;
  readonly webUrl: string | null;
  /** Asks Odoo for a caller: schema cache → metrics → record cache → outcome → trace → deadline → retry → limit → circuit →
   * source. Policy goes around it, bound to the caller. */
  execute(caller: string): Execute;
  /** Kept for `cache.schema_ttl_s`. */
  version(signal: AbortSignal): Promise<Version>;
  /** Who the session is; from the schema cache once it was read. */
  user(signal: AbortSignal): Promise<User>;
  /** Asks the server for its version now, past queue, circuit and caches. Rejects with a `Failure` after 5 s at most. */
  ping(signal: AbortSignal): Promise<Version>;
}

/** What stands between this program and one Odoo, whoever asks: the limit of its load, and whether it answers at all. */
export interface Line {
  limit: (caller: string) => Wrap;
  circuit: Wrap;
}

/** Makes the line to one Odoo. */
export function composeLine(
  options: Pick<InstanceOptions, "name" | "metrics" | "circuit"> & {
    odoo: { max_connections: number };
    limits: { queue: number };
  },
): Line {
  const told = tell(options.name, options.metrics);
  return {
    limit: withLimit({ active: options.odoo.max_connections, waiting: options.limits.queue, onChange: told.moved }),
    circuit: withCircuit({ ...options.circuit, instance: options.name, onState: told.switched }),
  };
}

/** A ready check must answer before what asks for it (a load balancer, Kubernetes) gives up. */
const PING_MS = 5000;

/** The caller that this server itself is in the queue. */
const SERVER = "";

/** Writes to these change what `fields_get` and the session's user look like. */
const SCHEMA_MODELS = /^(ir\.(model|module|rule)\b|base\.|res\.(lang|groups|users|company)$)/;

/** Composes an Instance. Asks nothing: starting never waits for Odoo. */
export function composeInstance(options: InstanceOptions): Instance {
  const { name, webUrl, source, shared } = options;
  const deadlines = { readMs: options.limits.read_ms, writeMs: options.limits.write_ms };
  const { limit, circuit } = options.line ?? composeLine(options);
  const told = count(name, options.metrics);

  const metrics = withMetrics({ instance: name, metrics: options.metrics });
  const schema = withCache({
    ...schemaCache(options.cache),
    shared: shared?.schema,
    onAnswer: told.answered("schema"),
  });
  const records = withCache({
    ...recordCache(options.cache),
    shared: shared?.records,
    onAnswer: told.answered("records"),
  });
  const deadline = withDeadline(deadlines);
  const retry = withRetry({ ...options.retry, deadlines, onRetry: told.retried });

  const trace = withTrace({ instance: name, tracer: options.tracer ?? NO_TRACER });

  const guarded = (caller: string, ask: Execute) => trace(deadline(retry(limit(caller)(circuit(ask)))));
  // The schema cache stands outside the metrics: what it answers is no request.
  const execute = (caller: string) => schema(metrics(records(withOutcome(guarded(caller, source.execute)))));
  const own = execute(SERVER);

  /** Asks what is no Call with the same care; callers at the same moment share it. */
  const together = <T>(method: string, run: (signal: AbortSignal) => Promise<T>) =>
    shareAttempt(async (signal) => {
      let answer: T | undefined;
      const call: Call = { model: "common", method, params: {}, context: {}, effect: "read", origin: "server" };
      await guarded(SERVER, async (_, limited) => {
        answer = await run(limited);
        return null;
      })(call, signal);
      return answer!;
    });
  const askVersion = together("version", source.version);
  const askLogin = together("login", source.login);

  let known: { version: Version; until: number } | undefined;
  const remember = (version: Version) => {
    known = { version, until: Date.now() + options.cache.schema_ttl_s * 1000 };
    return version;
  };
  let id: number | undefined;

  return {
    name,
    webUrl,
    execute,
    version: async (signal) =>
      known !== undefined && Date.now() < known.until ? known.version : remember(await askVersion(signal)),
    user: async (signal) => {
      id ??= await askLogin(signal);
      return await readUser(own, id, signal, options.odoo);
    },
    ping: async (signal) => {
      const late = () =>
        new Failure("E007", `Cannot ask Odoo (${name}) for its version: no answer within ${PING_MS / 1000} s.`, {
          retryable: true,
        });
      return remember(await within({ signal, ms: PING_MS, late }, source.version));
    },
  };
}

function schemaCache(cache: InstanceOptions["cache"]): CacheOptions {
  return {
    ttlMs: cache.schema_ttl_s * 1000,
    maxEntries: cache.max_entries,
    holds: (call: Call) => call.cache === "schema",
    droppedBy: (call: Call) => SCHEMA_MODELS.test(call.model),
    frozen: true,
    alone: true,
  };
}

/**
 * Every write and act empties it, whatever the model: lines change their order's totals, one write reaches other models
 * through x2many commands, and a stale record is worse than a slow one.
 */
function recordCache(cache: InstanceOptions["cache"]): CacheOptions {
  return {
    ttlMs: cache.records_ttl_s * 1000,
    maxEntries: cache.max_entries,
    holds: (call: Call) => call.cache === undefined,
    droppedBy: () => true,
  };
}

const CIRCUIT_VALUES: Record<CircuitName, number> = { closed: 0, "half-open": 1, open: 2 };

/** Turns what the line's wraps tell into numbers of its Instance. */
function tell(instance: string, metrics: Metrics) {
  const moved = (active: number, waiting: number) => {
    metrics.set("odoo_mcp_active_connections", { instance }, active);
    metrics.set("odoo_mcp_queue_length", { instance }, waiting);
  };
  const switched = (state: CircuitName) => metrics.set("odoo_mcp_circuit_state", { instance }, CIRCUIT_VALUES[state]);
  moved(0, 0);
  switched("closed");
  return { moved, switched };
}

/** Counts what the other wraps tell. */
function count(instance: string, metrics: Metrics) {
  return {
    retried: (_: Call, { code }: Failure) => metrics.add("odoo_mcp_retries_total", { instance, code }),
    answered: (cache: string) => (from: string) =>
      metrics.add("odoo_mcp_cache_answers_total", { instance, cache, from }),
  };
}
