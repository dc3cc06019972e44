import { openToAll } from "../lib/open_to_all.ts";
import { Secret } from "../lib/secret.ts";
import type { Problem } from "./entry.ts";
import type { Flags } from "./flags.ts";
import { type Loaded, loadSettings, type Refused, type Sources, valuesByPath } from "./load.ts";
import { fixedVariables, spoken } from "./names.ts";
import { isReference } from "./instance_schema.ts";
import type { Identity, Settings } from "./schema.ts";

/** Larger than any config; keeps `--config` from swallowing a disk image. */
const MAX_BYTES = 1024 * 1024;

/**
 * Loads the settings of this process: flags, the file that `--config` or `ODOO_MCP_CONFIG` names, the environment, and
 * `.env` in the working directory. Reads certificate files too, because the Worker may not. Asks for no permission:
 * what may not be read is as good as absent, except the config file, which was asked for.
 */
export function readSettings(flags: Flags): Loaded | Refused {
  const { config, ...args } = flags;
  const env = readEnvironment();
  const path = typeof config === "string" ? config : config?.at(-1) ?? env["ODOO_MCP_CONFIG"] ?? "";
  const from: Sources = { args, env };
  const dotenv = granted({ name: "read", path: ".env" }) ? readText(".env") : { problem: "" };
  if ("text" in dotenv) from.dotenv = { path: ".env", text: dotenv.text };
  if (path !== "" || config !== undefined) {
    const file = path === "" ? { problem: "its name is missing. Write --config config.json" } : readText(path);
    if ("problem" in file) {
      const origin = config === undefined ? "environment" : "flag";
      return {
        problems: [
          unreadable("config", origin, path === "" ? "the config file" : `the config file ${path}`, file.problem),
        ],
        warnings: [],
      };
    }
    from.file = { path, text: file.text };
  }
  const loaded = loadSettings(from);
  if ("problems" in loaded) return loaded;
  const files = new Set([...keyFiles(loaded.settings), ...(holdsSecrets(loaded, from.file?.path) ? [path] : [])]);
  const open = [...files].flatMap((file) => warningAbout(file));
  return withCertificates({ ...loaded, warnings: [...loaded.warnings, ...open] });
}

function keyFiles({ http, instances }: Settings): string[] {
  return [http.tls.key, ...Object.values(instances).map((one) => one.client_key)].filter((file) => file !== undefined);
}

/** Whether a secret itself stands in this config file, not the name of one. */
function holdsSecrets({ settings, sources }: Loaded, file: string | undefined): boolean {
  if (file === undefined) return false;
  return Object.entries(valuesByPath(settings)).some(([path, value]) =>
    sources[path]?.startsWith(file) === true && secretsIn(value).some((one) => !isReference(one.reveal()))
  );
}

function secretsIn(value: unknown): Secret[] {
  if (value instanceof Secret) return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(secretsIn) : [];
}

/** Told, not refused: many a file is laid out by tools that know of one mode only. */
function warningAbout(file: string): string[] {
  try {
    const why = openToAll(file);
    return why === undefined ? [] : [`There are secrets in ${file}, and ${why}`];
  } catch {
    // What can't be read at all is a problem of its own.
    return [];
  }
}

function withCertificates(loaded: Loaded): Loaded | Refused {
  const problems: Problem[] = [];
  const pem = (path: string, file: string, kind: string): string => {
    const read = readText(file);
    const what = `${file} (${spoken(path)} from ${loaded.sources[path]})`;
    if ("text" in read && read.text.includes(`${kind}-----`)) return read.text;
    const why = "problem" in read ? read.problem : `it holds no PEM ${kind.toLowerCase()} (-----BEGIN ${kind}-----)`;
    problems.push(unreadable(path, "default", what, why));
    return "";
  };
  const identity = (certPath: string, cert: string, keyPath: string, key: string): Identity => ({
    cert: pem(certPath, cert, "CERTIFICATE"),
    key: new Secret(pem(keyPath, key, "PRIVATE KEY")),
  });
  const { cert, key } = loaded.settings.http.tls;
  if (cert !== undefined && key !== undefined) {
    loaded.settings.http.identity = identity("http.tls.cert", cert, "http.tls.key", key);
  }
  const { oauth } = loaded.settings.security;
  if (oauth.ca_file !== undefined) oauth.ca = pem("security.oauth.ca_file", oauth.ca_file, "CERTIFICATE");
  for (const path of ["store", "cache"] as const) {
    const redis = loaded.settings[path];
    if (redis.redis_ca_file !== undefined) {
      redis.redis_ca = pem(`${path}.redis_ca_file`, redis.redis_ca_file, "CERTIFICATE");
    }
  }
  for (const [name, instance] of Object.entries(loaded.settings.instances)) {
    const { ca_file: ca, client_cert: cert, client_key: key } = instance;
    const at = (last: string) => `instances.${name}.${last}`;
    if (ca !== undefined) instance.ca = pem(at("ca_file"), ca, "CERTIFICATE");
    if (cert !== undefined && key !== undefined) {
      instance.identity = identity(at("client_cert"), cert, at("client_key"), key);
    }
  }
  return problems.length > 0 ? { problems, warnings: loaded.warnings } : loaded;
}

function readText(path: string): { text: string } | { problem: string } {
  try {
    const { size, isFile, isDirectory } = Deno.statSync(path);
    if (isDirectory) return { problem: "it is a directory" };
    // Pipes and /dev/fd files, as shells make them for `--config <(…)`, tell no size.
    if (isFile && size > MAX_BYTES) return { problem: `it is larger than ${MAX_BYTES} bytes` };
    return { text: new TextDecoder("utf-8", { fatal: true }).decode(Deno.readFileSync(path)) };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { problem: "it does not exist" };
    if (error instanceof Deno.errors.NotCapable) return { problem: "Deno was not given --allow-read for it" };
    if (error instanceof Deno.errors.PermissionDenied) return { problem: "this user may not read it" };
    if (error instanceof TypeError) return { problem: "it is not UTF-8 text" };
    return { problem: "reading it failed" };
  }
}

function readEnvironment(): Record<string, string> {
  if (granted({ name: "env" })) return Deno.env.toObject();
  // Granted name by name (--allow-env=ODOO_URL,…): ask for those that can be ours.
  const names = ["ODOO_MCP_CONFIG", ...fixedVariables()].filter((variable) => granted({ name: "env", variable }));
  return Object.fromEntries(names.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined ? [] : [[name, value]];
  }));
}

function granted(permission: Deno.PermissionDescriptor): boolean {
  return Deno.permissions.querySync(permission).state === "granted";
}

function unreadable(setting: string, origin: Problem["origin"], what: string, why: string): Problem {
  return { setting, origin, source: what, message: `Cannot read ${what}: ${why}.` };
}
