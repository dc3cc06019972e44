import {
  createKey,
  endOf,
  KEY_NAME,
  type KeyEntry,
  openStore,
  readKeys,
  revokeInStore,
  roleNames,
  writeKeys,
} from "../app.ts";
import type { Settings } from "../config/mod.ts";
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { openLog } from "../lib/log.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { changeKeysFile, readKeysFile } from "./keys_file.ts";
import { complain, paint, print, printJson, table } from "./print.ts";
import { withSecrets } from "./secret_references.ts";
import { withStore } from "./store_file.ts";

/** How long an old key still works beside the one that replaces it. */
const OVERLAP = "24h";

const UNITS: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 };

/** What each action of `key` needs. */
interface Order {
  settings: Settings;
  /** The keys file. */
  path: string;
  name: string;
  options: Readonly<Record<string, string>>;
  json: boolean;
}

const ACTIONS: Record<string, { name: boolean; options: string[]; run: (order: Order) => Promise<number> }> = {
  create: { name: true, options: ["role", "expires"], run: create },
  list: { name: false, options: [], run: list },
  rotate: { name: true, options: ["expires", "overlap"], run: rotate },
  revoke: { name: true, options: [], run: revoke },
};

/** `odoo-mcp key create NAME --role ROLE [--expires 90d] | list | rotate NAME [--overlap 24h] | revoke NAME`. */
export async function key({ words, flags, switches, options }: Invocation): Promise<number> {
  const [action = "list", name = "", ...more] = words;
  const known = Object.hasOwn(ACTIONS, action) ? ACTIONS[action] : undefined;
  if (known === undefined) return misuse("Cannot do that: key knows create, list, rotate and revoke.", "key");
  if (more.length > 0 || known.name !== (name !== "")) {
    return misuse(`Cannot ${action}: it takes ${known.name ? "one name" : "no name"}.`, "key");
  }
  const strange = Object.keys(options).find((option) => !known.options.includes(option));
  if (strange !== undefined) return misuse(`Cannot ${action}: it takes no --${strange}.`, "key");
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;
  const { settings } = loaded;
  const path = settings.security.keys;
  if (path === undefined) {
    throw new Failure("E004", "Cannot find the keys: the setting security.keys is missing", {
      hint: 'Name a file for them, where the server finds it too: {"security": {"keys": "keys.json"}}.',
    });
  }
  return await known.run({ settings, path, name, options, json: switches.has("json") });
}

async function create({ settings, path, name, options, json }: Order): Promise<number> {
  if (!KEY_NAME.test(name)) {
    return misuse(`Cannot create ${JSON.stringify(name)}: a name is small letters, digits, dots and dashes.`, "key");
  }
  const { role = "", expires = "never" } = options;
  const roles = roleNames(settings);
  if (!roles.includes(role)) {
    const near = closest(role, roles);
    const why = role === "" ? "--role is missing" : `there is no role ${JSON.stringify(role)}`;
    const allowed = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `There are ${roles.join(", ")}.`;
    return misuse(`Cannot create a key: ${why}. ${allowed}`, "key");
  }
  const end = moment(expires);
  if (end === undefined) return misuse("Cannot create a key: --expires is never, or a time like 90d or 12h.", "key");
  const made = await createKey({ name, role, expires: end });
  change(path, (entries) => {
    if (entries.some((entry) => entry.name === name && endOf(entry, Date.now()) === null)) {
      throw new Failure("E004", `Cannot create a key: ${name} has one`, {
        hint: "Replace it with key rotate, or end it with key revoke.",
      });
    }
    return [...entries, made.entry];
  });
  return show(made, json, []);
}

async function rotate({ path, name, options, json }: Order): Promise<number> {
  const overlap = duration(options["overlap"] ?? OVERLAP);
  if (overlap === undefined) return misuse("Cannot rotate a key: --overlap is a time like 24h or 0m.", "key");
  const given = options["expires"] === undefined ? undefined : moment(options["expires"]);
  if (options["expires"] !== undefined && given === undefined) {
    return misuse("Cannot rotate a key: --expires is never, or a time like 90d or 12h.", "key");
  }
  const now = Date.now();
  const old = good(readEntries(path), name, now);
  // As long as the old one was meant to live.
  const life = old.expires === null ? null : Date.parse(old.expires) - Date.parse(old.created);
  const expires = given !== undefined ? given : life === null ? null : new Date(now + life).toISOString();
  const made = await createKey({ name, role: old.role, expires }, now);
  const until = new Date(now + overlap).toISOString();
  change(path, (entries) => {
    good(entries, name, now);
    const shortened = (entry: KeyEntry) =>
      entry.name === name && endOf(entry, now) === null && (entry.expires === null || entry.expires > until)
        ? { ...entry, expires: until }
        : entry;
    return [...entries.map(shortened), made.entry];
  });
  return show(made, json, [`What was there before works until ${until}.`]);
}

