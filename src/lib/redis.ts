import type { RedisClientType } from "@redis/client";
import { Failure } from "./failure.ts";
import type { Secret } from "./secret.ts";

/** How to reach a Redis or Valkey. */
export interface RedisOptions {
  /** `redis://host:port/number`, `rediss://` over TLS; port and database number may be left out. No credentials. */
  url: string;
  username?: string;
  password?: Secret;
  /** PEM of the certificate authority to trust instead of the usual ones. */
  ca?: string;
  /** Told at each new connection, with what `INFO` says about its memory and persistence. */
  onConnect?: (info: string) => void;
  /** Told once when it is gone; `why` holds no secret. */
  onGone?: (why: string) => void;
}

/** A reply as Redis sends it; texts are bytes. */
export type Reply = Uint8Array | string | number | null | Reply[];

/** One connection to a Redis, made anew whenever it is lost. */
export interface Redis {
  /**
   * Runs one command. Rejects with `E014` when it can't be reached, or does not answer within a second: nobody knows then whether it was run.
   * Rejects with {@link RedisRefusal} when Redis says no.
   */
  run(...command: (string | Uint8Array)[]): Promise<Reply>;
  /** Goes up with each connection: who compares it learns that something may have been missed in between. */
  readonly connections: number;
  close(): void;
}

/** Redis has understood a command and refuses it; the message begins with Redis' own word, e.g. `OOM`. */
export class RedisRefusal extends Error {}

/** How long one command may take, in ms. Redis answers within one, so this is an outage. */
const DEADLINE_MS = 1_000;

/** How long a command may wait for the connection, in ms; the first one waits for the library to load as well. */
const CONNECT_MS = 3_000;

/** After a failed attempt everybody is refused at once for this long, in ms: at first, and at most. */
const PAUSE_MS = 100;
const MAX_PAUSE_MS = 2_000;

/** RESP's type of a text with a length. */
const BLOB = 36;

/** Connects at the first command, so that no start waits for it. */
export function openRedis(options: RedisOptions): Redis {
  let current: Promise<RedisClientType> | undefined;
  let connections = 0;
  let failures = 0;
  let pausedUntil = 0;
  let closed = false;

  const drop = (client: Promise<RedisClientType>, why: string) => {
    if (current !== client) return;
    current = undefined;
    // A client that is not open any more throws when it is told to end.
    client.then((one) => one.destroy()).catch(() => {});
    if (closed) return;
    pausedUntil = performance.now() + Math.min(MAX_PAUSE_MS, PAUSE_MS * 2 ** failures);
    if (failures++ === 0) options.onGone?.(why);
  };

  const connect = (): Promise<RedisClientType> => {
    const connecting: Promise<RedisClientType> = connectTo(options, (why) => drop(connecting, why)).then((client) => {
      connections++;
      failures = 0;
      if (options.onConnect !== undefined) tellInfo(client, options.onConnect);
      return client;
    });
    return connecting;
  };

  return {
    async run(...command) {
      if (closed || (current === undefined && performance.now() < pausedUntil)) throw gone();
      const mine = current ??= connect();
      let client: RedisClientType | undefined;
      try {
        client = await inTime(mine, CONNECT_MS);
        const args = command.map((one) => typeof one === "string" ? one : Buffer.from(one));
        return await inTime(client.sendCommand<Reply>(args, { typeMapping: { [BLOB]: Buffer } }), DEADLINE_MS);
      } catch (error) {
        // A refusal while connecting (a wrong password) leaves nothing to work with.
        if (client !== undefined && isRefusal(error)) throw new RedisRefusal(error.message);
        drop(mine, error instanceof Error ? error.message : "unknown");
        throw gone(error);
      }
    },
    get connections() {
      return connections;
    },
    close() {
      closed = true;
      if (current !== undefined) drop(current, "");
    },
  };
}

async function inTime<T>(answer: Promise<T>, ms: number): Promise<T> {
  const late = Promise.withResolvers<never>();
  const timer = setTimeout(() => late.reject(new Error(`no answer within ${ms} ms`)), ms);
  try {
    return await Promise.race([answer, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}

async function connectTo(options: RedisOptions, lost: (why: string) => void): Promise<RedisClientType> {
  // Loaded here and not above: a server without Redis never pays for it.
  const { createClient } = await import("@redis/client");
  const { protocol, hostname, port, pathname } = new URL(options.url);
  const host = hostname.replace(/^\[(.*)\]$/, "$1");
  const base = {
    host,
    port: port === "" ? 6379 : Number(port),
    connectTimeout: CONNECT_MS,
    // Connecting anew is done here, where it is bounded.
    reconnectStrategy: false as const,
  };
  const tls = { tls: true as const, servername: host, ...(options.ca !== undefined && { ca: options.ca }) };
  const client = createClient({
    // With the newer protocol the library reads a variable of the environment, which the Worker may not.
    RESP: 2,
    socket: protocol === "rediss:" ? { ...base, ...tls } : base,
    ...(options.username !== undefined && { username: options.username }),
    ...(options.password !== undefined && { password: options.password.reveal() }),
    database: Number(pathname.slice(1)),
    disableOfflineQueue: true,
    disableClientInfo: true,
  });
  // Without a listener an error would end the process.
  client.on("error", (error: unknown) => lost(error instanceof Error ? error.message : "unknown"));
  await client.connect();
  return client as unknown as RedisClientType;
}

/** Managed services forbid `INFO` to some users: then nothing is told. */
function tellInfo(client: RedisClientType, told: (info: string) => void): void {
  Promise.all(["memory", "persistence"].map((section) => client.sendCommand<string>(["INFO", section])))
    .then((sections) => told(sections.join("\n")))
    .catch(() => {});
}

/** Replies that begin with a word in capitals are Redis' own; while it loads its data it can as well not be there. */
function isRefusal(error: unknown): error is Error {
  return error instanceof Error && /^[A-Z]+ /.test(error.message) &&
    !/^(LOADING|MASTERDOWN|TRYAGAIN) /.test(error.message);
}

function gone(cause?: unknown): Failure {
  return new Failure("E014", "Cannot go on: what the replicas of this server share (Redis) can't be reached", {
    hint: "Try again in a few seconds. Reading works meanwhile; the operator finds the reason in the log.",
    retryable: true,
    details: { retry_after_s: 2 },
    cause,
  });
}
