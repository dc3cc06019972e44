/**
 * What runs inside the permission-scoped Worker: the whole server, started and stopped by messages of the launcher
 * (`cli/serve.ts`). It can reach the configured Odoo hosts and its own port, and nothing else: no file, no variable.
 */
import { build } from "./app.ts";
import { fromPlain, type Settings } from "./config/mod.ts";
import { Failure } from "./lib/failure.ts";
import { openLog } from "./lib/log.ts";
import { serveOverHttp, serveOverStdio } from "./mcp/mod.ts";

/** What the launcher tells the Worker. */
export type ToWorker =
  | { type: "start"; version: string; settings: unknown }
  /** Finish what is in flight within `deadlineMs`, then close. */
  | { type: "stop"; deadlineMs: number };

/** What the Worker tells the launcher. */
export type FromWorker =
  | { type: "listening"; port: number }
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

let stop: (deadlineMs: number) => Promise<void> = () => Promise.resolve();

channel.onmessage = ({ data }) => {
  if (data.type === "start") start(data.version, data.settings);
  else stop(data.deadlineMs).finally(() => channel.postMessage({ type: "stopped" }));
};

function start(version: string, plain: unknown): void {
  const settings = fromPlain(plain);
  const log = openLog({ level: settings.log.level, format: settings.log.format });
  const onError = (error: Error) => log.warning("MCP transport", { error: error.message });
  try {
    const app = build(settings, { version, log });
    if (settings.transport === "stdio") {
      const connection = serveOverStdio(app.makeServer, {
        maxMessageBytes: 10 * 1024 * 1024,
        onError,
        onEnd: (problem) =>
          channel.postMessage(problem === null ? { type: "ended" } : { type: "failed", message: problem }),
      });
      stop = async (deadlineMs) => {
        await connection.stop(deadlineMs);
        app.close();
      };
      return;
    }
    const connection = serveOverHttp(app.makeServer, {
      host: settings.http.host,
      port: settings.http.port,
      allowedHosts: publicHosts(settings.http),
      allowedOrigins: settings.http.allowed_origins,
      bodyBytes: settings.limits.body_bytes,
      onError,
      ready: app.ready,
      idle: app.idle,
    });
    stop = async (deadlineMs) => {
      await connection.stop(deadlineMs);
      app.close();
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
