import { type Loaded, type Refused, servesHttp, type Settings } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { Log } from "../lib/log.ts";
import { type Prepared, prepareSettings } from "./prepare.ts";
import { type RunningWorker, runWorker } from "./run_worker.ts";

/** What the next Worker is made with. */
export interface ReloadOptions {
  version: string;
  log: Log;
  /** Reads the settings again. */
  reread(): Loaded | Refused;
}

/** What takes over. */
export interface Next {
  worker: RunningWorker;
  prepared: Prepared;
  /** How long the old one goes on taking requests, in ms. */
  leadMs: number;
}

/**
 * So long both listen, in ms: the old one closes each connection with its answer, so that none is open when it stops
 * listening. What connects in the very moment of that may still be cut; it was not handled then, and clients try again.
 */
const LEAD_MS = 500;

/** Starting takes a tenth of a second; a Worker that takes longer than this is no good, in ms. */
const START_MS = 15_000;

/**
 * Makes the next Worker from the settings as they are now, listening on the same port as the old one. Answers null, and
 * logs why, where that can't be: the old one goes on then.
 */
export function createReload(
  { reread, version, log }: ReloadOptions,
): (first: Settings, old: RunningWorker) => Promise<Next | null> {
  return async (first, old) => {
    try {
      refuse(whyNot(first));
      const loaded = reread();
      if ("problems" in loaded) return refuse(loaded.problems.map(({ message }) => message).join(" "));
      const port = await old.listening;
      const { http } = loaded.settings;
      // The system chose a port for 0; clients know that one.
      const settings = { ...loaded.settings, http: { ...http, port: http.port === 0 ? port : http.port } };
      refuse(servesHttp(settings) ? null : "the transport can't change while clients are connected");
      const prepared = await prepareSettings(settings);
      for (const warning of [...loaded.warnings, ...prepared.warnings]) log.warning(warning);
      const worker = runWorker(prepared, { version, log, takesOver: settings.http.port === port });
      const late = setTimeout(() => worker.end(), START_MS);
      await worker.listening.finally(() => clearTimeout(late));
      log.info("the settings were read again and are in use", { instances: Object.keys(settings.instances).length });
      return { worker, prepared, leadMs: LEAD_MS };
    } catch (error) {
      const hint = error instanceof Failure ? ` ${error.hint}` : "";
      const why = (error instanceof Error ? error.message : String(error)) + hint;
      log.error("Cannot use the settings as they are now; the server goes on with those it has", { why });
      return null;
    }
  };
}

function refuse(why: string | null): null {
  if (why !== null) throw new Error(why);
  return null;
}

/** Two Workers listen on one port while one takes over from the other, which takes Linux and an unstable part of Deno. */
function whyNot(settings: Settings): string | null {
  if (!servesHttp(settings)) return "over stdio a server belongs to its one client, who starts it anew";
  return canShareThePort() ? null : "this takes Linux, and Deno started with --unstable-net";
}

/** Asking for it without the flag would end the process; the flag also brings this function. */
function canShareThePort(): boolean {
  return Deno.build.os === "linux" && "listenDatagram" in Deno;
}
