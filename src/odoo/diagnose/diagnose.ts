import { findServer, type Server } from "../protocol.ts";
import { createRpc, type Rpc, type RpcOptions } from "../rpc.ts";
import { createSession, type SessionOptions } from "../session.ts";
import { checkKeys, checkRights, checkTwoFactor, COMMON_MODELS, describeUser } from "./account.ts";
import { checkTls } from "./certificate.ts";
import { type Answer, attempt, type Finding } from "./finding.ts";
import { connect, lookUp, openTunnel, targetOf } from "./network.ts";
import { checkDatabase, checkHttp, checkLatency, checkProtocols, type Heard, judgeClock } from "./server.ts";
import { judgePlan, judgeVersion } from "./server.ts";

/** What to look into: one Instance with its credential. */
export interface DiagnoseOptions extends SessionOptions, RpcOptions {
  /** Longest any step may take, in ms. Default 15,000. */
  stepMs?: number;
}

/** A step by its name. */
type Step = [string, (signal: AbortSignal) => Promise<Answer> | Answer];

/** Requests whose times are compared: few, because Odoo Online takes about one a second. */
const ROUNDS = 8;

/**
 * Tries one Odoo layer by layer, each on the ground of those before it, and ends at the first that fails, for the rest
 * could only fail for the same reason. Changes nothing in Odoo. Never rejects for what Odoo or the network does.
 */
export async function* diagnose(options: DiagnoseOptions, signal: AbortSignal): AsyncGenerator<Finding> {
  const { stepMs = 15_000 } = options;
  yield* inTurn(networkSteps(options), stepMs, signal, async function* () {
    const { maxBytes, ca, identity, lookup, proxy, stepMs: _, baseUrl, ...credentials } = options;
    let rpc: Rpc | undefined;
    const open = (): Answer => {
      rpc = createRpc({
        baseUrl,
        ...(maxBytes !== undefined && { maxBytes }),
        ...(ca !== undefined && { ca }),
        ...(identity !== undefined && { identity }),
        ...(lookup !== undefined && { lookup }),
        ...(proxy !== undefined && { proxy }),
      });
      return "";
    };
    const opened = await attempt("http", stepMs, signal, () => Promise.resolve().then(open));
    if (rpc === undefined) return yield opened;
    try {
      yield* inTurn(odooSteps(rpc, new URL(baseUrl), credentials), stepMs, signal);
    } finally {
      rpc.close();
    }
  });
}

/** Takes steps one after the other until one fails; then nothing more, else what follows. */
async function* inTurn(
  steps: Step[],
  ms: number,
  signal: AbortSignal,
  next?: () => AsyncGenerator<Finding>,
): AsyncGenerator<Finding> {
  for (const [name, run] of steps) {
    const finding = await attempt(name, ms, signal, async (signal) => await run(signal));
    yield finding;
    if (finding.verdict === "failed") return;
  }
  if (next !== undefined) yield* next();
}

function networkSteps({ baseUrl, ca, proxy }: DiagnoseOptions): Step[] {
  const base = new URL(baseUrl);
  const odoo = targetOf(base, "odoo.url");
  const via = proxy === undefined ? undefined : targetOf(new URL(proxy), "odoo.proxy");
  const encrypted = base.protocol === "https:";
  const steps: Step[] = [
    ["dns", (signal) => lookUp(via ?? odoo, signal)],
    ["tcp", (signal) => connect(via ?? odoo, signal)],
  ];
  if (via !== undefined) {
    steps.push(["proxy", async (signal) => {
      if (!encrypted) return { verdict: "skipped", message: "it passes each request on: the next steps tell" };
      (await openTunnel(via, odoo, signal)).close();
      return `it lets us through to ${odoo.hostname}:${odoo.port}`;
    }]);
  }
  steps.push(["tls", (signal) => {
    if (encrypted) return checkTls(base, odoo, { ca, proxy: via }, signal);
    if (/^(localhost|127\.[\d.]+|::1)$/.test(odoo.hostname)) {
      return { verdict: "skipped", message: "http on this machine: nothing travels" };
    }
    return {
      verdict: "warning",
      message: "none: credentials travel readable over http",
      hint: "Put https in front of Odoo, or keep to a network you trust.",
    };
  }]);
  return steps;
}

function odooSteps(rpc: Rpc, base: URL, credentials: SessionOptions): Step[] {
  const session = createSession(credentials, rpc);
  const hasKey = credentials.apiKey !== undefined;
  const heard: Heard = {};
  let server: Server;
  let user = 0;
  const online = /\.odoo\.com$/.test(base.hostname);
  return [
    ["http", (signal) => checkHttp(rpc, heard, signal)],
    ["odoo", async (signal) => {
      server = await findServer(rpc, credentials.protocol, signal);
      return `Odoo answers at ${base.origin}`;
    }],
    ["version", () => judgeVersion(server)],
    ["protocols", (signal) => checkProtocols(rpc, server, { setting: credentials.protocol, hasKey }, signal)],
    ["database", (signal) => checkDatabase(rpc, credentials.database, signal)],
    ["login", async (signal) => {
      user = await session.login(signal);
      return `user id ${user}`;
    }],
    ["two-factor", (signal) => checkTwoFactor(session, user, hasKey, signal)],
    ["api keys", (signal) => checkKeys(session, user, hasKey, signal)],
    ["user", (signal) => describeUser(session, user, signal)],
    ...COMMON_MODELS.map((model): Step => [`rights on ${model}`, (signal) => checkRights(session, model, signal)]),
    ["clock", () => judgeClock(heard)],
    ["latency", (signal) => checkLatency(rpc, server, online ? 3 : ROUNDS, signal)],
    ["plan", () => judgePlan(base)],
  ];
}
