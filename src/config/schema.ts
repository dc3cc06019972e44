/**
 * Every setting, each exactly once. A setting's path gives all its names: `http.port` is `--http-port`,
 * `ODOO_MCP_HTTP_PORT` and `{"http":{"port":…}}`. To add one, add its line here: flags, variables, file keys, help,
 * `config show` and the JSON Schema follow from it.
 */
import * as z from "zod";
import { Secret } from "../lib/secret.ts";
import { type Address, readAddress, readOdooAddress } from "./address.ts";

const CONTROL = /\p{Cc}/u;

/** `.describe()` would make a copy of each: a third of what this file costs at every start. */
function setting<T extends z.ZodType>(description: string, schema: T): T {
  z.globalRegistry.add(schema, { description });
  return schema;
}

const text = z.string().min(1).refine((value) => !CONTROL.test(value), "it holds a control character or line break");
const words = z.array(text);
const bool = z.boolean();
const count = (min: number, max: number) => z.int().check(z.gte(min), z.lte(max));
const ms = count(1, 600_000);

const address = (read: (value: string) => Address) =>
  z.string().min(1).transform((value, context) => {
    const answer = read(value);
    if ("url" in answer) return answer.url;
    context.addIssue({ code: "custom", message: answer.problem });
    return z.NEVER;
  });

/** `writeOnly` is JSON Schema's word for a secret; everything that shows settings goes by it. */
const secret = (check: (value: string) => boolean, message: string) =>
  z.string().min(1).refine(check, message).transform((value) => new Secret(value)).meta({ writeOnly: true });

const password = secret((value) => !CONTROL.test(value), "it holds a control character or line break");
const apiKey = secret((value) => /^[\x21-\x7e]+$/.test(value), "it holds a space, a line break or a letter no key has");

const storeKey = secret((value) => /^[\x21-\x7e]{32,}$/.test(value), "it has fewer than 32 letters, or a space");

const makeInstance = () =>
  z.strictObject({
    url: setting("Address of the Odoo, e.g. https://odoo.example.com", address(readOdooAddress)),
    database: setting("Name of the database; may be left out where Odoo serves only one", text.exactOptional()),
    username: setting("Login of the Odoo user", text.exactOptional()),
    password: setting("Password of the Odoo user; an API key is better", password.exactOptional()),
    api_key: setting("API key of the Odoo user; two-factor users need one", apiKey.exactOptional()),
    protocol: setting(
      "How to talk to Odoo; auto takes JSON-2 from Odoo 19 on with an API key, else JSON-RPC, else XML-RPC",
      z.enum(["auto", "json2", "jsonrpc", "xmlrpc"]).default("auto"),
    ),
    timeout_ms: setting(
      "Deadline of one request to this Odoo, in ms, where shorter than the limits",
      ms.exactOptional(),
    ),
    max_connections: setting("Requests at once to this Odoo; more than 4 rarely helps", count(1, 64).default(4)),
    language: setting(
      "Language of labels and messages, e.g. fr_FR; the user's own where absent",
      z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?(@[a-z]+)?$/, "it is no language code like en_US").exactOptional(),
    ),
    companies: setting("Ids of the companies that may be worked in", z.array(count(1, 2_147_483_647)).exactOptional()),
    ca_file: setting("PEM file with the certificate authority that signed Odoo's certificate", text.exactOptional()),
    proxy: setting("Address of an HTTP proxy on the way to this Odoo", address(readAddress).exactOptional()),
    allow_http: setting("Accept http:// to another machine: credentials travel readable", bool.exactOptional()),
  });

