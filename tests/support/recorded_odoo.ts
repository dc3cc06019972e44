/**
 * Odoo 19 as it was recorded, on a real socket: no Odoo 19 can run here. It routes a request by its protocol (the path),
 * model and method to the recorded exchanges of that protocol and answers status, headers and body of one byte for byte;
 * JSON-RPC's `id` is therefore the recorded one. `recorded_answers.ts` says which recording answers what. It is strict where
 * 19 is: credentials, database and content type on every request, names of parameters, ids only where they belong; and it
 * ignores a chunked body over JSON-2, as 19 does.
 */
import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { recordings } from "../odoo/codec/recordings.ts";
import { type Answer, built, createAnswers, from, withWords } from "./recorded_answers.ts";
import { type ObjectCall, type Protocol, readExecute, readJson2, readService, Unrecorded } from "./recorded_wire.ts";

export const DATABASE = "demo19";

/** Who may log in. Passwords and keys stand in for those that the recordings have starred. */
export const USERS = {
  admin: { uid: 2, login: "admin", password: "admin-password-19", apiKey: "a".repeat(40) },
  demo: { uid: 5, login: "demo", password: "demo-password-19", apiKey: "d".repeat(40) },
  portal: { uid: 6, login: "portal", password: "portal-password-19", apiKey: "e".repeat(40) },
};

/** A request as it arrived, and what it got. */
export interface Asked {
  /** HTTP method and path, e.g. `POST /json/2/res.partner/read`. */
  line: string;
  headers: Headers;
  body: string;
  protocol: Protocol | "web";
  /** Of a method call, with the arguments by name. */
  call?: ObjectCall;
  /** Of another request, e.g. `common.version`. */
  service?: string;
  status: number;
  /** The recording that answered, or `built`. */
  by: string;
}

/** The server. Disposing it fails when it was asked what nothing recorded answers. */
export interface RecordedOdoo extends AsyncDisposable {
  url: string;
  /** All requests in the order of their arrival. */
  asked: Asked[];
  /** The calls of a method, e.g. `res.partner.read`. */
  calls(name: string): (Asked & { call: ObjectCall })[];
}

/** The recording over XML-RPC is cut between two chained errors: what Python writes there. */
const CUT = {
  "KeyError: '[cut]\n":
    "KeyError: 'no_such_db'\n\nDuring handling of the above exception, another exception occurred:\n\n" +
    "Traceback (most recent call last):\n  [cut]\n",
};

type Said = Pick<Asked, "call" | "service">;
type Reply = (request: Request, body: string, said: Said) => Answer;

/** Starts it on a free port of the loopback. */
export function startRecordedOdoo(): RecordedOdoo {
  const asked: Asked[] = [];
  const unrecorded: string[] = [];
  const replies: Record<Protocol | "web", Reply> = {
    json2: json2(),
    jsonrpc: rpc("jsonrpc"),
    xmlrpc: rpc("xmlrpc"),
    web,
  };

  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const body = await request.text();
    const { pathname } = new URL(request.url);
    const protocol = protocolOf(pathname);
    const one: Asked = {
      line: `${request.method} ${pathname}`,
      headers: request.headers,
      body,
      protocol,
      status: 0,
      by: "nothing",
    };
    asked.push(one);
    try {
      const { status, headers, body: text, by } = replies[protocol](request, body, one);
      Object.assign(one, { status, by });
      return new Response(text, { status, headers });
    } catch (error) {
      unrecorded.push(`${one.line}: ${error instanceof Unrecorded ? error.message : error}`);
      return new Response("nothing recorded answers this", { status: 501 });
    }
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    asked,
    calls: (name) =>
      asked.flatMap((one) =>
        one.call && `${one.call.model}.${one.call.method}` === name ? [{ ...one, call: one.call }] : []
      ),
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      if (unrecorded.length > 0) throw new Error(`Nothing recorded answers:\n${unrecorded.join("\n")}`);
    },
  };
}

function protocolOf(path: string): Asked["protocol"] {
  if (/^\/json\/2(\/|$)/.test(path)) return "json2";
  if (/^\/jsonrpc\/?$/.test(path)) return "jsonrpc";
  return /^\/xmlrpc\/2\/\w+\/?$/.test(path) ? "xmlrpc" : "web";
}