async function revoke({ settings, path, name, json }: Order): Promise<number> {
  const now = Date.now();
  const revoked: KeyEntry[] = [];
  change(path, (entries) => {
    const ended = entries.map((entry) => {
      if ((entry.name !== name && entry.prefix !== name) || entry.revoked !== null) return entry;
      revoked.push(entry);
      return { ...entry, revoked: new Date(now).toISOString() };
    });
    if (revoked.length === 0) throw noKey(name);
    return ended;
  });
  // Replicas with another copy of the file learn it from the Store they share.
  const { settings: ready, warning } = withStore(await withSecrets(settings));
  if (ready.store.file !== undefined || ready.store.redis_url !== undefined) {
    const { store } = openStore(ready, openLog(settings.log));
    try {
      for (const entry of revoked) await revokeInStore(store, entry, now);
    } finally {
      store.close();
    }
  }
  if (json) printJson({ revoked: revoked.map(({ name, prefix }) => ({ name, prefix })) });
  else print(...revoked.map(({ name, prefix }) => `${paint("green", "revoked")}  ${name} omcp_${prefix}_…`));
  if (warning !== undefined) {
    complain(`${paint("yellow", "warning: ")}replicas with a keys file of their own must get it anew.`);
  }
  return EXIT.ok;
}

function list({ path, json }: Order): Promise<number> {
  const now = Date.now();
  const entries = readEntries(path).map(({ hash: _, ...entry }) => entry);
  if (json) printJson(entries);
  else {
    const rows = entries.map((entry) => [
      entry.name,
      `omcp_${entry.prefix}_…`,
      entry.role,
      endOf({ ...entry, hash: "" }, now) ?? "good",
      entry.created.slice(0, 10),
      entry.expires?.slice(0, 16).replace("T", " ") ?? "never",
    ]);
    print(...table(["name", "key", "role", "state", "created", "expires (UTC)"], rows));
  }
  return Promise.resolve(EXIT.ok);
}

/** The only time a key is shown: stdout holds it alone, so that a script can take it from there. */
function show({ key, entry }: { key: string; entry: KeyEntry }, json: boolean, more: string[]): number {
  const { hash: _, ...shown } = entry;
  if (json) printJson({ key, ...shown });
  else {
    print(key);
    complain(
      `Key of ${entry.name}, role ${entry.role}, expires ${entry.expires ?? "never"}. It is shown this once.`,
      "Clients send it as Authorization: Bearer KEY, or as X-Api-Key: KEY.",
      ...more,
    );
  }
  return EXIT.ok;
}

/** The entry of a name whose key is good now; of several the newest. */
function good(entries: readonly KeyEntry[], name: string, now: number): KeyEntry {
  const found = entries.findLast((entry) => entry.name === name && endOf(entry, now) === null);
  if (found === undefined) throw noKey(name);
  return found;
}

function noKey(name: string): Failure {
  return new Failure("E005", `Cannot find a key of ${JSON.stringify(name)} that is still good`, {
    hint: "odoo-mcp key list shows all of them.",
  });
}

function readEntries(path: string): KeyEntry[] {
  return entriesOf(path, readKeysFile(path));
}

function change(path: string, make: (entries: KeyEntry[]) => KeyEntry[]): void {
  changeKeysFile(path, (text) => writeKeys(make(text === null ? [] : entriesOf(path, text))));
}

function entriesOf(path: string, text: string): KeyEntry[] {
  const read = readKeys(text);
  if ("entries" in read) return read.entries;
  throw new Failure("E004", `Cannot use the keys file ${path} (security.keys): ${read.problem}`);
}

/** A time from now as ISO 8601, null for never, undefined for what is neither. */
function moment(text: string): string | null | undefined {
  if (text === "never") return null;
  const ms = duration(text);
  return ms === undefined || ms === 0 ? undefined : new Date(Date.now() + ms).toISOString();
}

/** Milliseconds in `90d`, `12h`, `30m`; undefined for anything else. */
function duration(text: string): number | undefined {
  const [, digits, unit = ""] = /^(\d{1,5})([mhd])$/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits) * UNITS[unit]!;
}
