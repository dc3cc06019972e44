import { listDatabases } from "./databases.ts";
import { findServer } from "./protocol.ts";
import { createRpc, type RpcOptions } from "./rpc.ts";
import type { Version } from "./version.ts";

/** What an Odoo tells anybody: its version, and its databases, or null where it keeps those to itself. */
export interface Look {
  version: Version;
  databases: string[] | null;
}

/** Asks an Odoo what it tells without a login. Rejects with a `Failure` that says what is wrong with the address. */
export async function lookAtOdoo(options: RpcOptions, signal: AbortSignal): Promise<Look> {
  const rpc = createRpc(options);
  try {
    const { version } = await findServer(rpc, "auto", signal);
    return { version, databases: await listDatabases(rpc, signal) };
  } finally {
    rpc.close();
  }
}