const NAME = /^(?!(?:models|model|record|file)$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const NAME_RULE = "an Instance's name is lower-case words with hyphens, not models, model, record or file";

/** The name of an Instance: part of flags, variables and `odoo://` addresses, hence the narrow form. */
export const instanceName = z.string().max(40, NAME_RULE).regex(NAME, NAME_RULE);

const makeFile = () => {
  const instance = makeInstance();
  return z.strictObject({
    name: setting("Name shown to MCP clients", text.default("odoo-mcp")),
    transport: setting("How clients connect", z.enum(["stdio", "http"]).default("stdio")),
    demo: setting("Serve the embedded demo company instead of an Odoo", bool.default(false)),
    http: z.strictObject({
      host: setting("Address to listen on", text.default("localhost")),
      port: setting("Port to listen on; 0 takes a free one", count(0, 65535).default(8000)),
      allowed_hosts: setting("Host names clients may use beside the loopback ones, without port", words.default([])),
      allowed_origins: setting("Host names of web pages that may call, beside the loopback ones", words.default([])),
      public_url: setting(
        "Address clients use when a reverse proxy stands in front",
        address(readAddress).exactOptional(),
      ),
    }).prefault({}),
    odoo: setting("One Odoo; the Instance called default", instance.partial().exactOptional()),
    instances: setting("Several Odoos by name", z.record(instanceName, instance).default({})),
    mode: setting(
      "read-only changes nothing; guarded wants a confirmation for deletes, actions and big batches; open wants none",
      z.enum(["read-only", "guarded", "open"]).default("guarded"),
    ),
    confirm: setting(
      "Who confirms: human asks a person or refuses, auto asks or gives a plan token, off asks nobody",
      z.enum(["human", "auto", "off"]).default("auto"),
    ),
    toolsets: setting(
      "Groups of tools to list",
      z.array(z.enum(["core", "messaging", "compat", "all"])).default(["core", "messaging"]),
    ),
    tools: setting("Only these tools; empty means all of the toolsets", words.default([])),
    exclude_tools: setting("Tools to leave out; wins over everything", words.default([])),
    models: z.strictObject({
      allow: setting("Only these models, as patterns like sale.*; empty means all", words.default([])),
      deny: setting("Models to keep closed, as patterns; wins over allow", words.default([])),
    }).prefault({}),
    fields: z.strictObject({
      hide: setting("Fields nobody sees, as patterns like res.partner.vat or *.credit_limit", words.default([])),
    }).prefault({}),
    actions: z.strictObject({
      allow: setting("Actions to allow beside the usual ones, as patterns like sale.order.action_*", words.default([])),
      deny: setting("Actions to refuse, as patterns; wins over allow", words.default([])),
      write_status: setting("Write a status (state) like any other field, past its actions", bool.default(false)),
    }).prefault({}),
    answers: z.strictObject({
      shape: setting("Lists as columns and rows, or as objects", z.enum(["table", "records"]).default("table")),
    }).prefault({}),
    limits: z.strictObject({
      rows: setting("Most rows in one answer", count(1, 10_000).default(500)),
      answer_tokens: setting("Most tokens in one answer", count(200, 100_000).default(6000)),
      body_bytes: setting("Largest HTTP request, in bytes", count(1024, 64 * 1024 * 1024).default(4 * 1024 * 1024)),
      queue: setting("Calls that may wait for a free connection to one Odoo", count(0, 10_000).default(256)),
      concurrent: setting("Tool calls at once", count(1, 1000).default(64)),
      read_ms: setting("Deadline of a read, in ms", ms.default(30_000)),
      write_ms: setting("Deadline of a write, in ms; Odoo retries a contended one for up to 45 s", ms.default(50_000)),
      tool_ms: setting("Deadline of a tool call, in ms; most clients give up after 60 s", ms.default(55_000)),
      guarded_rows: setting("Records one change may touch without a confirmation", count(1, 10_000).default(20)),
    }).prefault({}),
    cache: z.strictObject({
      records_ttl_s: setting("How long records are cached, in s; 0 is off", count(0, 86_400).default(0)),
      schema_ttl_s: setting("How long fields of models are cached, in s; 0 is off", count(0, 86_400).default(3600)),
      max_entries: setting("Most entries in each cache", count(1, 1_000_000).default(1000)),
    }).prefault({}),
    store: z.strictObject({
      file: setting(
        "File for used plans, before-images and first results; in the user's state folder where absent",
        text.exactOptional(),
      ),
      key: setting("Secret the store is sealed with; made beside the file where absent", storeKey.exactOptional()),
    }).prefault({}),
    undo: z.strictObject({
      keep_s: setting("How long a change can be undone, in s", count(1, 2_592_000).default(86_400)),
    }).prefault({}),
    features: z.strictObject({
      cache: setting("Caching of fields, and of records where cache.records_ttl_s is set", bool.default(true)),
      analytics: setting("The tool analytics_query", bool.default(true)),
      batch: setting("The tool batch_operation", bool.default(true)),
      undo: setting("The tool undo, and the before-images it needs", bool.default(true)),
      charts: setting("Charts in clients that show MCP Apps; they come as a resource", bool.default(true)),
      resources: setting("MCP resources and their completions", bool.default(true)),
      prompts: setting("MCP prompts", bool.default(true)),
    }).prefault({}),
    log: z.strictObject({
      level: setting("Least important lines to log", z.enum(["debug", "info", "warning", "error"]).default("info")),
      format: setting("Lines for people or for programs", z.enum(["pretty", "json"]).default("pretty")),
    }).prefault({}),
    instructions: setting("Text added to the instructions agents get", z.string().max(2000).exactOptional()),
  });
};

let made: ReturnType<typeof makeFile> | undefined;

/**
 * What a config file may hold; `config schema` prints it for editors. Made at its first use: the Worker imports this room
 * too but gets its settings checked, and making the schema takes some milliseconds of its start.
 */
export function fileSchema(): ReturnType<typeof makeFile> {
  return made ??= makeFile();
}

/** The settings of one Odoo, ready for use. */
export type InstanceSettings = z.infer<ReturnType<typeof makeInstance>> & {
  /** Text of `ca_file`, read by the launcher because the Worker may read no files. */
  ca?: string;
};

/** All settings, checked, with defaults filled in. What was written under `odoo` is `instances.default`. */
export type Settings = Omit<z.infer<ReturnType<typeof makeFile>>, "odoo" | "instances"> & {
  instances: Record<string, InstanceSettings>;
};
