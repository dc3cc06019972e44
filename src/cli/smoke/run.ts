import { Failure } from "../../lib/failure.ts";
import { type Check, NotTried, type Smoke } from "./check.ts";

/** What became of a check. */
export interface Outcome {
  instance: string;
  /** The check's sentence. */
  name: string;
  verdict: "ok" | "failed" | "skipped";
  ms: number;
  /** What was found, what failed, or why it was not tried. */
  message: string;
  /** What to do; "" for nothing. */
  hint: string;
}

/** Runs checks one after the other. Never rejects for what Odoo or the server does. */
export async function* runChecks(checks: readonly Check[], smoke: Smoke, instance: string): AsyncGenerator<Outcome> {
  const listed = new Set<string>();
  let stopped: string | undefined;
  for (const { name, tools, first, run } of checks) {
    const missing = listed.size === 0 ? undefined : tools.find((tool) => !listed.has(tool));
    const why = stopped ?? (missing === undefined ? undefined : `the settings leave out ${missing}`);
    if (why !== undefined) {
      yield { instance, name, verdict: "skipped", ms: 0, message: why, hint: "" };
      continue;
    }
    const started = performance.now();
    const ended = (verdict: Outcome["verdict"], message: string, hint: string): Outcome => {
      return { instance, name, verdict, ms: Math.round(performance.now() - started), message, hint };
    };
    try {
      yield ended("ok", await run(smoke), "");
      if (listed.size === 0) { for (const tool of (await smoke.client.listTools()).tools) listed.add(tool.name); }
    } catch (error) {
      if (error instanceof NotTried) {
        yield ended("skipped", error.message, "");
        continue;
      }
      const { code, message, hint } = error instanceof Failure ? error : unexpected(error);
      yield ended("failed", `${code} ${message}`, hint || "See odoo-mcp doctor.");
      if (first === true) stopped = `not tried, because "${name}" failed`;
    }
  }
}

/** The session itself broke: the client rejects with an error of its own. */
function unexpected(error: unknown): Failure {
  const message = error instanceof Error ? error.message : String(error);
  return new Failure("E999", `Cannot ask the server: ${message}`, { hint: "See its messages above." });
}
