/**
 * Every setting, each exactly once. A setting's path gives all its names: `http.port` is `--http-port`,
 * `ODOO_MCP_HTTP_PORT` and `{"http":{"port":…}}`. To add one, add its line here: flags, variables, file keys, help,
 * `config show` and the JSON Schema follow from it.
 */
import * as z from "zod";
import type { Secret } from "../lib/secret.ts";
import { readAddress } from "./address.ts";
import { address, credentialsSchema, instanceName, instanceSchema, ms, password, secret } from "./instance_schema.ts";
import { limitsSchema } from "./limits_schema.ts";
import { redisSettings } from "./redis_schema.ts";
import { ipRange, masks, roleName, roleSchema } from "./role_schema.ts";
import { bool, count, setting, text, words } from "./setting.ts";

/** Kept as it is written: the `iss` of a token must equal it, a slash at the end included. */
const issuer = z.string().min(1).superRefine((value, context) => {
  const answer = readAddress(value);
  if ("problem" in answer) context.addIssue({ code: "custom", message: answer.problem });
});

const ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"] as const;

/** A host name or address, perhaps with a port, as it stands in a URL; no pattern, because a pattern admits strangers. */
const hostAndPort = z.string().refine(
  (value) => /^(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d.-]*[a-z\d])?)(:\d{1,5})?$/.test(value),
  "it holds something that is no host name in small letters, perhaps with a port: odoo.example.com or localhost:8069",
);

const storeKey = secret((value) => /^[\x21-\x7e]{32,}$/.test(value), "it has fewer than 32 letters, or a space");

const WHO = /^(?:role:[a-z][a-z0-9_-]*|key:[a-z0-9][a-z0-9._-]*|oauth:[\x21-\x7e]+)$/;

