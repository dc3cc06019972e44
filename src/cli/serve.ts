import type { Settings } from "../config/mod.ts";
import { toPlain } from "../config/mod.ts";
import { openLog } from "../lib/log.ts";
import { hostText, workerPermissions } from "./permissions.ts";
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
export function serve(given: Settings, options: { version: string; warnings: string[] }): Promise<number> {
  const log = openLog({ level: given.log.level, format: given.log.format });
  for (const warning of options.warnings) log.warning(warning);
  const { settings, warning } = withStore(given);
  if (warning !== undefined) log.warning(warning);
  const worker = new Worker(workerUrl(), {
    type: "module",
    deno: { permissions: workerPermissions(settings) },
  });
  const tell = (message: ToWorker) => worker.postMessage(message);

  return new Promise((resolve) => {
    let stopping = false;
    const end = (code: number) => {
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
        log.info(`serving MCP at http://${hostText(settings.http.host)}:${data.port}/mcp`, { port: data.port });
      } else if (data.type === "failed") {
        log.error(`Cannot serve: ${data.message}`);
        end(1);
      } else end(0);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      log.error("Cannot go on: the server stopped unexpectedly", { error: event.message });
      end(1);
    };
    for (const signal of signals()) Deno.addSignalListener(signal, stop);
    tell({ type: "start", version: options.version, settings: toPlain(settings) });
  });
}

/** From source the Worker is TypeScript in `src`; in a bundle and an executable it lies beside the entry. */
function workerUrl(): URL {
  const source = import.meta.url.endsWith(".ts");
  return new URL(source ? "../worker.ts" : "./odoo-mcp-worker.js", import.meta.url);
}

function signals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}
