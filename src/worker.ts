/**
 * What runs inside the permission-scoped Worker: the whole server, started and stopped by messages of the launcher
 * (`cli/serve.ts`). It can reach the configured Odoo hosts and its own port, and nothing else: no file, no variable.
 */
import { build } from "./app.ts";
import { fromPlain, hasAuthentication, type Settings } from "./config/mod.ts";
import { LOCAL_CALLER } from "./guard/mod.ts";
import { withoutQuotes } from "./lib/describe_error.ts";
import { Failure } from "./lib/failure.ts";
import { openLog } from "./lib/log.ts";
import { createLookups } from "./lib/lookups.ts";
import { serveOverHttp, serveOverStdio } from "./mcp/mod.ts";

/** What the launcher tells the Worker. */
export type ToWorker =
  /** `takesOver`: another Worker listens on the port until this one does. */
  | { type: "start"; version: string; settings: unknown; keys: string | null; takesOver: boolean }
  /** The keys file was changed; null where it can't be used any more. */
  | { type: "keys"; text: string | null }
  /** Take requests for `leadMs` more, closing connections; finish what is in flight within `deadlineMs`, then close. */
  | { type: "stop"; deadlineMs: number; leadMs: number }
  /** What a name of `lookup` resolves to; empty where that can't be told. */
  | { type: "addresses"; id: number; addresses: string[] };

/** What the Worker tells the launcher. */
export type FromWorker =
  | { type: "listening"; port: number }
  /** Asks for the addresses of a configured host: looking names up takes a permission that this Worker has not. */
  | { type: "lookup"; id: number; host: string }
  /** stdin has ended: the client is gone. */
  | { type: "ended" }
  | { type: "stopped" }
  | { type: "failed"; message: string };

/** The Worker's own end of the channel; typed here because `lib.webworker` clashes with the window types. */
interface Channel {
  postMessage(message: FromWorker): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}
const channel = globalThis as unknown as Channel;

const lookups = createLookups((id, host) => channel.postMessage({ type: "lookup", id, host }));

let useKeys: (text: string | null) => void = () => {};
let stop: (deadlineMs: number, leadMs: number) => Promise<void> = () => Promise.resolve();

channel.onmessage = ({ data }) => {
  if (data.type === "start") start(data.version, data.settings, data.keys, data.takesOver);
  else if (data.type === "keys") useKeys(data.text);
  else if (data.type === "addresses") lookups.answer(data.id, data.addresses);
  else stop(data.deadlineMs, data.leadMs).finally(() => channel.postMessage({ type: "stopped" }));
};

function start(version: string, plain: unknown, keys: string | null, takesOver: boolean): void {
  const settings = fromPlain(plain);
  const log = openLog(settings.log);
  const onError = (error: Error) => log.warning("MCP transport", { error: withoutQuotes(error.message) });
  try {
    const app = build(settings, { version, log, lookup: lookups.ask });
    if (settings.transport === "stdio") {
      const connection = serveOverStdio(() => app.makeServer(LOCAL_CALLER), {
        maxMessageBytes: 10 * 1024 * 1024,
        onError,
        onEnd: (problem) =>
          void app.tellTraces().finally(() =>
            channel.postMessage(problem === null ? { type: "ended" } : { type: "failed", message: problem })
          ),
      });
      stop = async (deadlineMs) => {
        await connection.stop(deadlineMs);
        await app.close();
      };
      return;
    }
    useKeys = (text) => {
      const problem = app.gate.useKeys(text);
      if (problem !== null) log.error("no key is accepted until the keys file is right again", { why: problem });
      else log.info("the keys file was read again");
    };
    const problem = settings.security.keys === undefined ? null : app.gate.useKeys(keys);
    if (problem !== null) throw new Failure("E004", `the keys file (security.keys) can't be used: ${problem}.`);
    const connection = serveOverHttp(app.makeServer, {
      host: settings.http.host,
      port: settings.http.port,
      takesOver,
      ...(settings.http.identity && { tls: settings.http.identity }),
      ...(settings.http.public_url !== undefined && { publicUrl: settings.http.public_url }),
      ...(hasAuthentication(settings) && { streamMs: settings.security.sessions.ttl_s * 1000 }),
      sessions: {
        choice: settings.http.sessions,
        ttlMs: settings.security.sessions.ttl_s * 1000,
        onChange: app.countSessions,
      },
      sse: settings.transport === "sse",
      gate: app.gate,
      door: app.door,
      accessOf: app.accessOf,
      refused: app.refused,
      allowedHosts: publicHosts(settings.http),
      allowedOrigins: settings.http.allowed_origins,
      bodyBytes: settings.limits.body_bytes,
      onError,
      ready: app.ready,
      pages: app.pages(),
      onAnswer: app.countAnswer,
      idle: app.idle,
    });
    stop = async (deadlineMs, leadMs) => {
      await connection.leave(leadMs);
      await connection.stop(deadlineMs);
      await app.close();
    };
    channel.postMessage({ type: "listening", port: connection.port });
  } catch (error) {
    const hint = error instanceof Failure ? ` ${error.hint}` : "";
    channel.postMessage({ type: "failed", message: (error instanceof Error ? error.message : String(error)) + hint });
  }
}

/** The names requests may be addressed to: those allowed, and that of the address clients were given. */
function publicHosts({ allowed_hosts, public_url }: Settings["http"]): string[] {
  return public_url === undefined ? allowed_hosts : [...allowed_hosts, new URL(public_url).hostname];
}