function json2(): Reply {
  const answer = createAnswers("json2");
  const like = (name: string) => withWords("json2", name, {});
  return (request, body, said) => {
    const { headers, method: verb } = request;
    const [, , , model, method] = new URL(request.url).pathname.split("/");
    if (verb !== "POST") return like("http_get");
    if (model === undefined || method === undefined) return like("path_no_method");
    if (!/^application\/json\b/.test(headers.get("content-type") ?? "")) return like("wrong_content_type");
    if (![null, DATABASE].includes(headers.get("x-odoo-database"))) return like("auth_wrong_db");
    const [, scheme = "", key = ""] = /^(\w+) (.*)$/.exec(headers.get("authorization") ?? "") ?? [];
    if (scheme.toLowerCase() !== "bearer") return like(scheme === "" ? "auth_no_header" : "auth_basic");
    const user = Object.values(USERS).find(({ apiKey }) => apiKey === key);
    if (user === undefined) return like(key.length < 40 ? "auth_short_key" : "auth_wrong_key");
    // 19 reads as many bytes as Content-Length says: none of a chunked body.
    const read = headers.has("content-length") ? parse(body) : {};
    if (read === null) return like("bad_json");
    said.call = readJson2(model, method, isObject(read) ? read : {});
    return answer(user.uid, said.call);
  };
}

function rpc(protocol: "jsonrpc" | "xmlrpc"): Reply {
  const answer = createAnswers(protocol);
  const like = (name: string, words: Record<string, string> = {}) => withWords(protocol, name, words);
  const badBody = protocol === "jsonrpc" ? "bad_json" : "bad_xml";

  const common = (method: string, [database, login, secret]: Json[]): Answer => {
    if (method === "version") return like("version");
    if (method !== "authenticate") return like("unknown_service_method");
    if (database !== DATABASE) return like("auth_wrong_db", { ...CUT, no_such_db: String(database) });
    const user = Object.values(USERS).find((one) => one.login === login);
    if (user === undefined) return like("auth_wrong_login");
    if (secret !== user.password && secret !== user.apiKey) return like("auth_wrong_password");
    if (user.uid !== USERS.admin.uid) return built(protocol, user.uid);
    return like(secret === user.password ? "auth_ok" : "auth_api_key_as_password");
  };

  const execute = ([database, uid, secret, model, method, args, kwargs = {}, ...more]: Json[], said: Said): Answer => {
    if (database !== DATABASE) return like("execute_wrong_db", { ...CUT, no_such_db: String(database) });
    if (typeof uid !== "number" || uid === 0) return like("execute_uid_false");
    const user = Object.values(USERS).find((one) => one.uid === uid);
    if (user === undefined) return like("execute_uid_missing_user", { "999999": String(uid) });
    if (secret === "") return like("execute_empty_password");
    if (secret !== user.password && secret !== user.apiKey) return like("execute_wrong_password");
    if (typeof model !== "string" || typeof method !== "string" || !Array.isArray(args)) {
      return like("object_too_few_args");
    }
    if (!isObject(kwargs) || more.length > 0) throw new Unrecorded("execute_kw with other than seven arguments");
    said.call = readExecute(model, method, args, kwargs);
    return answer(uid, said.call);
  };

  return (request, body, said) => {
    const type = request.headers.get("content-type") ?? "";
    if (request.method !== "POST") return like("http_get");
    if (protocol === "jsonrpc" && !/^application\/json\b/.test(type)) return like("wrong_content_type");
    const read = readService(protocol, new URL(request.url).pathname, body);
    if (read === null) return like(badBody);
    const { service, method, args } = read;
    if (service === "object" && method === "execute_kw") return execute(args, said);
    said.service = `${service}.${method}`;
    if (service === "db" && method === "list") return like("db_list");
    if (service === "common") return common(method, args);
    throw new Unrecorded(said.service);
  };
}

/** The pages beside RPC that this program asks for. */
const web: Reply = (request, body, said) => {
  const { pathname } = new URL(request.url);
  said.service = pathname;
  if (pathname === "/web/version" || pathname === "/json/version") return withWords("json2", "version", {});
  if (pathname !== "/web/session/authenticate") return withWords("jsonrpc", "path_404", {});
  const { params } = parse(body) ?? {};
  const { login, password } = isObject(params) ? params : {} as JsonObject;
  const isRight = Object.values(USERS).some((user) => user.login === login && user.password === password);
  const name = isRight ? "session_authenticate" : "session_authenticate_wrong";
  return from(recordings("19/web").find((one) => one.case === name)!);
};

/** The body as an object; any other JSON is an empty one to 19 (`body_array`), and null what is no JSON. */
function parse(body: string): JsonObject | null {
  try {
    const value: Json = JSON.parse(body === "" ? "{}" : body);
    return isObject(value) ? value : {};
  } catch {
    return null;
  }
}
