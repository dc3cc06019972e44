import { Failure } from "../lib/failure.ts";
import { isObject, type Json } from "../lib/json.ts";
import type { Protocol, ServiceCodec, WireAnswer } from "./codec/codec.ts";
import { parseJson } from "./codec/json_answer.ts";
import { jsonrpc } from "./codec/jsonrpc.ts";
import { xmlrpc } from "./codec/xmlrpc.ts";
import type { Rpc } from "./rpc.ts";
import { parseVersion, type Version } from "./version.ts";

/** What a server can do, as it told without a login. */
export interface Server {
  version: Version;
  /** The first of the two older protocols that answered; null where only JSON-2 is left (announced for Odoo 20). */
  services: ServiceCodec | null;
}

/**
 * Asks a server for its version: over the protocol the setting names, else JSON-RPC; over the other where that is not
 * there (404, 405, 410); at last by 19's plain pages. Rejects with the Failure of the first that is there but fails.
 */
export async function findServer(rpc: Rpc, setting: Protocol | "auto", signal: AbortSignal): Promise<Server> {
  for (const services of setting === "xmlrpc" ? [xmlrpc, jsonrpc] : [jsonrpc, xmlrpc]) {
    const answer = await rpc.send(services.encodeService("common", "version", []), signal);
    if (!isAbsent(answer)) return { version: readVersion(services.decodeService(answer), "server_version"), services };
  }
  for (const path of ["/web/version", "/json/version"]) {
    const answer = await rpc.get(path, signal);
    if (!isAbsent(answer)) return { version: readVersion(parseJson(answer), "version"), services: null };
  }
  throw new Failure("E001", `Cannot find Odoo at ${rpc.origin}: none of its addresses for programs is there.`, {
    hint: "Check odoo.url: it must be the address of Odoo itself, with its path if a proxy serves it below one.",
  });
}

/**
 * The protocol for a server and a credential: JSON-2 on 19 and later with an API key, else JSON-RPC, else XML-RPC. A
 * setting overrides; `E013` when what it names is impossible here.
 */
export function chooseProtocol(server: Server, setting: Protocol | "auto", hasKey: boolean): Protocol {
  const { version, services } = server;
  if (setting === "auto") {
    if (version.major >= 19 && hasKey) return "json2";
    if (services !== null) return services.protocol;
    throw impossible(`Odoo ${version.text} offers only JSON-2 here, which needs an API key`, "Set odoo.api_key.");
  }
  if (setting === "json2") {
    const auto = "Set odoo.protocol to auto.";
    if (version.major < 19) throw impossible(`Odoo ${version.text} is older than JSON-2, which came with 19`, auto);
    if (!hasKey) {
      throw impossible("JSON-2 takes no password, only an API key", "Set odoo.api_key, or odoo.protocol to auto.");
    }
  } else if (services?.protocol !== setting) {
    throw impossible(`this server does not offer the protocol ${setting}`, "Set odoo.protocol to auto.");
  }
  return setting;
}

function impossible(why: string, hint: string): Failure {
  return new Failure("E013", `Cannot use the setting odoo.protocol: ${why}.`, { hint });
}

/** Statuses of a server that has no such address, Odoo or not. */
function isAbsent({ status }: WireAnswer): boolean {
  return status === 404 || status === 405 || status === 410;
}

function readVersion(value: Json, key: string): Version {
  const text = isObject(value) ? value[key] : undefined;
  const version = typeof text === "string" ? parseVersion(text) : null;
  if (version !== null) return version;
  throw new Failure("E001", "Cannot read Odoo's version: what answers there is no Odoo, or a changed one.", {
    hint: "Check odoo.url.",
  });
}
