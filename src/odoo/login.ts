import { Failure } from "../lib/failure.ts";
import { isObject } from "../lib/json.ts";
import type { Secret } from "../lib/secret.ts";
import type { Call } from "./call.ts";
import type { Login, ServiceCodec } from "./codec/codec.ts";
import { json2 } from "./codec/json2.ts";
import { parseJson } from "./codec/json_answer.ts";
import type { Rpc } from "./rpc.ts";

/** Who logs in where. Each part is one setting of the Instance. */
export interface Credentials {
  database?: string;
  username?: string;
  password?: Secret;
  apiKey?: Secret;
}

/** Open to every user; tells the user id on 19. */
const WHO_AM_I: Call = {
  model: "res.users",
  method: "context_get",
  params: {},
  context: {},
  effect: "read",
  origin: "server",
};

/**
 * Logs in over one of the older protocols: one `authenticate`, and where it answers `false` at most two more requests to
 * find out why (`E002`; `details.reason` is `cooldown`, `two_factor` or `credentials`).
 */
export async function logIn(rpc: Rpc, services: ServiceCodec, who: Credentials, signal: AbortSignal): Promise<Login> {
  const { username } = who;
  // A key works as the password everywhere, and goes on working where a second factor is asked for.
  const secret = who.apiKey ?? who.password;
  if (username === undefined || secret === undefined) throw incomplete(who);
  const database = who.database ?? await onlyDatabase(rpc, services, signal);

  const args = [database, username, secret.reveal(), {}];
  const uid = services.decodeService(await rpc.send(services.encodeService("common", "authenticate", args), signal));
  if (typeof uid === "number" && uid > 0) return { database, uid, secret };
  await throwIfCoolingDown(rpc, services, { database, secret }, signal);
  if (who.apiKey === undefined) await throwIfTwoFactor(rpc, { database, username, secret }, signal);
  const what = who.apiKey === undefined ? "password" : "API key";
  throw new Failure("E002", `Cannot log in as ${username}: Odoo knows no such user with this ${what}.`, {
    hint:
      `Check odoo.username, the ${what} and odoo.database (${database}). Users who sign in with an outside account ` +
      "have no password of their own in Odoo: make an API key.",
    details: { reason: "credentials" },
  });
}

/** What JSON-2 needs on each call: no user id. */
export function keyLogin(who: Credentials): Login {
  const { database = "", apiKey } = who;
  if (apiKey === undefined) throw incomplete(who);
  return { database, uid: 0, secret: apiKey };
}

/** Logs in with an API key over JSON-2, which needs no user id for its calls but can tell it. */
export async function logInByKey(rpc: Rpc, who: Credentials, signal: AbortSignal): Promise<Login> {
  const login = keyLogin(who);
  const context = json2.decode(WHO_AM_I, await rpc.send(json2.encode(WHO_AM_I, login), signal));
  const uid = isObject(context) ? context["uid"] : undefined;
  if (typeof uid === "number") return { ...login, uid };
  throw new Failure("E999", "Cannot tell who the API key belongs to: Odoo's context has no user id.");
}

function incomplete({ username, apiKey }: Credentials): Failure {
  const missing = username !== undefined
    ? "odoo.password or odoo.api_key"
    : apiKey === undefined
    ? "odoo.username and odoo.password"
    : "odoo.username";
  const hint = username === undefined && apiKey !== undefined
    ? "Only JSON-2, on Odoo 19 and later, knows the user by the API key alone."
    : "Give the user who calls Odoo, and best an API key of theirs.";
  return new Failure("E002", `Cannot log in: ${missing} is not set.`, { hint, details: { reason: "incomplete" } });
}

/** The database when none is set: the only one there is. */
async function onlyDatabase(rpc: Rpc, services: ServiceCodec, signal: AbortSignal): Promise<string> {
  const answer = await rpc.send(services.encodeService("db", "list", []), signal);
  const set = "Set odoo.database; on Odoo Online it is the first part of the address.";
  const forbidden = (cause?: unknown) =>
    new Failure(
      "E001",
      "Cannot choose a database: odoo.database is not set, and this Odoo does not list its databases.",
      {
        hint: set,
        cause,
      },
    );
  let list;
  try {
    list = services.decodeService(answer);
  } catch (error) {
    throw error instanceof Failure && error.code === "E002" ? forbidden(error) : error;
  }
  if (!Array.isArray(list)) throw forbidden();
  const names = list.filter((name) => typeof name === "string");
  if (names.length === 1) return names[0]!;
  throw new Failure("E001", `Cannot choose a database: odoo.database is not set, and this Odoo has ${names.length}.`, {
    hint: names.length === 0 ? "Create a database in Odoo first." : `Set odoo.database to one of: ${names.join(", ")}.`,
    details: { databases: names },
  });
}

/** The largest id PostgreSQL takes: no user has it. */
const NOBODY = 2 ** 31 - 1;

/**
 * 14 answers a right password with `false` too while it cools down. One call in the name of nobody tells: it fails with
 * the cool-down's text, or because there is no such user, which does not count as another failed login.
 */
async function throwIfCoolingDown(
  rpc: Rpc,
  services: ServiceCodec,
  { database, secret }: { database: string; secret: Secret },
  signal: AbortSignal,
): Promise<void> {
  const answer = await rpc.send(services.encode(WHO_AM_I, { database, uid: NOBODY, secret }), signal);
  try {
    services.decode(WHO_AM_I, answer);
  } catch (error) {
    if (error instanceof Failure && error.details["reason"] === "cooldown") throw error;
  }
}

/** A right password that awaits a second factor opens a web session without a user; a wrong one is an error there. */
async function throwIfTwoFactor(
  rpc: Rpc,
  { database, username, secret }: { database: string; username: string; secret: Secret },
  signal: AbortSignal,
): Promise<void> {
  const params = { db: database, login: username, password: secret.reveal() };
  const answer = await rpc.send({
    path: "/web/session/authenticate",
    headers: { "Content-Type": "application/json" },
    body: new TextEncoder().encode(JSON.stringify({ jsonrpc: "2.0", method: "call", params, id: 1 })),
  }, signal);
  if (answer.status !== 200 || !answer.contentType.includes("json")) return;
  const message = parseJson(answer);
  const result = isObject(message) ? message["result"] : undefined;
  if (!isObject(result) || result["uid"] !== null) return;
  throw new Failure("E002", `Cannot log in as ${username}: the password is right, but a second factor is asked for.`, {
    hint: "Programs need an API key then: make one in Odoo (Preferences, Account Security) and set odoo.api_key.",
    details: { reason: "two_factor" },
  });
}
