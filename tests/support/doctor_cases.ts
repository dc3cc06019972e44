/**
 * Everything that is commonly broken between this program and an Odoo, made for real on the loopback, and what `doctor`
 * says of each: tests/cli/doctor_cases_test.ts compares it with tests/fixtures/doctor.txt, and
 * `deno run -A tests/support/doctor_cases.ts` writes that file anew.
 */
import { runProgram } from "../cli/program.ts";
import { denoDir } from "./deno_dir.ts";
import { ACCESS_DENIED, odooError, type Sayings, spokenOdoo } from "./spoken_odoo.ts";

const FIXTURE = new URL("../fixtures/doctor.txt", import.meta.url).pathname;
const tls = (name: string) => new URL(`../fixtures/tls/${name}.pem`, import.meta.url).pathname;

/** One broken situation: what stands there, and the settings that differ. */
interface Case {
  name: string;
  /** Starts what answers; null for nothing. */
  there: (() => Place) | null;
  env?: (place: Place) => Record<string, string>;
  args?: string[];
  files?: Record<string, string>;
}

/** Something that listens. */
interface Place {
  url: string;
  close(): Promise<void>;
}

/** A server that answers requests, over TLS with the certificate named. */
function http(handler: (request: Request) => Response | Promise<Response>, certificate?: string): Place {
  const identity = certificate === undefined
    ? {}
    : { cert: Deno.readTextFileSync(tls(certificate)), key: Deno.readTextFileSync(tls("key")) };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {}, onError, ...identity }, handler);
  const scheme = certificate === undefined ? "http" : "https";
  return { url: `${scheme}://localhost:${server.addr.port}`, close: () => server.shutdown() };
}

function onError(): Response {
  return new Response("broken", { status: 500 });
}

/** A listener that speaks no HTTP: `greet` gets each connection. */
function raw(greet: (connection: Deno.Conn) => Promise<void>, scheme = "http"): Place {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) {
      open.push(connection);
      greet(connection).catch(() => {});
    }
  })();
  return {
    url: `${scheme}://localhost:${listener.addr.port}`,
    close: async () => {
      listener.close();
      await accepting;
      for (const connection of open) {
        try {
          connection.close();
        } catch { /* it was closed by its greeting */ }
      }
    },
  };
}

/** A port where nothing listens any more. */
function closedPort(): Place {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  return { url: `http://localhost:${port}`, close: () => Promise.resolve() };
}

/** A proxy that answers every CONNECT the same. */
function proxy(status: string): () => Place {
  return () =>
    raw(async (connection) => {
      await connection.read(new Uint8Array(4096));
      await connection.write(new TextEncoder().encode(`HTTP/1.1 ${status}\r\n\r\n`));
    });
}

const odoo = (sayings: Sayings = {}) => () => http(spokenOdoo(sayings));
const page = (status: number, headers: Record<string, string> = {}) => () =>
  http(() => new Response("<html>hello</html>", { status, headers: { "content-type": "text/html", ...headers } }));
const withOdoo = (env: Record<string, string>) => ({ url }: Place) => ({ ODOO_URL: url, ...env });
const through = ({ url }: Place) => ({ ODOO_URL: "https://erp.invalid", ODOO_MCP_ODOO_PROXY: url });

/** A day of next week, as Odoo writes it. */
const soon = new Date(Date.now() + 5 * 86_400_000).toISOString().slice(0, 10);

