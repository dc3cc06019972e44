import { within } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Call } from "./call.ts";
import { createRpc, type RpcOptions } from "./rpc.ts";
import { createSession, type Session, type SessionOptions } from "./session.ts";
import { readUser } from "./user.ts";

/** What to look into: one Instance with its credential. */
export interface DiagnoseOptions extends SessionOptions, RpcOptions {
  /** Longest any step may take, in ms. Default 15,000. */
  stepMs?: number;
}

/** What one step found. */
export interface Finding {
  /** `reach`, `odoo`, `protocol`, `login`, `user`, or `rights on sale.order`. */
  name: string;
  ok: boolean;
  /** How long it took. */
  ms: number;
  message: string;
  /** What to do; "" for nothing. */
  hint: string;
}

/** What most work needs; a model whose app is not installed is no fault. */
const MODELS = ["res.partner", "product.product", "crm.lead", "sale.order", "account.move"];
const OPERATIONS = ["read", "create", "write", "unlink"];

/**
 * Tries one Odoo step by step, each on the ground of those before it, and ends at the first that fails, for the rest
 * could only fail for the same reason. Changes nothing in Odoo. Never rejects.
 */
export async function* diagnose(options: DiagnoseOptions, signal: AbortSignal): AsyncGenerator<Finding> {
  const { stepMs = 15_000, baseUrl, maxBytes, ca, identity, lookup, proxy, ...credentials } = options;
  const step = (name: string, run: (signal: AbortSignal) => Promise<string>) => attempt(name, stepMs, signal, run);

  const reach = await step("reach", (signal) => connect(new URL(proxy ?? baseUrl), proxy !== undefined, signal));
  yield reach;
  if (!reach.ok) return;

  const rpc = createRpc({
    baseUrl,
    ...(maxBytes !== undefined && { maxBytes }),
    ...(ca !== undefined && { ca }),
    ...(identity !== undefined && { identity }),
    ...(lookup !== undefined && { lookup }),
    ...(proxy !== undefined && { proxy }),
  });
  try {
    const session = createSession(credentials, rpc);
    let user = 0;
    const steps: [string, (signal: AbortSignal) => Promise<string>][] = [
      ["odoo", async (signal) => {
        const { text, edition } = await session.version(signal);
        return `Odoo ${text}, ${edition}`;
      }],
      ["protocol", (signal) => session.protocol(signal)],
      ["login", async (signal) => {
        user = await session.login(signal);
        return `user id ${user}` + (options.database === undefined ? "" : ` in database ${options.database}`);
      }],
      ["user", async (signal) => {
        const { name, login, company, timeZone, language } = await readUser(session.execute, user, signal);
        return `${name} (${login}), ${company.name}, ${timeZone}, ${language}`;
      }],
      ...MODELS.map((model): [string, (signal: AbortSignal) => Promise<string>] => [
        `rights on ${model}`,
        (signal) => rights(session, model, signal),
      ]),
    ];
    for (const [name, run] of steps) {
      const finding = await step(name, run);
      yield finding;
      if (!finding.ok) return;
    }
  } finally {
    rpc.close();
  }
}

async function attempt(
  name: string,
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<string>,
): Promise<Finding> {
  const started = performance.now();
  const late = () =>
    new Failure("E007", `Cannot finish: no answer within ${ms / 1000} s.`, {
      hint: "Check that Odoo is not overloaded, and firewalls on the way.",
    });
  const took = () => Math.round(performance.now() - started);
  try {
    const message = await within({ signal, ms, late }, run);
    return { name, ok: true, ms: took(), message, hint: "" };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { name, ok: false, ms: took(), message: error.message, hint: error.hint };
  }
}

/** Looks the name up and opens a TCP connection; `fetch` would not tell which of the two failed. */
async function connect(url: URL, isProxy: boolean, signal: AbortSignal): Promise<string> {
  const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  const setting = isProxy ? "odoo.proxy" : "odoo.url";
  const connecting = Deno.connect({ hostname, port });
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
  try {
    const connection = await Promise.race([connecting, aborted]);
    connection.close();
    return `${isProxy ? "the proxy " : ""}${url.hostname} port ${port} accepts connections`;
  } catch (error) {
    if (error instanceof Failure) {
      // It may still come to stand after nobody waits any more.
      connecting.then((connection) => connection.close(), () => {});
      throw error;
    }
    if (error instanceof Deno.errors.NotCapable) {
      throw new Failure("E001", `Cannot reach ${url.host}: Deno was not allowed to.`, {
        hint: `Start with --allow-net=${hostname}:${port}.`,
        cause: error,
      });
    }
    const unknown = error instanceof Error && /lookup|resolve|dns/i.test(error.message);
    const why = unknown
      ? "its name is not known"
      : error instanceof Deno.errors.ConnectionRefused
      ? `nothing listens on port ${port}`
      : "the connection could not be made";
    const hint = unknown
      ? `Check the host name in ${setting}, and this machine's name servers.`
      : `Check that it runs, its port in ${setting}, and firewalls on the way.`;
    throw new Failure("E001", `Cannot reach ${url.host}: ${why}.`, { hint, cause: error });
  }
}

/** What Odoo's access rights (not its record rules) let the user do with a model. */
async function rights({ execute }: Session, model: string, signal: AbortSignal): Promise<string> {
  const ask = (operation: string): Call => ({
    model,
    method: "check_access_rights",
    params: { operation, raise_exception: false },
    context: {},
    effect: "read",
    origin: "server",
  });
  try {
    const answers = await Promise.all(OPERATIONS.map((operation) => execute(ask(operation), signal)));
    const may = OPERATIONS.filter((_, index) => answers[index] === true);
    return may.length === 0 ? "none" : may.join(", ");
  } catch (error) {
    if (error instanceof Failure && error.code === "E005") return "the model is not there (its app is not installed)";
    throw error;
  }
}
