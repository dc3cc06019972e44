import { hasAuthentication, servesHttp, type Settings } from "../config/mod.ts";
import type { LimitOptions } from "../guard/mod.ts";

/**
 * How often callers may ask, with what the settings leave open filled in: over HTTP with authentication many share one
 * Odoo, so each gets a part of it (`SHARED`); whoever started the server alone has no limit.
 */
export function limitsOf(settings: Settings): LimitOptions {
  const { limits, instances } = settings;
  const shared = servesHttp(settings) && hasAuthentication(settings);
  const usual = shared ? SHARED : { ...ALONE, concurrent_per_caller: limits.concurrent };
  return {
    requests_per_minute: limits.requests_per_minute ?? usual.requests_per_minute,
    writes_per_minute: limits.writes_per_minute ?? usual.writes_per_minute,
    concurrent_per_caller: Math.min(limits.concurrent_per_caller ?? usual.concurrent_per_caller, limits.concurrent),
    concurrent: limits.concurrent,
    burst: limits.burst,
    instances: Object.fromEntries(
      Object.entries(instances).map(([name, { requests_per_minute: most = 0 }]) => [name, most]),
    ),
    atTheDoor: servesHttp(settings),
  };
}

/**
 * An agent that thinks between its calls makes 10 to 60 a minute, several of one user together some hundreds; an Odoo with
 * four workers answers some thousands. So nobody who works notices these, and a loop gone wild takes a part of Odoo only.
 */
const SHARED = { requests_per_minute: 600, writes_per_minute: 120, concurrent_per_caller: 16 };

const ALONE = { requests_per_minute: 0, writes_per_minute: 0 };
