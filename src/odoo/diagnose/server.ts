import { Failure } from "../../lib/failure.ts";
import { closest } from "../../lib/closest.ts";
import type { Protocol } from "../codec/codec.ts";
import { jsonrpc } from "../codec/jsonrpc.ts";
import { xmlrpc } from "../codec/xmlrpc.ts";
import { listDatabases } from "../databases.ts";
import { chooseProtocol, type Server } from "../protocol.ts";
import type { Rpc } from "../rpc.ts";
import type { Answer } from "./finding.ts";

/** What passes for the same time: answers carry whole seconds, and the way takes some. */
const SKEW_S = 60;

/** What an HTTP answer of anybody tells. */
export interface Heard {
  /** How far Odoo's clock is ahead of ours, in s; undefined where it tells no time. */
  skewS?: number;
}

/** Whether something speaks HTTP there and lets us in; what it is comes later. */
export async function checkHttp(rpc: Rpc, heard: Heard, signal: AbortSignal): Promise<Answer> {
  const started = Date.now();
  // An address each Odoo has (or answers with 404), and that redirects nowhere by itself.
  const { status, contentType, date } = await rpc.get("/web/webclient/version_info", signal);
  const told = date === undefined ? Number.NaN : Date.parse(date);
  if (!Number.isNaN(told)) heard.skewS = Math.round((told - (started + Date.now()) / 2) / 1000);
  if (status === 401 || status === 407 || status === 403) {
    throw new Failure("E001", `Cannot get to Odoo: what stands in front of it refuses (HTTP ${status}).`, {
      hint: "Let this machine pass there: a web firewall, a login page or an IP list in front of Odoo.",
    });
  }
  if (status === 502 || status === 503 || status === 504) {
    throw new Failure("E001", `Cannot get to Odoo: the proxy in front of it gets no answer from it (HTTP ${status}).`, {
      hint: "Check that Odoo itself runs, and the reverse proxy's log.",
    });
  }
  if (status >= 500 && !contentType.includes("json")) {
    throw new Failure("E001", `Cannot get to Odoo: what answers there fails (HTTP ${status}).`, {
      hint: "See Odoo's log: it may have no database yet, or fail at its start.",
    });
  }
  return "something answers over HTTP";
}

/** The version, and whether it is one that this program knows. */
export function judgeVersion({ version: { text, major, edition } }: Server): Answer {
  const message = `Odoo ${text}, ${edition}`;
  if (major >= 14) return message;
  return { verdict: "warning", message, hint: "Odoo 14 to 19 are supported: some tools will fail here. Upgrade Odoo." };
}

/** Which of the protocols are there, and which one is used. */
export async function checkProtocols(
  rpc: Rpc,
  server: Server,
  { setting, hasKey }: { setting: Protocol | "auto"; hasKey: boolean },
  signal: AbortSignal,
): Promise<Answer> {
  const chosen = chooseProtocol(server, setting, hasKey);
  const there: string[] = [];
  for (const codec of [jsonrpc, xmlrpc]) {
    try {
      codec.decodeService(await rpc.send(codec.encodeService("common", "version", []), signal));
      there.push(codec.protocol);
    } catch (error) {
      if (!(error instanceof Failure) || error === signal.reason) throw error;
    }
  }
  if (server.version.major >= 19) there.push("json2");
  const message = `${chosen} is used; there are ${there.join(", ")}`;
  if (server.version.major < 19 || chosen === "json2") return message;
  return { message, hint: "JSON-2 would last longer, for Odoo takes the older ones away one day: set odoo.api_key." };
}

/** Whether the database is there, as far as Odoo tells. */
export async function checkDatabase(
  rpc: Rpc,
  database: string | undefined,
  signal: AbortSignal,
): Promise<Answer> {
  const names = await listDatabases(rpc, signal);
  if (names === null) {
    if (database !== undefined) return `${database}; this Odoo does not list its databases, so the login will tell`;
    return {
      verdict: "warning",
      message: "none is set, and this Odoo does not list its databases",
      hint: "Set odoo.database, unless Odoo serves only one; on Odoo Online it is the first part of the address.",
    };
  }
  if (database === undefined) {
    if (names.length === 1) return { message: `${names[0]}, the only one there is`, names };
    throw new Failure(
      "E001",
      `Cannot choose a database: odoo.database is not set, and this Odoo has ${names.length}.`,
      {
        hint: names.length === 0 ? "Create a database in Odoo first." : "Set odoo.database to the one you mean.",
      },
    );
  }
  if (names.includes(database)) return `${database}, 1 of ${names.length}`;
  const near = closest(database, names);
  throw new Failure(
    "E001",
    `Cannot find the database ${JSON.stringify(database)}: this Odoo has ${names.length} others.`,
    {
      hint: near.length === 0
        ? "Check odoo.database: upper and lower case count."
        : `Did you mean ${near.join(" or ")}?`,
    },
  );
}

/** Whether both clocks agree: tokens, plans and `if_unchanged_since` go by them. */
export function judgeClock({ skewS }: Heard): Answer {
  if (skewS === undefined) return { verdict: "skipped", message: "Odoo tells no time in its answers" };
  const message = Math.abs(skewS) <= 2
    ? "both clocks agree"
    : `Odoo's clock is ${Math.abs(skewS)} s ${skewS > 0 ? "ahead of" : "behind"} this machine's`;
  if (Math.abs(skewS) <= SKEW_S) return message;
  return { verdict: "warning", message, hint: "Set the wrong one right (NTP): second factors and dates depend on it." };
}

/** The spread of some requests that cost Odoo next to nothing, one after the other. */
export async function checkLatency(rpc: Rpc, server: Server, rounds: number, signal: AbortSignal): Promise<Answer> {
  const codec = server.services ?? jsonrpc;
  const times: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const started = performance.now();
    if (server.services === null) await rpc.get("/web/version", signal);
    else await rpc.send(codec.encodeService("common", "version", []), signal);
    times.push(performance.now() - started);
  }
  times.sort((a, b) => a - b);
  const [best, middle, worst] = [times[0]!, times[Math.floor(times.length / 2)]!, times.at(-1)!].map(Math.round) as [
    number,
    number,
    number,
  ];
  const message = `${best} / ${middle} / ${worst} ms, best, middle and worst of ${rounds}`;
  if (middle < 1000 && worst < 3000) return message;
  return { verdict: "warning", message, hint: "Odoo or the way to it is slow: agents wait for each call." };
}

/** What Odoo Online allows, which no address tells. */
export function judgePlan({ hostname }: URL): Answer {
  if (!/\.odoo\.com$/.test(hostname)) {
    return { verdict: "skipped", message: "not on odoo.com: Odoo sets no limit of its own" };
  }
  return "Odoo Online: the external API belongs to the Custom plan, at about one call a second (odoo.pace_per_s)";
}
