import { Failure } from "../lib/failure.ts";
import { canonicalJson, type Json } from "../lib/json.ts";
import { sign, signingKey, toBase64Url, verify } from "../lib/seal.ts";
import type { Store } from "../lib/store/store.ts";

const LIFETIME_MS = 5 * 60_000;
const MAX_USED = 10_000;

/** Proof that a change was shown before it is made. It does not prove that a person agreed. */
export interface PlanTokens {
  /**
   * A token for exactly this binding (caller, Instance, tool and payload without the token itself), while records look
   * as they do.
   */
  issue(binding: Json, look?: Json): Promise<string>;
  /**
   * Uses a token up. `E010` unless it was issued here for this binding, has not expired and was not used before; and
   * unless the records still look as they did, which alone is told.
   */
  redeem(token: string, binding: Json, look?: Json): Promise<void>;
}

/** Remembers which tokens were used: in memory, or in a Store that replicas share. */
export interface UsedTokens {
  /** True the first time only. `until` is when the token expires (ms since 1970) and may be forgotten. */
  use(id: string, until: number): Promise<boolean>;
}

/** Where tokens come from. */
export interface PlanTokenOptions {
  /** 32 random bytes or more; replicas that share them accept each other's tokens. */
  key: Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>;
  /** The clock, in ms since 1970. */
  now?: () => number;
  used?: UsedTokens;
}

/** Plan tokens that expire after 5 minutes and work once. A token that fails tells nothing of why, nor of itself. */
export function createPlanTokens(options: PlanTokenOptions): PlanTokens {
  const now = options.now ?? Date.now;
  const used = options.used ?? usedInMemory(now);
  const key = options.key instanceof Uint8Array ? signingKey(options.key) : options.key.then(signingKey);
  const lookText = async (look: Json) => await sign(await key, canonicalJson(["odoo-mcp look", look]));

  return {
    async issue(binding, look = null) {
      const expires = now() + LIFETIME_MS;
      const id = toBase64Url(crypto.getRandomValues(new Uint8Array(16)));
      const looked = await lookText(look);
      return `${expires}.${id}.${looked}.${await sign(await key, signedText(expires, id, looked, binding))}`;
    },
    async redeem(token, binding, look = null) {
      const [, digits, id, looked, signature] = /^(\d{1,15})\.([\w-]{22})\.([\w-]{43})\.([\w-]{43})$/.exec(token) ?? [];
      if (digits === undefined || id === undefined || looked === undefined || signature === undefined) throw notValid();
      const expires = Number(digits);
      if (!await verify(await key, signedText(expires, id, looked, binding), signature)) throw notValid();
      if (expires <= now() || !await used.use(id, expires)) throw notValid();
      if (looked !== await lookText(look)) throw noLongerFits();
    },
  };
}

function signedText(expires: number, id: string, looked: string, binding: Json): string {
  return canonicalJson(["odoo-mcp plan", expires, id, looked, binding]);
}

/** Only whoever holds a valid plan learns this. */
function noLongerFits(): Failure {
  return new Failure(
    "E010",
    "Cannot go on: the plan no longer fits, its records were changed since. Nothing was changed",
    {
      hint: "Call again without plan to see what would happen now and get a new one.",
      details: { no_longer_fits: true },
    },
  );
}

function notValid(): Failure {
  return new Failure("E010", "Cannot go on: the plan is not valid for this request. Nothing was changed", {
    hint: "A plan works once, for five minutes, and only with the arguments it was made for. " +
      "Call again without plan to get a new one.",
  });
}

/** Used tokens in a Store, so that replicas and a restarted server know them too. */
export function usedInStore(store: Store, now: () => number = Date.now): UsedTokens {
  return { use: (id, until) => store.putNew(`plan:${id}`, true, Math.max(1, until - now())) };
}

/** Used tokens of one process, each kept until it expires. Full is full: to forget one would let it work twice. */
export function usedInMemory(now: () => number = Date.now, most: number = MAX_USED): UsedTokens {
  const used = new Map<string, number>();
  return {
    use(id, until) {
      if (used.has(id)) return Promise.resolve(false);
      // Insertion order is near expiry order, so what can be forgotten stands in front.
      for (const [other, expires] of used) {
        if (expires > now()) break;
        used.delete(other);
      }
      if (used.size >= most) {
        return Promise.reject(
          new Failure("E014", `Cannot go on: ${most} plans were used within five minutes`, {
            hint: "Try again in a few minutes.",
            retryable: true,
            details: { retry_after_s: LIFETIME_MS / 1000 },
          }),
        );
      }
      used.set(id, until);
      return Promise.resolve(true);
    },
  };
}
