import { Failure, type FailureOptions } from "../lib/failure.ts";
import type { Execute } from "./call.ts";
import type { Codec, Login, Protocol } from "./codec/codec.ts";
import { json2 } from "./codec/json2.ts";
import { type Credentials, keyLogin, logIn, logInByKey } from "./login.ts";
import { chooseProtocol, findServer, type Server } from "./protocol.ts";
import type { Rpc } from "./rpc.ts";
import { shareAttempt } from "./share_attempt.ts";
import type { Version } from "./version.ts";
import { withoutSecrets } from "./without_secrets.ts";

/** One Instance as one credential uses it. */
export interface SessionOptions extends Credentials {
  protocol: "auto" | Protocol;
  /** How long a refused login is answered from memory, in milliseconds. Default 60,000. */
  refusedForMs?: number;
}

/** One Odoo as one user. Asks nothing until it is used, and heals by itself: no failure outlives the call it failed. */
export interface Session {
  /** Sends a Call, after one version request and one login at its first use. */
  execute: Execute;
  /** Asks the server each time (callers at the same moment share one request). */
  version(signal: AbortSignal): Promise<Version>;
  /** Odoo's user id. Logs in once. */
  login(signal: AbortSignal): Promise<number>;
  /** The protocol in use, chosen once. */
  protocol(signal: AbortSignal): Promise<Protocol>;
}

/**
 * As long as Odoo 14's cool-down: in it every further login is refused, the right one too, so a wrong password in a busy
 * server must not be tried at each call.
 */
const REFUSED_MS = 60_000;

/** Makes a session. The rpc stays the caller's to close. */
export function createSession(options: SessionOptions, rpc: Rpc): Session {
  const { protocol: setting, refusedForMs = REFUSED_MS, ...who } = options;
  let server: Server | undefined;
  let login: Login | undefined;
  let refused: { failure: Failure; until: number } | undefined;

  const askServer = shareAttempt(async (signal) => server = await findServer(rpc, setting, signal));

  /** The protocol, and the codec of the older two; null stands for JSON-2. */
  const choose = async (signal: AbortSignal) => {
    const known = server ?? await askServer(signal);
    const protocol = chooseProtocol(known, setting, who.apiKey !== undefined);
    return { protocol, services: protocol === "json2" ? null : known.services };
  };

  const askLogin = shareAttempt(async (signal) => {
    if (refused !== undefined && Date.now() < refused.until) throw remembered(refused);
    try {
      const { services } = await choose(signal);
      login = services === null ? await logInByKey(rpc, who, signal) : await logIn(rpc, services, who, signal);
      return login;
    } catch (error) {
      if (error instanceof Failure && error.code === "E002") {
        refused = { failure: error, until: Date.now() + refusedForMs };
      }
      throw error;
    }
  });

  const open = async (signal: AbortSignal): Promise<{ codec: Codec; used: Login }> => {
    try {
      const { services } = await choose(signal);
      if (services === null) return { codec: json2, used: keyLogin(who) };
      return { codec: services, used: login ?? await askLogin(signal) };
    } catch (error) {
      // The call itself has not left yet, whatever happened to the requests before it.
      throw error instanceof Failure ? changed(error, { applied: "no" }) : error;
    }
  };

  const secrets = [who.password, who.apiKey].filter((secret) => secret !== undefined);
  const clean = async <T>(answer: Promise<T>): Promise<T> => {
    try {
      return await answer;
    } catch (error) {
      throw withoutSecrets(error, secrets);
    }
  };

  const send: Execute = async (call, signal) => {
    const { codec, used } = await open(signal);
    const answer = await rpc.send(codec.encode(call, used), signal);
    try {
      return codec.decode(call, answer);
    } catch (error) {
      if (error instanceof Failure && error.code === "E002" && login === used) login = undefined;
      // The addresses changed: Odoo was upgraded, or a proxy turned one off.
      if (
        error instanceof Failure && (error.details["http_status"] === 404 || error.details["http_status"] === 410)
      ) {
        server = undefined;
      }
      throw error;
    }
  };

  return {
    execute: (call, signal) => clean(send(call, signal)),
    version: async (signal) => (await clean(askServer(signal))).version,
    login: async (signal) => (login ?? await clean(askLogin(signal))).uid,
    protocol: async (signal) => (await clean(choose(signal))).protocol,
  };
}

function remembered({ failure, until }: { failure: Failure; until: number }): Failure {
  const seconds = Math.ceil((until - Date.now()) / 1000);
  return changed(failure, {
    hint: `${failure.hint} Odoo is asked again in ${seconds} s.`,
    details: { ...failure.details, retry_after_s: seconds },
  });
}

function changed(failure: Failure, change: FailureOptions): Failure {
  const { code, message, hint, retryable, details, applied, cause } = failure;
  return new Failure(code, message, { hint, retryable, details, applied, cause, ...change });
}
