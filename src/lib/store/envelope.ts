import type { Json } from "../json.ts";
import { decrypt, deriveKey, encrypt, sealingKey, sign, signingKey } from "../seal.ts";

/** Hides what is kept outside of this process: whoever reads it there learns neither values nor what keys are about. */
export interface Envelope {
  /** The name a key of the form `kind:…` is kept under: its kind, and a hash of all of it. */
  name(key: string): Promise<string>;
  /** The value as bytes that open under this name only. */
  seal(value: Json, name: string): Promise<Uint8Array<ArrayBuffer>>;
  /** The value, or null for bytes that were changed, moved to another name or sealed with another secret. */
  open(sealed: Uint8Array, name: string): Promise<Json | null>;
}

/** Makes the Envelope of a secret; what is sealed for one purpose does not open for another. */
export async function createEnvelope(secret: string, purpose: string): Promise<Envelope> {
  const [sealing, naming] = await Promise.all([
    deriveKey(secret, `odoo-mcp ${purpose} values`).then(sealingKey),
    deriveKey(secret, `odoo-mcp ${purpose} keys`).then(signingKey),
  ]);
  return {
    name: async (key) => `${key.slice(0, key.indexOf(":") + 1)}${await sign(naming, key)}`,
    seal: (value, name) => encrypt(sealing, JSON.stringify(value), name),
    async open(sealed, name) {
      const text = await decrypt(sealing, Uint8Array.from(sealed), name);
      return text === null ? null : JSON.parse(text);
    },
  };
}
