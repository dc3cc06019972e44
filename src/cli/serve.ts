import type { Settings } from "../config/mod.ts";
import { toPlain } from "../config/mod.ts";
import { withoutQuotes } from "../lib/describe_error.ts";
import { Failure } from "../lib/failure.ts";
import { type Log, openLog } from "../lib/log.ts";
import { withAudit } from "./audit_place.ts";
import { readKeysFile, watchKeysFile } from "./keys_file.ts";
import { createLookup } from "./lookup.ts";
import { watchParent } from "./parent.ts";
import { hostText, workerPermissions } from "./permissions.ts";
import { reason } from "./private_file.ts";
import { withSecrets } from "./secret_references.ts";
import { withStore } from "./store_file.ts";
import type { FromWorker, ToWorker } from "../worker.ts";

/** How long calls in flight may take to finish once a stop was asked for. Kubernetes kills after 30 s. */
const STOP_MS = 20_000;

/** Exit codes of a process ended by a signal, as shells expect them after a second, impatient one. */
const IMPATIENT_EXIT = 130;

/**
 * Runs the server in a Worker whose permissions are exactly the configured Odoo hosts and the listening port, and stays
 * to own what the Worker may not touch: signals and the process's end. Resolves with the exit code.
 */
export async function serve(given: Settings, options: { version: string; warnings: string[] }): Promise<number> {
  const log = openLogAt(given);
  for (const warning of options.warnings) log.warning(warning);
  const stored = withStore(await withSecrets(given));
  const { settings, warning } = withAudit(stored.settings);
  for (const one of [stored.warning, warning]) if (one !== undefined) log.warning(one);
  const keysFile = settings.transport === "http" ? settings.security.keys : undefined;
  const keys = keysFile === undefined ? null : readKeysFile(keysFile);
  const watching = new AbortController();
  const worker = new Worker(workerUrl(), {
    type: "module",
    deno: { permissions: workerPermissions(settings) },
  });
  const tell = (message: ToWorker) => worker.postMessage(message);
  const lookUp = createLookup(settings, log);
  const scheme = settings.http.identity === undefined ? "http" : "https";

  return await new Promise((resolve) => {
    let stopping = false;
    let stopTurning = () => {};
    let stopWatching = () => {};
    const end = (code: number) => {
      stopTurning();
      stopWatching();
      watching.abort();
      worker.terminate();
      resolve(code);
    };
    const stop = () => {
      if (stopping) Deno.exit(IMPATIENT_EXIT);
      stopping = true;
      log.info("stopping; calls in flight may finish");
      tell({ type: "stop", deadlineMs: STOP_MS });
      // The Worker keeps its own deadline; this one holds even when it is stuck in a busy loop.
      setTimeout(() => end(1), STOP_MS + 2_000);
    };
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.type === "listening") {
        log.info(`serving MCP at ${scheme}://${hostText(settings.http.host)}:${data.port}/mcp`, { port: data.port });
      } else if (data.type === "lookup") {
        const { id, host } = data;
        lookUp(host).then((addresses) => tell({ type: "addresses", id, addresses }));
      } else if (data.type === "failed") {
        log.error(`Cannot serve: ${data.message}`);
        end(1);
      } else end(0);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      log.error("Cannot go on: the server stopped unexpectedly", { error: withoutQuotes(event.message) });
      end(1);
    };
    for (const signal of signals()) Deno.addSignalListener(signal, stop);
    if (settings.transport === "stdio") {
      stopWatching = watchParent(() => {
        if (!stopping) stop();
      });
    }
    tell({ type: "start", version: options.version, settings: toPlain(settings), keys });
    if (keysFile !== undefined && keys !== null) {
      watchKeysFile(keysFile, keys, (text, why) => {
        if (why !== undefined) log.error("the keys file can't be used", { why });
        tell({ type: "keys", text });
      }, watching.signal);
    }
    // Loaded once the Worker is on its way: nobody waits for it.
    if (settings.audit.key !== undefined) {
      import("./audit_turnover.ts").then(({ keepTurning }) => stopTurning = keepTurning(settings, log));
    }
  });
}

function openLogAt({ log }: Settings): Log {
  try {
    return openLog(log);
  } catch (error) {
    throw new Failure("E004", `Cannot write the log file ${log.file}: ${reason(error)}`, { hint: "Check log.file." });
  }
}

/** From source the Worker is TypeScript in `src`; in a bundle and an executable it lies beside the entry. */
function workerUrl(): URL {
  const source = import.meta.url.endsWith(".ts");
  return new URL(source ? "../worker.ts" : "./odoo-mcp-worker.js", import.meta.url);
}

function signals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}
