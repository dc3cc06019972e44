import { type Settings, toPlain } from "../config/mod.ts";
import { withoutQuotes } from "../lib/describe_error.ts";
import { Failure } from "../lib/failure.ts";
import type { Log } from "../lib/log.ts";
import type { FromWorker, ToWorker } from "../worker.ts";
import { watchKeysFile } from "./keys_file.ts";
import { createLookup } from "./lookup.ts";
import { grants, workerPermissions } from "./permissions.ts";
import type { Prepared } from "./prepare.ts";

/** How long calls in flight may take to finish once a stop was asked for. Kubernetes kills after 30 s. */
const STOP_MS = 20_000;

/** One Worker that serves. */
export interface RunningWorker {
  /** The port it listens on (HTTP only). Rejects with why it can't; never settles over stdio. */
  listening: Promise<number>;
  /** Why it has ended: null after a stop, or when its client has gone. */
  ended: Promise<string | null>;
  /** Lets calls in flight finish; for the first `leadMs` it still takes new ones, and sends their clients elsewhere. */
  stop(leadMs: number): void;
  /** Ends it at once. */
  end(): void;
}

/** Starts a Worker whose permissions are exactly what these settings need. */
export function runWorker(
  { settings, keys }: Prepared,
  { version, log, takesOver }: { version: string; log: Log; takesOver: boolean },
): RunningWorker {
  const worker = startWorker(settings);
  const tell = (message: ToWorker) => worker.postMessage(message);
  const lookUp = createLookup(settings, log);
  const watching = new AbortController();
  const listening = Promise.withResolvers<number>();
  const ended = Promise.withResolvers<string | null>();
  listening.promise.catch(() => {}); // over stdio nobody asks

  const end = (why: string | null) => {
    watching.abort();
    worker.terminate();
    listening.reject(new Error(why ?? "it was stopped"));
    ended.resolve(why);
  };
  worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
    if (data.type === "listening") listening.resolve(data.port);
    else if (data.type === "lookup") {
      const { id, host } = data;
      lookUp(host).then((addresses) => tell({ type: "addresses", id, addresses }));
    } else end(data.type === "failed" ? `Cannot serve: ${data.message}` : null);
  };
  worker.onerror = (event) => {
    event.preventDefault();
    log.error("Cannot go on: the server stopped unexpectedly", { error: withoutQuotes(event.message) });
    end("");
  };
  tell({ type: "start", version, settings: toPlain(settings), keys: keys?.text ?? null, takesOver });
  if (keys !== null) {
    watchKeysFile(keys.file, keys.text, (text, why) => {
      if (why !== undefined) log.error("the keys file can't be used", { why });
      tell({ type: "keys", text });
    }, watching.signal);
  }
  return {
    listening: listening.promise,
    ended: ended.promise,
    stop(leadMs) {
      tell({ type: "stop", deadlineMs: STOP_MS, leadMs });
      // The Worker keeps its own deadline; this one holds even when it is stuck in a busy loop.
      setTimeout(() => end(""), leadMs + STOP_MS + 2_000);
    },
    end: () => end(null),
  };
}

/** The Worker gets what its settings need, which this process must be allowed itself. */
function startWorker(settings: Settings): Worker {
  const permissions = workerPermissions(settings);
  try {
    return new Worker(workerUrl(), { type: "module", deno: { permissions } });
  } catch (error) {
    if (!(error instanceof Deno.errors.NotCapable)) throw error;
    const needed = grants(settings).map(({ kind, what }) => `${kind} ${what}`).join(", ");
    throw new Failure("E011", "Cannot start the server: its settings need what this process itself may not do.", {
      hint: `They need: ${needed}. Give Deno the permissions that README names; no Odoo is asked at addresses where ` +
        "clouds keep their credentials (169.254.0.0/16 and the like).",
    });
  }
}

/** From source the Worker is TypeScript in `src`; in a bundle and an executable it lies beside the entry. */
function workerUrl(): URL {
  const source = import.meta.url.endsWith(".ts");
  return new URL(source ? "../worker.ts" : "./odoo-mcp-worker.js", import.meta.url);
}