export const CASES: Case[] = [
  { name: "nothing is broken", there: odoo() },
  { name: "no Odoo is configured", there: null, env: () => ({ ODOO_DB: "", ODOO_USERNAME: "", ODOO_PASSWORD: "" }) },
  { name: "a setting can't be used", there: odoo(), args: ["--mode", "gurded"] },
  { name: "the address has no scheme", there: null, env: () => ({ ODOO_URL: "erp.example.com" }) },
  { name: "the config file is broken", there: odoo(), args: ["--config", "c.json"], files: { "c.json": '{"mode": }' } },
  { name: "a secret is not in the credentials file", there: odoo(), env: withOdoo({ ODOO_PASSWORD: "secret:odoo" }) },
  {
    name: "the certificate file is missing",
    there: odoo(),
    env: withOdoo({ ODOO_MCP_ODOO_CA_FILE: "no-such-ca.pem" }),
  },
  {
    name: "the server's own port is taken",
    there: odoo(),
    env: ({ url }) => ({ ODOO_URL: url, ODOO_MCP_TRANSPORT: "http", ODOO_MCP_HTTP_PORT: new URL(url).port }),
    args: ["--host", "127.0.0.1"],
  },
  {
    name: "the audit can't be written",
    there: odoo(),
    env: withOdoo({ ODOO_MCP_AUDIT_FILE: "/dev/null/audit.jsonl" }),
  },
  { name: "the host name is unknown", there: null, env: () => ({ ODOO_URL: "https://erp.invalid" }) },
  { name: "nothing listens on the port", there: closedPort },
  {
    name: "the port accepts and never answers",
    there: () => raw(() => Promise.resolve()),
    env: withOdoo({ ODOO_MCP_ODOO_TIMEOUT_MS: "1500" }),
  },
  { name: "the connection is dropped at once", there: () => raw((connection) => Promise.resolve(connection.close())) },
  {
    name: "the port speaks SSH",
    there: () =>
      raw(async (connection) => {
        // Written at once it sometimes arrives before the question, which HTTP's client calls something else.
        await connection.read(new Uint8Array(1024));
        await connection.write(new TextEncoder().encode("SSH-2.0-OpenSSH\r\n"));
      }),
  },
  {
    name: "https where http is spoken",
    there: odoo(),
    env: ({ url }) => ({ ODOO_URL: url.replace("http:", "https:") }),
  },
  {
    name: "http where https is spoken",
    there: () => http(spokenOdoo(), "cert"),
    env: ({ url }) => ({
      ODOO_URL: url.replace("https:", "http:"),
    }),
  },
  { name: "a certificate from an unknown authority", there: () => http(spokenOdoo(), "cert") },
  { name: "a certificate signed by itself", there: () => http(spokenOdoo(), "self_signed") },
  {
    name: "a certificate that has ended",
    there: () => http(spokenOdoo(), "expired"),
    env: withOdoo({ ODOO_MCP_ODOO_CA_FILE: tls("doctor_ca") }),
  },
  {
    name: "a certificate for another name",
    there: () => http(spokenOdoo(), "other_name"),
    env: withOdoo({ ODOO_MCP_ODOO_CA_FILE: tls("doctor_ca") }),
  },
  {
    name: "the authority of another certificate",
    there: () => http(spokenOdoo(), "cert"),
    env: withOdoo({ ODOO_MCP_ODOO_CA_FILE: tls("other_ca") }),
  },
  {
    name: "an own authority that is trusted works",
    there: () => http(spokenOdoo(), "cert"),
    env: withOdoo({ ODOO_MCP_ODOO_CA_FILE: tls("ca") }),
  },
  { name: "nothing listens where the proxy should be", there: closedPort, env: through },
  { name: "the proxy wants a password", there: proxy("407 Proxy Authentication Required"), env: through },
  { name: "the proxy does not allow it", there: proxy("403 Forbidden"), env: through },
  { name: "the proxy can't reach Odoo", there: proxy("502 Bad Gateway"), env: through },
  { name: "the web server knows no Odoo (404)", there: page(404) },
  { name: "the reverse proxy gets no answer (502)", there: page(502) },
  { name: "a page of a web site (200)", there: page(200) },
  { name: "Odoo fails at its start (500)", there: page(500) },
  { name: "a login page in front (401)", there: page(401) },
  { name: "a web firewall (403)", there: page(403) },
  { name: "http is redirected to https", there: page(301, { location: "https://erp.example.com/" }) },
  { name: "a redirect to a sign-in elsewhere", there: page(302, { location: "https://sso.example.com/login" }) },
  { name: "other JSON answers there", there: () => http(() => Response.json({ status: "up" })) },
  { name: "an Odoo that is too old", there: odoo({ "common.version": { server_version: "12.0" } }) },
  {
    name: "JSON-2 is set for an Odoo 14",
    there: odoo(),
    env: withOdoo({
      ODOO_MCP_ODOO_PROTOCOL: "json2",
      ODOO_API_KEY: "right",
    }),
  },
  { name: "the database is misspelt", there: odoo(), env: withOdoo({ ODOO_DB: "acmee" }) },
  {
    name: "the database does not exist, and none are listed",
    there: odoo({
      "db.list": odooError(ACCESS_DENIED, "Access Denied"),
      "common.authenticate": odooError("psycopg2.OperationalError", 'FATAL:  database "acmee" does not exist\n'),
    }),
    env: withOdoo({ ODOO_DB: "acmee" }),
  },
  { name: "no database is set and there are two", there: odoo(), env: withOdoo({ ODOO_DB: "" }) },
  { name: "no credentials are set", there: odoo(), env: withOdoo({ ODOO_USERNAME: "", ODOO_PASSWORD: "" }) },
  { name: "the password is wrong", there: odoo(), env: withOdoo({ ODOO_PASSWORD: "wrong" }) },
  {
    name: "too many failed logins",
    there: odoo({
      "res.users.context_get": odooError(
        ACCESS_DENIED,
        "Too many login failures, please wait a bit before trying again.",
      ),
    }),
    env: withOdoo({ ODOO_PASSWORD: "wrong" }),
  },
  {
    name: "the key ends soon",
    there: odoo({
      "res.users.apikeys.search_read": [{ id: 1, name: "laptop", scope: "rpc", expiration_date: `${soon} 10:00:00` }],
    }),
    env: withOdoo({ ODOO_API_KEY: "right" }),
  },
  {
    name: "the key has another scope",
    there: odoo({
      "res.users.apikeys.search_read": [{
        id: 1,
        name: "plugin",
        scope: "odoo.plugin.outlook",
        expiration_date: false,
      }],
    }),
    env: withOdoo({ ODOO_API_KEY: "right" }),
  },
  { name: "the user has no rights", there: odoo({ "*.check_access_rights": false }) },
  {
    name: "an app is not installed",
    there: odoo({
      "crm.lead.check_access_rights": odooError("odoo.exceptions.UserError", "Object crm.lead doesn't exist"),
    }),
  },
  {
    name: "Odoo's clock is ten minutes ahead",
    there: () => {
      const answer = spokenOdoo();
      return http(async (request) => {
        const response = await answer(request);
        response.headers.set("date", new Date(Date.now() + 600_000).toUTCString());
        return response;
      });
    },
  },
];

