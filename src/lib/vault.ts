import { Failure } from "./failure.ts";
import { isObject, type Json, type JsonObject } from "./json.ts";
import { decrypt, deriveKey, encrypt, sealingKey, toBase64Url } from "./seal.ts";
import { Secret } from "./secret.ts";

/** A secret as it stands in the file: AES-256-GCM, opened by the key for its own name only. */
interface Sealed {
  sealed: string;
  /** When it was set. */
  set: string;
}

/** Secrets by name, encrypted one by one: their names can be read without the key, their values can't. */
export interface Vault {
  names(): { name: string; set: string }[];
  /** `E005` where there is none of this name, `E002` where none of the keys opens it. */
  open(name: string, keys: readonly string[]): Promise<Secret>;
  /** The vault with a secret set, over the old one of this name. */
  with(name: string, value: string, key: string, now: Date): Promise<Vault>;
  without(name: string): Vault;
  /** What the file holds. */
  text(): string;
}

/** What a secret may be called. */
export const SECRET_NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/;

/** Reads the text of a vault's file; "" is an empty one. `E004` for anything else. */
export function readVault(text: string): Vault {
  if (text.trim() === "") return vaultOf(new Map());
  const strange = new Failure("E004", "Cannot read the credentials file: it was not written by odoo-mcp secret");
  const data = parse(text);
  if (!isObject(data) || data["version"] !== 1 || !isObject(data["secrets"])) throw strange;
  const entries = Object.entries(data["secrets"]).map(([name, one]): [string, Sealed] => {
    if (!isObject(one) || typeof one["sealed"] !== "string" || typeof one["set"] !== "string") throw strange;
    return [name, { sealed: one["sealed"], set: one["set"] }];
  });
  return vaultOf(new Map(entries));
}

function vaultOf(secrets: ReadonlyMap<string, Sealed>): Vault {
  const find = (name: string) => {
    const found = secrets.get(name);
    if (found !== undefined) return found;
    throw new Failure("E005", `Cannot use the secret ${name}: the credentials file has none of this name`, {
      hint: `Set it: odoo-mcp secret set ${name}. There are ${[...secrets.keys()].join(", ") || "none yet"}.`,
    });
  };
  return {
    names: () => [...secrets].map(([name, { set }]) => ({ name, set })).sort((a, b) => a.name < b.name ? -1 : 1),
    async open(name, keys) {
      const { sealed } = find(name);
      for (const key of keys) {
        const text = await decrypt(await keyOf(key), fromBase64Url(sealed), about(name));
        if (text !== null) return new Secret(text);
      }
      throw new Failure("E002", `Cannot open the secret ${name}: the key is another one, or the file was changed`, {
        hint: "Check secrets.key_file, secrets.key or secrets.command.",
      });
    },
    async with(name, value, key, now) {
      const sealed = toBase64Url(await encrypt(await keyOf(key), value, about(name)));
      return vaultOf(new Map([...secrets, [name, { sealed, set: now.toISOString() }]]));
    },
    without(name) {
      find(name);
      return vaultOf(new Map([...secrets].filter(([one]) => one !== name)));
    },
    text() {
      const all: JsonObject = Object.fromEntries(
        [...secrets].map(([name, { sealed, set }]) => [name, { sealed, set }]),
      );
      return `${JSON.stringify({ version: 1, secrets: all }, null, 2)}\n`;
    },
  };
}

function about(name: string): string {
  return `odoo-mcp secret ${name}`;
}

async function keyOf(key: string): Promise<CryptoKey> {
  return await sealingKey(await deriveKey(key, "odoo-mcp secrets"));
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> {
  try {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (char) => char.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
