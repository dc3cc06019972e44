import { type Look, lookAtOdoo } from "../../app.ts";
import { type Flags, isReference, type Loaded, readSettings } from "../../config/mod.ts";
import { Failure } from "../../lib/failure.ts";
import type { Prompts } from "./prompts.ts";

/** How long an address may take to tell its version, in ms. */
const LOOK_MS = 15_000;

/** Variables that say what a flag says; in setup they go over what the config file had before, too. */
const VARIABLES: Record<string, string> = {
  ODOO_URL: "odoo-url",
  ODOO_DB: "odoo-database",
  ODOO_USERNAME: "odoo-username",
  ODOO_PASSWORD: "odoo-password",
  ODOO_API_KEY: "odoo-api-key",
};

/** The flags, with those that variables stand for. */
export function withVariables(flags: Flags): Flags {
  const said = Object.entries(VARIABLES).flatMap(([name, flag]): [string, string][] => {
    const value = Deno.env.get(name);
    return value === undefined || value === "" ? [] : [[flag, value]];
  });
  return { ...Object.fromEntries(said), ...flags };
}

/** The settings, and the flags that would say the same. */
export interface Gathered {
  loaded: Loaded;
  answers: Flags;
}

/** What `--odoo-url` and the like say, with what was asked on the terminal where there is one. */
export async function gather(flags: Flags, ask: Prompts | null): Promise<Gathered> {
  if (ask === null) return { loaded: await fromFlags(flags), answers: flags };
  const before = readSettings(flags);
  const known = "problems" in before ? undefined : before.settings.instances["default"];

  const answers: Record<string, Flags[string]> = { ...flags };
  let url = known?.url;
  let look: Look;
  while (true) {
    url = await ask.url(url);
    try {
      const { settings } = checked({ ...answers, "odoo-url": url });
      look = await lookAt(settings);
      break;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      ask.note([error.message, error.hint].filter((text) => text !== "").join("\n"), "That does not work yet");
    }
  }
  answers["odoo-url"] = url;
  ask.note(`Odoo ${look.version.text}, ${look.version.edition}`, "Found");
  const database = await ask.database(look, known?.database);
  if (database !== undefined) answers["odoo-database"] = database;
  answers["odoo-username"] = await ask.username(known?.username);
  const secret = known?.api_key ?? known?.password;
  const kept = secret !== undefined && known?.url === url && known.username === answers["odoo-username"] &&
    await ask.yes("Keep the key or password that is set?");
  if (!kept) Object.assign(answers, await ask.credential(look));
  if ((checked(answers).sources["mode"] ?? "default") === "default") answers["mode"] = await ask.mode();
  return { loaded: checked(answers), answers };
}

/** A script must give everything but the database, which may be the only one. */
async function fromFlags(flags: Flags): Promise<Loaded> {
  const loaded = checked(flags);
  const odoo = loaded.settings.instances["default"];
  const missing = odoo === undefined
    ? "--odoo-url (ODOO_URL)"
    : odoo.api_key === undefined && odoo.password === undefined
    ? "ODOO_API_KEY or ODOO_PASSWORD"
    : odoo.username === undefined && odoo.api_key === undefined
    ? "--odoo-username (ODOO_USERNAME)"
    : undefined;
  if (missing !== undefined) {
    throw new Failure("E004", `Cannot set up: ${missing} is missing, and there is no terminal to ask on.`, {
      hint: "Give it by flag, variable or --config FILE, or run odoo-mcp setup on a terminal without --yes and --json.",
    });
  }
  if (odoo?.database !== undefined) return loaded;
  const { databases } = await lookAt(loaded.settings);
  if (databases?.length === 1) return checked({ ...flags, "odoo-database": databases[0]! });
  return loaded; // the login will say what is wrong, or that it works
}

async function lookAt({ instances }: Loaded["settings"]): Promise<Look> {
  const { url, ca, identity, proxy } = instances["default"]!;
  const late = new Failure("E007", `Cannot look at ${url}: no answer within ${LOOK_MS / 1000} s.`);
  const control = new AbortController();
  const timer = setTimeout(() => control.abort(late), LOOK_MS);
  try {
    return await lookAtOdoo({
      baseUrl: url,
      ...(ca !== undefined && { ca }),
      ...(identity !== undefined && { identity }),
      ...(proxy !== undefined && { proxy }),
    }, control.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** The settings, or a `Failure` with everything that is wrong with them. */
function checked(flags: Flags): Loaded {
  const loaded = readSettings(flags);
  if (!("problems" in loaded)) return loaded;
  throw new Failure("E004", loaded.problems.map(({ message }) => message).join("\n"), {
    hint: "See every setting and what it may be: odoo-mcp help settings",
  });
}

/** The credential that is set, with the setting it stands in, and whether it is only a reference to one. */
export function credentialOf(
  { settings, sources }: Loaded,
): { setting: "api_key" | "password"; text: string; kept: boolean } {
  const odoo = settings.instances["default"];
  // What was said now wins over what the config file had before.
  const now = (["api_key", "password"] as const).find((key) => sources[`instances.default.${key}`]?.startsWith("flag"));
  const setting = now ?? (odoo?.api_key === undefined ? "password" : "api_key");
  const text = odoo?.[setting]?.reveal() ?? "";
  return { setting, text, kept: isReference(text) };
}
