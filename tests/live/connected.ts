import { createMetrics } from "../../src/lib/metrics.ts";
import { Secret } from "../../src/lib/secret.ts";
import { bindOdoo, composeInstance, createRpc, createSession, type Odoo } from "../../src/odoo/mod.ts";
import { never } from "../odoo/calls.ts";
import type { LiveOdoo } from "../support/live.ts";

/** A real Odoo as `ask` gets it. */
export interface Connected extends Disposable {
  odoo: Odoo;
  /** What reached Odoo. */
  sent: string[];
}

/** Connects as the administrator, or as somebody else. */
export function connect(live: LiveOdoo, login = live.username, password = live.password): Connected {
  const rpc = createRpc({ baseUrl: live.url });
  const session = createSession({
    database: live.database,
    username: login,
    password: new Secret(password),
    protocol: "auto",
  }, rpc);
  const sent: string[] = [];
  const { name, webUrl, version, user, execute } = composeInstance({
    name: "live",
    webUrl: live.url,
    odoo: { max_connections: 4 },
    limits: { read_ms: 30_000, write_ms: 50_000, queue: 100 },
    cache: { records_ttl_s: 0, schema_ttl_s: 3600, max_entries: 200 },
    metrics: createMetrics(),
    source: {
      ...session,
      execute: (call, signal) => {
        sent.push(`${call.model}.${call.method}`);
        return session.execute(call, signal);
      },
    },
  });
  const odoo = bindOdoo({ instance: name, webUrl, execute: execute("live"), version, user, signal: never });
  return { odoo, sent, [Symbol.dispose]: () => rpc.close() };
}
