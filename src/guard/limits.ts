import { Failure } from "../lib/failure.ts";
import type { Access } from "./access.ts";
import { type Buckets, createBuckets, type MakeBuckets } from "./bucket.ts";
import type { Caller } from "./caller.ts";

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
  /** Where the tokens are counted: in memory where absent, else together with the other replicas. */
  buckets?: MakeBuckets;
}

/** Keeps the count of who asked how often. One for the process. */
export interface Limits {
  /** Counts one request over HTTP, before its body is read: `E006` with `retry_after_s`, or null. */
  request(caller: string): Promise<Failure | null>;
  /**
   * Counts one tool call: `E006` where it is one too many, `E014` where too many of the caller's are being answered. Call
   * what it answers when the call is over.
   */
  enter(caller: Caller, call: { instance: string; access: Access }): Promise<() => void>;
}

/** Makes the limits of these settings. */
export function createLimits(options: LimitOptions): Limits {
  const { burst, buckets = (rate) => createBuckets(rate) } = options;
  const make = (perMinute: number, what: string): Buckets | null =>
    perMinute === 0 ? null : buckets({ perMinute, burst: Math.min(burst, perMinute) }, what);
  const requests = make(options.requests_per_minute, "requests");
  const writes = make(options.writes_per_minute, "writes");
  const instances = new Map(
    Object.entries(options.instances).map(([name, perMinute]) => [name, make(perMinute, "instances")]),
  );
  const running = createCount();

  const request = async (caller: string) => {
    const wait = await requests?.take(caller) ?? 0;
    if (wait === 0) return null;
    return tooMany(`${options.requests_per_minute} requests a minute`, "limits.requests_per_minute", wait);
  };

  return {
    request,
    async enter(caller, { instance, access }) {
      const [all, own] = [JSON.stringify([instance]), JSON.stringify([instance, caller.id])];
      if (running.of(own) >= options.concurrent_per_caller) {
        throw tooManyAtOnce(running.of(own), " of this caller", "_per_caller");
      }
      if (running.of(all) >= options.concurrent) throw tooManyAtOnce(running.of(all), "", "");
      // Counted before anything is waited for, so that many at once don't all see room.
      for (const name of [all, own]) running.add(name, 1);
      const leave = () => [all, own].forEach((name) => running.add(name, -1));
      const refused = await refusalOf(caller, instance, access);
      if (refused === null) return leave;
      leave();
      throw refused;
    },
  };

  async function refusalOf(caller: Caller, instance: string, access: Access): Promise<Failure | null> {
    const refused = options.atTheDoor ? null : await request(caller.id);
    if (refused !== null) return refused;
    const written = access === "read" ? 0 : await writes?.take(caller.id) ?? 0;
    if (written > 0) {
      return tooMany(`${options.writes_per_minute} changes a minute`, "limits.writes_per_minute", written);
    }
    const shared = await instances.get(instance)?.take(instance) ?? 0;
    if (shared === 0) return null;
    const most = options.instances[instance];
    return tooMany(`${most} calls a minute on ${instance}, all callers together`, "requests_per_minute", shared);
  }
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
