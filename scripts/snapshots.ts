/**
 * tests/snapshots/<tool>.json: each tool's `tools/list` entry with sorted keys, so that a change of the public surface
 * shows in a diff. `--check` only compares.
 */
import { listing, tools } from "../src/mcp/mod.ts";
import type { Json } from "../src/lib/json.ts";
import { type Generated, writeOrCheck } from "./generated.ts";

const folder = new URL("../tests/snapshots/", import.meta.url).pathname;

const files: Generated = new Map();
for await (const { name } of Deno.readDir(folder)) if (name.endsWith(".json")) files.set(folder + name, null);
for (const tool of tools) {
  const { access, toolset, aliasOf } = tool;
  const entry = { ...listing(tool, []), access, toolset, ...(aliasOf === undefined ? {} : { aliasOf }) };
  files.set(`${folder}${tool.name}.json`, `${JSON.stringify(sorted(entry), null, 2)}\n`);
}
Deno.exit(await writeOrCheck(files, Deno.args, "snapshots"));

function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => a < b ? -1 : 1).map(([k, v]) => [k, sorted(v)]));
}
