/** The real Odoo as `change` and `ask` get it: behind the policy, over one of the old protocols. */
import { DEFAULT_ACTION_PATTERNS } from "../../src/change/mod.ts";
import { withPolicy } from "../../src/guard/mod.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { Secret } from "../../src/lib/secret.ts";
import { bindOdoo, type Call, composeInstance, createRpc, createSession, type Odoo } from "../../src/odoo/mod.ts";
import type { LiveOdoo } from "./live.ts";

/** A connection; what a test keeps is deleted when it is disposed. */
export interface LiveConnection extends AsyncDisposable {
  odoo: Odoo;
  /** Every call that left, without those for the schema. */
  sent: Call[];
  /** Methods of {@link sent} that change something. */
  changes(): string[];
  /** Notes records for deletion. */
  keep(model: string, ids: number[]): void;
}

/** Logs in lazily, as anyone of the live Odoo's users. */
export function connectLive(
  live: LiveOdoo,
  protocol: "jsonrpc" | "xmlrpc",
  login: { user: string; password: string } = { user: live.username, password: live.password },
): LiveConnection {
  const rpc = createRpc({ baseUrl: live.url });
  const who = { database: live.database, username: login.user, password: new Secret(login.password) };
  const sent: Call[] = [];
  const session = createSession({ ...who, protocol }, rpc);
  const { name, webUrl, version, user, execute } = composeInstance({
    name: "live",
    webUrl: live.url,
    odoo: { max_connections: 4 },
    limits: { read_ms: 30_000, write_ms: 50_000, queue: 100 },
    cache: { records_ttl_s: 0, schema_ttl_s: 3600, max_entries: 100 },
    metrics: createMetrics(),
    source: {
      ...session,
      execute: (call, signal) => {
        if (call.cache !== "schema") sent.push(call);
        return session.execute(call, signal);
      },
    },
  });
  const rules = {
    mode: "guarded" as const,
    models: { allow: [], deny: [] },
    fields: { hide: [] },
    actions: { allow: DEFAULT_ACTION_PATTERNS, deny: [] },
  };
  const signal = new AbortController().signal;
  const odoo = bindOdoo({ instance: name, webUrl, execute: withPolicy(rules)(execute("live")), version, user, signal });
  const made: { model: string; id: number }[] = [];
  return {
    odoo,
    sent,
    changes: () => sent.filter(({ effect }) => effect !== "read").map(({ method }) => method),
    keep: (model, ids) => void made.push(...ids.map((id) => ({ model, id }))),
    async [Symbol.asyncDispose]() {
      // What a test deleted itself is gone already.
      const remove = (model: string, ids: number[]) => odoo.call(model, "unlink", { ids, effect: "write" });
      for (const { model, ids } of runs(made.reverse())) {
        await remove(model, ids).catch(async () => {
          for (const id of ids) await remove(model, [id]).catch(() => {});
        });
      }
      rpc.close();
    },
  };
}

/** Neighbours of one model, so that many records are deleted in few calls. */
function runs(records: readonly { model: string; id: number }[]): { model: string; ids: number[] }[] {
  const found: { model: string; ids: number[] }[] = [];
  for (const { model, id } of records) {
    const last = found.at(-1);
    if (last?.model === model && last.ids.length < 100) last.ids.push(id);
    else found.push({ model, ids: [id] });
  }
  return found;
}