const makeFile = () => {
  const instance = instanceSchema();
  return z.strictObject({
    name: setting("Name shown to MCP clients", text.default("odoo-mcp")),
    transport: setting(
      "How clients connect; sse is http with the old two-endpoint transport beside it",
      z.enum(["stdio", "http", "sse"]).default("stdio"),
    ),
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
      sessions: setting(
        "Sessions for clients of 2025-11-25 and older: auto for those who can put questions to a person, always, or off",
        z.enum(["auto", "always", "off"]).default("auto"),
      ),
      trusted_proxies: setting(
        "Addresses or ranges of the reverse proxies whose X-Forwarded-For is believed",
        z.array(ipRange).default([]),
      ),
      tls: z.strictObject({
        cert: setting("PEM file with the certificate chain to serve https with", text.exactOptional()),
        key: setting("PEM file with the private key of http.tls.cert", text.exactOptional()),
      }).prefault({}),
    }).prefault({}),
    odoo: setting(
      "One Odoo; the Instance called default",
      instance.partial().extend({
        allowed_hosts: setting(
          "Hosts that callers with credentials of their own may name, perhaps with a port; https unless on loopback",
          z.array(hostAndPort).default([]),
        ),
      }).prefault({}),
    ),
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
      mask: setting(
        "Fields answered as pseudonyms, as patterns, or whole families: email, phone, bank",
        masks.default([]),
      ),
    }).prefault({}),
    actions: z.strictObject({
      allow: setting("Actions to allow beside the usual ones, as patterns like sale.order.action_*", words.default([])),
      deny: setting("Actions to refuse, as patterns; wins over allow", words.default([])),
      write_status: setting("Write a status (state) like any other field, past its actions", bool.default(false)),
    }).prefault({}),
    answers: z.strictObject({
      shape: setting("Lists as columns and rows, or as objects", z.enum(["table", "records"]).default("table")),
    }).prefault({}),
    limits: limitsSchema().prefault({}),
    cache: z.strictObject({
      records_ttl_s: setting("How long records are cached, in s; 0 is off", count(0, 86_400).default(0)),
      schema_ttl_s: setting("How long fields of models are cached, in s; 0 is off", count(0, 86_400).default(3600)),
      max_entries: setting("Most entries in each cache", count(1, 1_000_000).default(1000)),
      ...redisSettings("cache"),
    }).prefault({}),
    store: z.strictObject({
      file: setting(
        "File for used plans, before-images and first results; in the user's state folder where absent",
        text.exactOptional(),
      ),
      key: setting("Secret the store is sealed with; made beside the file where absent", storeKey.exactOptional()),
      ...redisSettings("store"),
    }).prefault({}),
    audit: z.strictObject({
      file: setting(
        "File of what callers did, one signed line each; beside the store where absent; off writes none",
        text.exactOptional(),
      ),
      key: setting("Secret its lines are signed with; made beside the file where absent", storeKey.exactOptional()),
      values: setting("Write the values of changes into it too, not their names only", bool.default(false)),
      required: setting("Refuse changes while the file can't be written; false lets them pass", bool.default(true)),
      keep_days: setting("How long older files are kept, in days; 0 is for ever", count(0, 36_500).default(365)),
      max_bytes: setting(
        "Size at which a new file is begun, in bytes; each day begins one too",
        count(64 * 1024, 1024 * 1024 * 1024).default(64 * 1024 * 1024),
      ),
    }).prefault({}),
    secrets: z.strictObject({
      file: setting(
        "Encrypted file that values like secret:NAME are taken from; odoo-mcp secret writes it",
        text.exactOptional(),
      ),
      key_file: setting(
        "File with its key; beside it where neither this nor a key or command is set",
        text.exactOptional(),
      ),
      key: setting("The key of that file itself", storeKey.exactOptional()),
      command: setting("Command that prints its key, e.g. of a secret manager", text.exactOptional()),
    }).prefault({}),
    undo: z.strictObject({
      keep_s: setting("How long a change can be undone, in s", count(1, 2_592_000).default(86_400)),
    }).prefault({}),
    security: z.strictObject({
      keys: setting("File of the API keys that clients come with; odoo-mcp key makes them", text.exactOptional()),
      oauth: z.strictObject({
        issuer: setting("Address of the OAuth server whose tokens are accepted", issuer.exactOptional()),
        audience: setting("Audiences to accept; the address of this server where none are named", words.default([])),
        jwks_uri: setting(
          "Address of its keys, where its metadata does not name one on the same host",
          address(readAddress).exactOptional(),
        ),
        introspection_url: setting(
          "Address that tells about tokens that are no JWT",
          address(readAddress).exactOptional(),
        ),
        ca_file: setting(
          "PEM file with the certificate authority that signed the OAuth server's certificate",
          text.exactOptional(),
        ),
        client_id: setting("Name of this server at the introspection address", text.exactOptional()),
        client_secret: setting("Password of this server at the introspection address", password.exactOptional()),
        algorithms: setting(
          "Signatures to accept",
          z.array(z.enum(ALGORITHMS)).min(1).default(["RS256", "PS256", "ES256", "EdDSA"]),
        ),
        clock_skew_s: setting("How far clocks may differ, in s", count(0, 300).default(60)),
        role_claim: setting(
          "Claim that holds the name of the caller's role; where absent the scopes decide",
          text.exactOptional(),
        ),
      }).prefault({}),
      roles: setting(
        "Roles by name: {from, tools, toolsets, models, fields, actions, instances, companies, rows, mode}; each narrows",
        z.record(roleName, roleSchema()).default({}),
      ),
      ip_allow: setting(
        "Addresses or ranges clients may come from over HTTP; empty means all",
        z.array(ipRange).default([]),
      ),
      own_credentials: setting(
        "Let callers bring Odoo credentials of their own, in X-Odoo- headers",
        bool.default(false),
      ),
      credentials: setting(
        "Odoo credentials by role:NAME, key:NAME or oauth:SUBJECT, each by Instance; the Instance's own for all others",
        z.record(
          z.string().regex(WHO, "it is not role:NAME, key:NAME or oauth:SUBJECT"),
          z.record(instanceName, credentialsSchema()),
        ).meta({ writeOnly: true }).default({}),
      ),
      sessions: z.strictObject({
        ttl_s: setting(
          "How long an unused session lives, and a stream before its client must identify itself again, in s",
          count(10, 86_400).default(3600),
        ),
      }).prefault({}),
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
      file: setting("File to append the log to instead of stderr", text.exactOptional()),
    }).prefault({}),
    telemetry: z.strictObject({
      otlp: setting(
        "Address of an OpenTelemetry collector (OTLP over HTTP) that gets traces, like http://localhost:4318",
        address(readAddress).exactOptional(),
      ),
      authorization: setting("Value of the Authorization header it wants", password.exactOptional()),
    }).prefault({}),
    upgrade: z.strictObject({
      feed: setting(
        "Address of the release feed that odoo-mcp upgrade --check asks; nothing else ever does",
        address(readAddress).exactOptional(),
      ),
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

/** A certificate and its private key, both PEM. */
export interface Identity {
  cert: string;
  key: Secret;
}

/** The settings of one Odoo, ready for use. */
export type InstanceSettings = z.infer<ReturnType<typeof instanceSchema>> & {
  /** Text of `ca_file`, read by the launcher because the Worker may read no files. */
  ca?: string;
  /** Texts of `client_cert` and `client_key`, likewise. */
  identity?: Identity;
};

/** What the settings say about a role. */
export type RoleSettings = z.infer<ReturnType<typeof roleSchema>>;

/** All settings, checked, with defaults filled in. What was written under `odoo` is `instances.default`. */
export type Settings = Omit<z.infer<ReturnType<typeof makeFile>>, "odoo" | "instances"> & {
  instances: Record<string, InstanceSettings>;
  /** Texts of `http.tls.cert` and `http.tls.key`, read by the launcher. */
  http: { identity?: Identity };
  /** Text of `security.oauth.ca_file`, likewise. */
  security: { oauth: { ca?: string } };
  /** Texts of their `redis_ca_file`, likewise. */
  store: { redis_ca?: string };
  cache: { redis_ca?: string };
  /** What concerns no Instance in particular. */
  odoo: { allowed_hosts: string[] };
};
