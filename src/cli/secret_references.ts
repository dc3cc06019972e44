import { isReference, type Settings } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import { Secret } from "../lib/secret.ts";

/** Whether a setting wants a command run: the launcher then needs `--allow-run`. */
export function runsCommands(settings: Settings): boolean {
  const all = [...references(settings)];
  const keyed = all.some(({ text }) => text.startsWith("secret:"));
  return all.some(({ text }) => text.startsWith("command:")) || (keyed && settings.secrets.command !== undefined);
}

/**
 * The settings with every `secret:NAME` and `command:…` replaced by what it stands for. Each is looked up once. Rejects with
 * a `Failure` that names the setting and never the secret.
 */
export async function withSecrets(settings: Settings): Promise<Settings> {
  const found = new Map<string, Secret>();
  for (const { path, text } of references(settings)) {
    if (found.has(text)) continue;
    try {
      const secret = await lookUp(text, settings);
      if (/\.key$/.test(path) && secret.reveal().length < 32) {
        throw new Failure("E004", "Cannot use this key: it has fewer than 32 letters");
      }
      found.set(text, secret);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      const { code, message, hint } = error;
      throw new Failure(code, `${message} (for ${path})`, { hint, cause: error });
    }
  }
  return found.size === 0 ? settings : replace(settings, found) as Settings;
}

async function lookUp(text: string, settings: Settings): Promise<Secret> {
  const rest = text.slice(text.indexOf(":") + 1);
  // Loaded only where a setting needs it: most have their secrets in the environment.
  if (text.startsWith("command:")) {
    const { readCommand } = await import("../lib/command_output.ts");
    return new Secret(await readCommand(rest, "a secret"));
  }
  const { loadVault, readKeys } = await import("./secret_file.ts");
  const [vault, keys] = [loadVault(settings), await readKeys(settings)];
  return await vault.open(rest, keys);
}

/** Every secret of the settings that stands for another; the key of the credentials file can't itself be in it. */
function* references(value: unknown, path = ""): Generator<{ path: string; text: string }> {
  if (value instanceof Secret) {
    const text = value.reveal();
    if (!isReference(text)) return;
    if (path === "secrets.key") {
      throw new Failure("E004", "Cannot use secrets.key: the key of the credentials file is no reference", {
        hint: "Set secrets.command to the command alone, without command:.",
      });
    }
    yield { path, text };
  } else if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) yield* references(child, path === "" ? key : `${path}.${key}`);
  }
}

function replace(value: unknown, found: ReadonlyMap<string, Secret>): unknown {
  if (value instanceof Secret) return found.get(value.reveal()) ?? value;
  if (Array.isArray(value)) return value.map((item) => replace(item, found));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, replace(child, found)]));
}