/** What `doctor` prints for a case, with times, ports and folders replaced; and that it tells no secret. */
export async function diagnosed({ there, env, args = [], files = {} }: Case): Promise<string> {
  const place = there?.() ?? { url: "", close: () => Promise.resolve() };
  const state = await Deno.makeTempDir();
  try {
    const usual = { ODOO_DB: "acme", ODOO_USERNAME: "ada", ODOO_PASSWORD: "right" };
    const url: Record<string, string> = place.url === "" ? {} : { ODOO_URL: place.url };
    const given: Record<string, string> = {
      ...usual,
      ...url,
      ...env?.(place),
      DENO_DIR: await denoDir(),
      XDG_STATE_HOME: state,
      HOME: state,
    };
    if (given["ODOO_API_KEY"] !== undefined) delete given["ODOO_PASSWORD"];
    const set = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== ""));
    const { code, stdout, stderr } = await runProgram(["doctor", ...args], { env: set, files });
    if (/hunter2|Ada's secret/.test(stdout + stderr)) throw new Error("doctor tells a secret");
    const port = place.url === "" ? "" : new URL(place.url).port;
    const masked = (port === "" ? stdout + stderr : (stdout + stderr).replaceAll(port, "PORT"))
      .replace(/ +\d+ ms {2}/g, "  … ms  ")
      .replace(/[\d]+ \/ \d+ \/ \d+ ms/g, "… / … / … ms")
      .replace(/Odoo's clock is \d+ s/, "Odoo's clock is … s")
      .replaceAll(soon, "SOON")
      .replace(/\((\d{4,}) days\)/, "(… days)")
      .replace(/localhost is [\d.:a-f, ]+/, "localhost is …")
      .replaceAll(state, "STATE")
      .replaceAll(tls("").replace(/\.pem$/, ""), "TLS/");
    return `${masked.trimEnd()}\nexit code ${code}\n`;
  } finally {
    await place.close();
    await Deno.remove(state, { recursive: true });
  }
}

/** All cases as the fixture holds them: of all but the first only what differs from it. */
export async function diagnosedAll(): Promise<Record<string, string>> {
  const [healthy, ...broken] = CASES;
  const usual = await diagnosed(healthy!);
  const all = { [healthy!.name]: usual };
  const lines = new Set(usual.split("\n"));
  // Four at once: most of the time each waits for its program to start.
  const next = broken[Symbol.iterator]();
  await Promise.all(Array.from({ length: 4 }, async () => {
    for (const one of next) {
      const own = (await diagnosed(one)).split("\n").filter((line) => line === "" || !lines.has(line));
      all[one.name] = own.join("\n");
    }
  }));
  return all;
}

/** The cases that the fixture holds, by name. */
export function told(): Record<string, string> {
  const parts = Deno.readTextFileSync(FIXTURE).split(/^=== (.+)\n/m).slice(1);
  return Object.fromEntries(parts.flatMap((name, index) => {
    return index % 2 === 0 ? [[name, `${parts[index + 1]!.trimEnd()}\n`]] : [];
  }));
}

if (import.meta.main) {
  const all = await diagnosedAll();
  const parts = CASES.map(({ name }) => `=== ${name}\n${all[name]}`);
  await Deno.writeTextFile(FIXTURE, parts.join("\n"));
}
