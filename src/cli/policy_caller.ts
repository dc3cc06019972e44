import { endOf, readKeys, roleNames } from "../app.ts";
import type { Settings } from "../config/mod.ts";
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { readKeysFile } from "./keys_file.ts";

/**
 * The role of a caller as operators name it: `local`, `key:NAME` from the keys file, `role:NAME`, or a role's name alone.
 * `E004` for one that does not exist.
 */
export function roleOfCaller(settings: Settings, caller: string): string {
  if (caller === "local") return "admin";
  if (caller.startsWith("key:")) return roleOfKey(settings, caller.slice("key:".length));
  const role = caller.replace(/^role:/, "");
  const roles = roleNames(settings);
  if (roles.includes(role)) return role;
  const near = closest(role, roles);
  throw new Failure("E004", `Cannot tell about the caller ${JSON.stringify(caller)}: there is no such role`, {
    hint: near.length > 0
      ? `Did you mean ${near.join(" or ")}?`
      : `Name local, key:NAME, or a role: ${roles.join(", ")}.`,
  });
}

function roleOfKey({ security: { keys: path } }: Settings, name: string): string {
  if (path === undefined) throw new Failure("E004", "Cannot tell about keys: the setting security.keys is missing");
  const read = readKeys(readKeysFile(path));
  if ("problem" in read) throw new Failure("E004", `Cannot use the keys file ${path}: ${read.problem}`);
  const entries = read.entries.filter((entry) => entry.name === name);
  const entry = entries.find((one) => endOf(one, Date.now()) === null) ?? entries[0];
  if (entry !== undefined) return entry.role;
  throw new Failure("E004", `Cannot tell about key:${name}: there is no key of that name`, {
    hint: "See odoo-mcp key list.",
  });
}
