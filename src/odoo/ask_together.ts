import { sleep } from "../lib/abort.ts";
import type { Json } from "../lib/json.ts";
import type { CachePart } from "../lib/shared_cache.ts";

/** What is asked, and how long its answer is kept, in ms. */
export interface Question {
  key: string;
  /** {@link CachePart.tag} from before anything was asked. */
  tag: string;
  ttlMs: number;
}

/** A claim outlives the longest read; whoever dies with one keeps nobody waiting longer than {@link WAIT_MS}. */
const CLAIM_MS = 60_000;
const WAIT_MS = 2_000;
const LOOK_MS = 25;

/**
 * The answer that some replica keeps, or asks: of several replicas that miss the same answer at the same moment one asks
 * and the others wait for it, so that an expired entry does not bring all of them down on Odoo at once.
 */
export async function askTogether(
  part: CachePart,
  { key, tag, ttlMs }: Question,
  signal: AbortSignal,
  ask: () => Promise<Json>,
): Promise<Json> {
  const kept = await part.get(key, tag);
  if (kept !== undefined) return kept;
  if (await part.claim(key, tag, CLAIM_MS)) {
    try {
      const value = await ask();
      await part.put(key, tag, value, ttlMs);
      return value;
    } finally {
      await part.letGo(key, tag);
    }
  }
  for (let waited = 0; waited < WAIT_MS; waited += LOOK_MS) {
    await sleep(LOOK_MS, signal);
    const claimed = await part.isClaimed(key, tag);
    // Looked at after the claim: its holder keeps the answer first and lets go then.
    const found = await part.get(key, tag);
    if (found !== undefined) return found;
    if (!claimed) break;
  }
  return await ask();
}
