import { closest } from "../lib/closest.ts";
import { type Collected, empty, nature, problem, unknown } from "./entry.ts";
import { readJson } from "./json_text.ts";
import { leaves, NAME_PART } from "./leaves.ts";
import { byPath } from "./names.ts";
import { instanceName } from "./instance_schema.ts";

/** What a JSON config file says. `path` is how the person named it. */
export function fromFile(file: { path: string; text: string }): Collected {
  const collected = empty();
  const { entries, problems } = collected;
  const json = readJson(file.text);
  if ("problem" in json) {
    problems.push({
      setting: "config",
      origin: "file",
      source: file.path,
      message: `Cannot read the config file ${file.path}: ${json.problem}.`,
    });
    return collected;
  }
  const source = (path: string) => {
    const line = json.lines.get(path);
    return line === undefined ? file.path : `${file.path} line ${line}`;
  };
  const walk = (value: unknown, path: string) => {
    if (!isObject(value)) {
      const where = path === "" ? "the file" : path;
      problems.push(problem("file", where, source(path), `${nature(value)} is not an object ({…})`));
      return;
    }
    for (const [key, child] of Object.entries(value)) {
      const inner = path === "" ? key : `${path}.${key}`;
      // Editors find the JSON Schema by this key.
      if (inner === "$schema") continue;
      const named = key.includes(".") ? undefined : byPath(inner);
      if (path === "instances" && !instanceName.safeParse(key).success) {
        problems.push(unknown("file", inner, source(inner), instanceRule(key), []));
      } else if (named !== undefined) {
        entries.push({ ...named, value: child, origin: "file", source: source(inner) });
      } else if (!key.includes(".") && isGroup(inner)) {
        walk(child, inner);
      } else {
        const dotted = byPath(inner) !== undefined;
        const why = dotted ? `write ${nested(inner)} instead` : "there is no such setting";
        problems.push(unknown("file", inner, source(inner), why, dotted ? [] : closePaths(path, key)));
      }
    }
  };
  walk(json.value, "");
  return collected;
}

/** `http.port` as JSON has it: `{"http":{"port":…}}`. */
function nested(path: string): string {
  return path.split(".").reduceRight((inner, key) => `{${JSON.stringify(key)}:${inner}}`, "…");
}

function instanceRule(name: string): string {
  return instanceName.safeParse(name).error?.issues[0]?.message ?? "";
}

/** Whether settings stand below this path. */
function isGroup(path: string): boolean {
  const parts = path.split(".");
  if (path === "odoo" || path === "instances" || (parts[0] === "instances" && parts.length === 2)) return true;
  return leaves().some((leaf) => leaf.path.startsWith(`${path}.`));
}

/** Keys of one object that are most like one that does not exist. */
function closePaths(group: string, key: string): string[] {
  const start = group === "odoo" || group.startsWith("instances.") ? `instances.${NAME_PART}.` : group && `${group}.`;
  const keys = leaves().flatMap(({ path }) => path.startsWith(start) ? [path.slice(start.length).split(".")[0]!] : []);
  if (group === "") keys.push("odoo");
  return closest(key, new Set(keys)).map((near) => group === "" ? near : `${group}.${near}`);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
