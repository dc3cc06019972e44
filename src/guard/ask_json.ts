import { guardAddress, type Lookup } from "../lib/address_guard.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type JsonObject } from "../lib/json.ts";

/** How long the OAuth server may take, in ms. */
export const ASK_MS = 5_000;

/** Larger than any metadata or set of keys. */
const MAX_ANSWER = 256 * 1024;

/** Asks an address for a JSON object. Rejects with `E001` where it gives none. */
export type AskJson = (url: string, init: RequestInit) => Promise<JsonObject>;

/**
 * Asks an OAuth server, with a deadline, a size limit and no redirects, and nowhere that `guardAddress` refuses. `ca` is
 * its certificate authority as PEM, beside those of the system.
 */
export function createAskJson({ ca, lookup }: { ca?: string; lookup?: Lookup | undefined }): AskJson {
  const client = ca === undefined ? undefined : Deno.createHttpClient({ caCerts: [ca] });
  const guards = new Map<string, (signal: AbortSignal) => Promise<void>>();
  const check = async (host: string, signal: AbortSignal) => {
    if (lookup === undefined) return;
    const guard = guards.get(host) ?? guardAddress(host, lookup);
    guards.set(host, guard);
    await guard(signal);
  };
  return async (url, init) => {
    try {
      const signal = AbortSignal.timeout(ASK_MS);
      await check(new URL(url).hostname, signal);
      const response = await fetch(url, {
        ...init,
        headers: { accept: "application/json", ...init.headers as Record<string, string> },
        redirect: "manual",
        signal,
        ...(client !== undefined && { client }),
      });
      const text = await readText(response);
      if (response.status !== 200) throw new Error(`HTTP ${response.status}`);
      const json: unknown = JSON.parse(text);
      if (!isObject(json)) throw new Error("no JSON object");
      return json;
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw cannotAsk(new URL(url).host, error);
    }
  };
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.length;
    if (size > MAX_ANSWER) throw new Error(`an answer of more than ${MAX_ANSWER} bytes`);
    chunks.push(chunk);
  }
  return await new Blob(chunks).text();
}

/** The OAuth server could not be asked; it may soon be. */
export function cannotAsk(what: string, cause: unknown): Failure {
  return new Failure("E001", `Cannot check a token: asking ${what} failed`, { retryable: true, cause });
}
