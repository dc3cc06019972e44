import { closest } from "../lib/closest.ts";
import { type Leaf, leaves, NAME_PART } from "./leaves.ts";
import { instanceName } from "./instance_schema.ts";

/** A setting as someone named it: the leaf of the schema, and its path with the Instance's name filled in. */
export interface Named {
  leaf: Leaf;
  path: string;
}

const INSTANCES = "instances.";
const DEFAULT = `${INSTANCES}default.`;
/** `http.allowed_hosts` as flags write it, `http-allowed-hosts`; variables are the same in capitals. */
function dashed(path: string): string {
  return path.replace(/[._]/g, "-");
}

/** The settings by the ways to name them. */
interface Index {
  /** Those with a fixed name, `odoo-url` among them, by their dashed name. */
  byDashes: ReadonlyMap<string, Named>;
  byPath: ReadonlyMap<string, Leaf>;
  /** Those of Instances, by their last part as it stands in a path, and dashed. */
  byKey: ReadonlyMap<string, Leaf>;
  byDashedKey: ReadonlyMap<string, Leaf>;
}

let made: Index | undefined;

function index(): Index {
  if (made !== undefined) return made;
  const plain = leaves().filter(({ path }) => !path.includes(NAME_PART));
  const ofInstances = leaves().filter(({ path }) => path.startsWith(INSTANCES));
  const named = plain.map((leaf): [string, Named] => [dashed(leaf.path), { leaf, path: leaf.path }]);
  const ofDefault = ofInstances.map((leaf): [string, Named] => [
    `odoo-${dashed(keyOf(leaf))}`,
    inInstance(leaf, "default"),
  ]);
  return made = {
    byDashes: new Map([...named, ...ofDefault]),
    byPath: new Map(plain.map((leaf) => [leaf.path, leaf])),
    byKey: new Map(ofInstances.map((leaf) => [keyOf(leaf), leaf])),
    byDashedKey: new Map(ofInstances.map((leaf) => [dashed(keyOf(leaf)), leaf])),
  };
}

const SHORT_FLAGS = new Map([["host", "http-host"], ["port", "http-port"]]);

/** The variables other Odoo programs use. Where two name one setting, the first one wins. */
export const ECOSYSTEM_VARIABLES: ReadonlyMap<string, string> = new Map([
  ["ODOO_URL", "odoo-url"],
  ["ODOO_DB", "odoo-database"],
  ["ODOO_DATABASE", "odoo-database"],
  ["ODOO_USERNAME", "odoo-username"],
  ["ODOO_USER", "odoo-username"],
  ["ODOO_PASSWORD", "odoo-password"],
  ["ODOO_API_KEY", "odoo-api-key"],
]);

/** What our own variables begin with. */
export const PREFIX = "ODOO_MCP_";

/** The setting a flag stands for (without its dashes: `http-port`), or undefined for none. */
export function byFlag(flag: string): Named | undefined {
  return fromDashes(SHORT_FLAGS.get(flag) ?? flag);
}

/** The setting a variable stands for, or undefined for none. */
export function byVariable(variable: string): Named | undefined {
  const known = ECOSYSTEM_VARIABLES.get(variable);
  if (known !== undefined) return fromDashes(known);
  if (!variable.startsWith(PREFIX)) return undefined;
  return fromDashes(variable.slice(PREFIX.length).toLowerCase().replaceAll("_", "-"));
}

/** The setting at a path of the config file, `odoo.url` included, or undefined for none. */
export function byPath(path: string): Named | undefined {
  const plain = index().byPath.get(path);
  if (plain !== undefined) return { leaf: plain, path };
  const real = path.startsWith("odoo.") ? DEFAULT + path.slice("odoo.".length) : path;
  const [first, name, key, ...more] = real.split(".");
  if (first !== "instances") {
    const leaf = index().byPath.get(real);
    return leaf && { leaf, path: real };
  }
  const leaf = index().byKey.get(key ?? "");
  return leaf && name !== undefined && more.length === 0 ? inInstance(leaf, name) : undefined;
}

/** How people are told of a setting: the one Odoo most have is `odoo.url`, not `instances.default.url`. */
export function spoken(path: string): string {
  return path.startsWith(DEFAULT) ? `odoo.${path.slice(DEFAULT.length)}` : path;
}

/** A setting's flag, with the `{name}` of an Instance left as it is: `--http-port`. */
export function flagOf(path: string): string {
  return `--${dashed(spoken(path))}`;
}

/** A setting's variable: `ODOO_MCP_HTTP_PORT`. */
export function variableOf(path: string): string {
  return PREFIX + dashed(spoken(path)).replaceAll("-", "_").toUpperCase();
}

/** Flags most like one that does not exist. `more` are those a command adds to the settings' own. */
export function closeFlags(flag: string, more: string[] = []): string[] {
  return closest(flag, [...index().byDashes.keys(), ...SHORT_FLAGS.keys(), "config", ...more]).map((one) => `--${one}`);
}

/** Variables most like one that does not exist. */
export function closeVariables(variable: string): string[] {
  return closest(
    variable,
    [...index().byDashes.keys()].map((dashes) => PREFIX + dashes.replaceAll("-", "_").toUpperCase()),
  );
}

/** Every variable with a fixed name, for where the environment may only be asked name by name. */
export function fixedVariables(): string[] {
  const own = [...index().byDashes.keys()].map((dashes) => PREFIX + dashes.replaceAll("-", "_").toUpperCase());
  return [...ECOSYSTEM_VARIABLES.keys(), ...own];
}

function fromDashes(dashes: string): Named | undefined {
  const known = index().byDashes.get(dashes);
  if (known !== undefined || !dashes.startsWith("instances-")) return known;
  const rest = dashes.slice("instances-".length);
  for (const [key, leaf] of index().byDashedKey) {
    const name = rest.endsWith(`-${key}`) ? rest.slice(0, -key.length - 1) : "";
    if (instanceName.safeParse(name).success) return inInstance(leaf, name);
  }
  return undefined;
}

function inInstance(leaf: Leaf, name: string): Named {
  return { leaf, path: leaf.path.replace(NAME_PART, () => name) };
}

/** The last part of an Instance's setting: `api_key` of `instances.{name}.api_key`. */
function keyOf(leaf: Leaf): string {
  return leaf.path.slice(leaf.path.lastIndexOf(".") + 1);
}
