import type { Settings } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import { type Log, openLog } from "../lib/log.ts";
import { watchParent } from "./parent.ts";
import { hostText } from "./permissions.ts";
import { type Prepared, prepareSettings } from "./prepare.ts";
import { reason } from "./private_file.ts";
import type { ReloadOptions } from "./reload.ts";
import { runWorker } from "./run_worker.ts";

/** Exit codes of a process ended by a signal, as shells expect them after a second, impatient one. */
const IMPATIENT_EXIT = 130;

/** What serving is started with. */
export interface ServeOptions extends Omit<ReloadOptions, "log"> {
  warnings: string[];
}

/**
 * Runs the server in a Worker whose permissions are exactly the configured Odoo hosts and the listening port, and stays
 * to own what the Worker may not touch: signals, files, and the process's end. SIGHUP starts another Worker with the settings
 * as they are now. Resolves with the exit code.
 */
export async function serve(given: Settings, options: ServeOptions): Promise<number> {
  const log = openLogAt(given);
  for (const warning of options.warnings) log.warning(warning);
  const first = await prepareSettings(given);
  for (const warning of first.warnings) log.warning(warning);
  let current = runWorker(first, { version: options.version, log, takesOver: false });
  current.listening.then((port) => log.info(`serving MCP at ${addressOf(first, port)}`, { port }), () => {});
  let stopTurning = () => {};

  return await new Promise((resolve) => {
    let stopWatching = () => {};
    const end = (code: number) => {
      stopTurning();
      stopWatching();
      resolve(code);
    };
    const follow = (worker: typeof current) => {
      worker.ended.then((why) => {
        // One that was replaced ends by itself.
        if (worker !== current) return;
        if (why !== null && why !== "") log.error(why);
        end(why === null ? 0 : 1);
      });
    };
    follow(current);

    let stopping = false;
    const stop = () => {
      if (stopping) Deno.exit(IMPATIENT_EXIT);
      stopping = true;
      log.info("stopping; calls in flight may finish");
      current.stop(0);
    };
    for (const signal of signals()) Deno.addSignalListener(signal, stop);
    if (given.transport === "stdio") {
      stopWatching = watchParent(() => {
        if (!stopping) stop();
      });
    }

    if (Deno.build.os !== "windows") {
      const reload = async () => {
        const { createReload } = await import("./reload.ts");
        const next = await createReload({ ...options, log })(first.settings, current);
        if (next === null || stopping) return next?.worker.end();
        const old = current;
        current = next.worker;
        follow(current);
        old.stop(next.leadMs);
        turn(next.prepared);
      };
      // One after the other: a signal that comes meanwhile may be about a still newer file.
      let reloading = Promise.resolve();
      Deno.addSignalListener("SIGHUP", () => reloading = reloading.then(reload));
    }

    const turn = ({ settings }: Prepared) => {
      stopTurning();
      stopTurning = () => {};
      if (settings.audit.key === undefined) return;
      import("./audit_turnover.ts").then(({ keepTurning }) => stopTurning = keepTurning(settings, log));
    };
    // Loaded once the Worker is on its way: nobody waits for it.
    turn(first);
  });
}

/** Where clients find it. */
function addressOf({ settings: { http } }: Prepared, port: number): string {
  return `${http.identity === undefined ? "http" : "https"}://${hostText(http.host)}:${port}/mcp`;
}

function openLogAt({ log }: Settings): Log {
  try {
    return openLog(log);
  } catch (error) {
    throw new Failure("E004", `Cannot write the log file ${log.file}: ${reason(error)}`, { hint: "Check log.file." });
  }
}

function signals(): Deno.Signal[] {
  return Deno.build.os === "windows" ? ["SIGINT", "SIGBREAK"] : ["SIGINT", "SIGTERM"];
}
