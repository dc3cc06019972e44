import { createDemo, type DemoOptions, demoVersion } from "../../src/demo/mod.ts";
import { type PolicyRules, withPolicy } from "../../src/guard/mod.ts";
import { type ChangeOptions, DEFAULT_ACTION_PATTERNS, type Plan } from "../../src/change/mod.ts";
import { createSealer } from "../../src/lib/sealer.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";
import { bindOdoo, type Call, type Odoo, readUser, type Wrap } from "../../src/odoo/mod.ts";
import { never } from "../odoo/calls.ts";

/** The rules of a server without any setting. */
export const RULES: PolicyRules = {
  mode: "guarded",
  models: { allow: [], deny: [] },
  fields: { hide: [] },
  actions: { allow: DEFAULT_ACTION_PATTERNS, deny: [] },
};

/** The demo company behind the real policy, and what was sent to it. */
export interface Company {
  odoo: Odoo;
  /** All calls that reached it, without those for fields and the user. */
  sent: Call[];
  /** Methods of {@link sent} that change something. */
  changes(): string[];
}

/** How a test's company differs from the plain one. */
export interface CompanyOptions {
  login?: NonNullable<DemoOptions["login"]>;
  signal?: AbortSignal;
  /** Stands between policy and company: where a test breaks the line. */
  wrap?: Wrap;
  rules?: PolicyRules;
  /** Where the company's clock starts, when a test compares it with ours. */
  today?: Date;
}

const UIDS = { admin: 2, demo: 6, limited: 8 };

/** A fresh company on the same day each time, seen by its administrator unless told otherwise. */
export async function company(options: CompanyOptions = {}): Promise<Company> {
  const { login = "admin", signal = never, wrap = (next) => next, rules = RULES } = options;
  const { today = new Date("2026-11-21T09:00:00Z") } = options;
  const demo = createDemo({ today, login });
  const sent: Call[] = [];
  const line = wrap(demo);
  const execute = withPolicy(rules)((call, inner) => {
    if (call.method !== "fields_get" && call.origin === "caller") sent.push(call);
    return line(call, inner);
  });
  const user = { ...await readUser(demo, UIDS[login], never), timeZone: "Europe/Brussels" };
  const odoo = bindOdoo({
    instance: "demo",
    webUrl: null,
    execute,
    version: () => Promise.resolve(demoVersion),
    user: () => Promise.resolve(user),
    signal,
  });
  return { odoo, sent, changes: () => sent.filter(({ effect }) => effect !== "read").map(({ method }) => method) };
}

/** Options of a change whose every plan is agreed to and kept. */
export function agreeing(guardedRows = 20): ChangeOptions & { dryRun: false; plans: Plan[] } {
  const plans: Plan[] = [];
  return {
    guardedRows,
    plans,
    dryRun: false,
    planToken: () => Promise.resolve("plan token"),
    store: memoryStore(),
    sealer: createSealer(new Uint8Array(32)),
    caller: "local",
    confirm: (plan) => {
      plans.push(plan);
      return Promise.resolve();
    },
  };
}

/** Thrown by {@link declining}. */
export class Declined extends Error {}

/** Options of a change whose every plan is declined. */
export function declining(guardedRows = 20): ReturnType<typeof agreeing> {
  const options = agreeing(guardedRows);
  return {
    ...options,
    confirm: async (plan) => {
      await options.confirm(plan);
      throw new Declined(plan.summary);
    },
  };
}
