import { dirname } from "node:path";
import type { Finding } from "../../app.ts";
import type { Settings } from "../../config/mod.ts";
import { Failure } from "../../lib/failure.ts";
import { openToAll } from "../../lib/open_to_all.ts";
import { auditPath } from "../audit_place.ts";
import { type Grant, grants, hostText } from "../permissions.ts";
import { stateFile } from "../private_file.ts";
import { storeFolder, storePath } from "../store_file.ts";

/** What this machine must give the server itself: its port, its files, Deno's permissions. Changes nothing. */
export function checkOwn(settings: Settings): Finding[] {
  return [
    timed("port", () => checkPort(settings)),
    timed("files", () => checkFiles(settings)),
    timed("permissions", () => checkPermissions(settings)),
  ];
}

/** Runs a check that waits for nobody. */
function timed(name: string, run: () => Pick<Finding, "message"> & Partial<Finding>): Finding {
  const started = performance.now();
  const base = { name, verdict: "ok" as const, hint: "", names: [] };
  try {
    return { ...base, ...run(), ms: Math.round(performance.now() - started) };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const { message, hint } = error;
    return { ...base, verdict: "failed", message, hint, ms: Math.round(performance.now() - started) };
  }
}

function checkPort({ transport, http: { host, port } }: Settings): Pick<Finding, "message"> & Partial<Finding> {
  if (transport === "stdio") return { verdict: "skipped", message: "stdio: clients start it, and it needs none" };
  const what = `${hostText(host)}:${port}`;
  try {
    Deno.listen({ hostname: host.replace(/^\[(.*)\]$/, "$1"), port }).close();
    return { message: `${what} is free` };
  } catch (error) {
    const [why, hint] = error instanceof Deno.errors.AddrInUse
      ? ["another program listens there", "Perhaps this server runs already; else choose another http.port."]
      : error instanceof Deno.errors.PermissionDenied
      ? ["this user may not listen there", "Choose an http.port from 1024 on."]
      : error instanceof Deno.errors.NotCapable
      ? ["Deno was not given the right", `Start with --allow-net=${what}.`]
      : ["this machine has no such address", "Check http.host; localhost and 0.0.0.0 always work."];
    throw new Failure("E001", `Cannot listen on ${what}: ${why}.`, { hint, cause: error });
  }
}

function checkFiles(settings: Settings): Pick<Finding, "message"> & Partial<Finding> {
  const { secrets, store, audit, log } = settings;
  const wanted = [
    storeFolder(settings) === undefined ? undefined : { file: storePath(settings), setting: "store.file" },
    { file: auditPath(settings), setting: "audit.file" },
    { file: log.file, setting: "log.file" },
  ].flatMap((one) => one?.file === undefined ? [] : [{ file: one.file, setting: one.setting }]);
  for (const { file, setting } of wanted) {
    const why = notWritable(file);
    if (why === undefined) continue;
    const message = `Cannot write ${file} (${setting}): ${why}.`;
    const hint = `Name another file in ${setting}, or let this user write there.`;
    // Without its store the server still serves, and says so; the audit that was asked for stops changes.
    if (setting === "store.file" && store.file === undefined) return { verdict: "warning", message, hint };
    if (setting === "audit.file" && audit.file === undefined) return { verdict: "warning", message, hint };
    throw new Failure("E004", message, { hint });
  }
  const secretsFile = secrets.file ?? stateFile("secrets.json");
  const held = [secretsFile, secretsFile && `${secretsFile}.key`, ...wanted.map(({ file }) => `${file}.key`)];
  for (const file of held) {
    const why = file === undefined ? undefined : tryOpenToAll(file);
    if (why !== undefined) {
      throw new Failure("E004", `Cannot keep a secret in ${file}: ${why.split(". ")[0]}.`, {
        hint: `chmod 600 ${file}`,
      });
    }
  }
  if (wanted.length === 0) return { verdict: "skipped", message: "none is written with these settings" };
  return { message: `${wanted.map(({ file }) => file).join(", ")} can be written` };
}

/** Why a file can't be written, or made where it is missing; undefined where it can. */
function notWritable(file: string): string | undefined {
  try {
    let place = file;
    while (!exists(place) && dirname(place) !== place) place = dirname(place);
    if (place !== file && !Deno.statSync(place).isDirectory) return `${place} is no folder`;
    if (place === file && !Deno.statSync(place).isFile) return "it is no file";
    // Opened and closed, or a file made and taken away at once: node's access() would need the right to know the user's id.
    if (place === file) Deno.openSync(file, { write: true }).close();
    else Deno.removeSync(Deno.makeTempFileSync({ dir: place, prefix: ".odoo-mcp-doctor-" }));
    return undefined;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) return "Deno was not given --allow-read and --allow-write for it";
    return "this user may not";
  }
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotCapable) throw error;
    return false;
  }
}

function tryOpenToAll(file: string): string | undefined {
  try {
    return openToAll(file);
  } catch {
    return undefined; // it is not there, which is fine
  }
}

/** What the launcher must have been given to hand it on to the sandbox; an executable has it all. */
function checkPermissions(settings: Settings): Pick<Finding, "message"> & Partial<Finding> {
  const store = storeFolder(settings) === undefined ? undefined : storePath(settings);
  const { file: _, ...rest } = settings.store;
  const all = grants({
    ...settings,
    store: store === undefined ? rest : { ...rest, file: store },
    audit: { ...settings.audit, file: auditPath(settings) ?? "off" },
  });
  const flags = all.flatMap(missing);
  if (all.length === 0) return { verdict: "skipped", message: "the server needs none" };
  if (flags.length === 0) return { message: `all ${all.length} that the server needs, and it gets no more than these` };
  return {
    verdict: "warning",
    message: `Deno was not given ${flags.join(" ")}`,
    hint: "Start it with these flags too; odoo-mcp permissions says what each is for.",
  };
}

function missing({ kind, what }: Grant): string[] {
  const state = (descriptor: Deno.PermissionDescriptor) => Deno.permissions.querySync(descriptor).state === "granted";
  if (kind === "connect" || kind === "listen") return state({ name: "net", host: what }) ? [] : [`--allow-net=${what}`];
  if (kind === "never connect") return [];
  const names = kind === "read and write" ? ["read", "write"] as const : [kind];
  return names.flatMap((name) => state({ name, path: what }) ? [] : [`--allow-${name}=${what}`]);
}
