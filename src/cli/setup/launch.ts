import { dirname } from "node:path";
import type { Settings } from "../../config/mod.ts";
import type { Json, JsonObject } from "../../lib/json.ts";
import { isObject } from "../../lib/json.ts";
import { lasting, program } from "../client.ts";
import { stateFile } from "../private_file.ts";
import { runsCommands } from "../secret_references.ts";
import type { McpClient } from "./clients.ts";
import { editJson, readJsonc } from "./edit_json.ts";
import { editToml, readToml } from "./edit_toml.ts";
import { at, type Edit } from "./edit.ts";

/** How a client starts this program. */
export interface Launch {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** What a shell sets and a client started from a desktop does not have: where the state is, whom to trust. */
const OF_SHELLS = ["XDG_STATE_HOME", "DENO_CERT", "DENO_TLS_CA_STORE"];

/** The command that serves with the settings of a config file. No secret is in it. */
export function launchOf(configFile: string, settings: Settings): Launch {
  const state = stateFile("store.db");
  const writes = state === undefined ? [] : [dirname(state)];
  const { command, args } = lasting(program({ network: true, writes, runs: runsCommands(settings) }));
  const kept = [
    ...OF_SHELLS,
    ...(Deno.build.standalone ? [] : ["DENO_DIR"]),
    ...(command === "npx" ? ["PATH"] : []),
  ];
  const env = Object.fromEntries(kept.flatMap((name) => {
    const value = Deno.env.get(name);
    return value === undefined || value === "" ? [] : [[name, name === "PATH" ? lastingPath(value) : value]];
  }));
  return { command, args: [...args, "serve", "--config", configFile], env };
}

/** npx puts folders of its own into the PATH of what it starts; other ones each time. */
function lastingPath(path: string): string {
  return path.split(":").filter((folder) => !/[\\/](_npx|node_modules|node-gyp-bin)([\\/]|$)/.test(folder)).join(":");
}

/** The launch as it stands in a client's file. */
export function toEntry({ command, args, env }: Launch, { extra }: McpClient): JsonObject {
  return { ...extra, command, args, ...(Object.keys(env).length > 0 && { env }) };
}

/** How files of this client are edited. */
export function editOf({ format }: McpClient): Edit {
  return format === "toml" ? editToml : editJson;
}

/** Every server in the text of a client's file, by its name; empty where the text can't be read. */
export async function entriesIn(client: McpClient, text: string): Promise<Record<string, Launch>> {
  const read = client.format === "toml" ? await readToml(text) : await readJsonc(text);
  const servers = "problem" in read ? undefined : at(read.value, client.servers);
  if (typeof servers !== "object" || servers === null) return {};
  const entries = Object.entries(servers as Record<string, Json>).flatMap(([name, entry]): [string, Launch][] => {
    if (!isObject(entry) || typeof entry["command"] !== "string") return [];
    const { command, args, env } = entry;
    const texts = isObject(env) ? Object.entries(env).filter(([, value]) => typeof value === "string") : [];
    const words = Array.isArray(args) ? args.filter((arg) => typeof arg === "string") : [];
    return [[name, { command, args: words, env: Object.fromEntries(texts) as Record<string, string> }]];
  });
  return Object.fromEntries(entries);
}

/** Whether an entry starts this program: an executable or bundle called odoo-mcp…, or this very source. */
export function startsUs({ command, args }: Launch): boolean {
  const own = Deno.mainModule.startsWith("file:") ? decodeURIComponent(new URL(Deno.mainModule).pathname) : "";
  return [command, ...args].some((word) => word === own || /(^|[\\/])odoo-mcp[^\\/]*$/.test(word));
}
