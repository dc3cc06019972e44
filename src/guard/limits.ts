import { Failure } from "../lib/failure.ts";
import type { Access } from "./access.ts";
import type { Caller } from "./caller.ts";
import { inMemory, type MakeLimiter, type RateLimiter } from "./rate.ts";

/** How often callers may ask; 0 is no limit. Settings keep their names. */
export interface LimitOptions {
  requests_per_minute: number;
  /** Requests of one caller that may come at once, within the limit a minute. */
  burst: number;
  writes_per_minute: number;
  /**
   * Tool calls at the same time on one Instance, and those of one caller. Instances are counted apart, because calls on one
   * that hangs last until their deadline and must keep nobody from the others.
   */
  concurrent: number;
  concurrent_per_caller: number;
  /** Tool calls a minute on an Instance, all callers together, by its name. */
  instances: Readonly<Record<string, number>>;
  /** Whether requests are counted as they come in (HTTP), so that tool calls need not be. */
  atTheDoor: boolean;
}

/** Keeps the count of who asked how often. One for the process. */
export interface Limits {
  /** Counts one request over HTTP, before its body is read: `E006` with `retry_after_s`, or null. */
  request(caller: string): Promise<Failure | null>;
  /**
   * Counts one tool call; rejects with `E006` where it is one too many, `E014` where too many are being answered. Call what it resolves with when the call is over.
   */
  enter(caller: Caller, call: { instance: string; access: Access }): Promise<() => void>;
}

/** Makes the limits of these settings. `make` decides where is counted. */
export function createLimits(options: LimitOptions, make: MakeLimiter = inMemory): Limits {
  const { burst, requests_per_minute, writes_per_minute } = options;
  const limiter = (name: string, perMinute: number): RateLimiter | null =>
    perMinute === 0 ? null : make({ name, perMinute, burst: Math.min(burst, perMinute) });
  const requests = limiter("requests", requests_per_minute);
  const writes = limiter("writes", writes_per_minute);
  const instances = new Map(
    Object.entries(options.instances).map(([name, perMinute]) => [name, limiter(`instance ${name}`, perMinute)]),
  );
  const running = createCount();

  const request = async (caller: string) => {
    const wait = await requests?.take(caller) ?? 0;
    return wait === 0 ? null : tooMany(`${requests_per_minute} requests a minute`, "limits.requests_per_minute", wait);
  };

  /** Takes what this call needs of each bucket, or throws. */
  async function take(caller: string, instance: string, access: Access): Promise<void> {
    const refused = options.atTheDoor ? null : await request(caller);
    if (refused !== null) throw refused;
    const written = access === "read" ? 0 : await writes?.take(caller) ?? 0;
    if (written > 0) throw tooMany(`${writes_per_minute} changes a minute`, "limits.writes_per_minute", written);
    const shared = await instances.get(instance)?.take(instance) ?? 0;
    if (shared > 0) {
      const allowed = `${options.instances[instance]} calls a minute on ${instance}, all callers together`;
      throw tooMany(allowed, "requests_per_minute", shared);
    }
  }

  return {
    request,
    async enter({ id }, { instance, access }) {
      const [all, own] = [JSON.stringify([instance]), JSON.stringify([instance, id])];
      if (running.of(own) >= options.concurrent_per_caller) {
        throw tooManyAtOnce(running.of(own), " of this caller", "_per_caller");
      }
      if (running.of(all) >= options.concurrent) throw tooManyAtOnce(running.of(all), "", "");
      const leave = () => [all, own].forEach((name) => running.add(name, -1));
      // Before the wait for a shared count, in which others come in.
      for (const name of [all, own]) running.add(name, 1);
      try {
        await take(id, instance, access);
      } catch (error) {
        leave();
        throw error;
      }
      return leave;
    },
  };
}

function tooMany(allowed: string, rule: string, wait: number): Failure {
  return new Failure("E006", `Cannot run this now: this server allows ${allowed}`, {
    hint: `Try again in ${wait} s.`,
    retryable: true,
    details: { rule, retry_after_s: wait },
  });
}

function createCount() {
  const counts = new Map<string, number>();
  return {
    of: (name: string) => counts.get(name) ?? 0,
    add(name: string, by: number) {
      const now = (counts.get(name) ?? 0) + by;
      if (now > 0) counts.set(name, now);
      else counts.delete(name);
    },
  };
}

function tooManyAtOnce(running: number, whose: string, rule: string): Failure {
  return new Failure("E014", `Cannot run this now: ${running} tool calls${whose} are being answered`, {
    hint: "Try again in a second, with fewer calls at once.",
    retryable: true,
    details: { rule: `limits.concurrent${rule}`, retry_after_s: 1 },
  });
}
