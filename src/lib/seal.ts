import { Failure } from "./failure.ts";

const KEY_BYTES = 32;
const HMAC = { name: "HMAC", hash: "SHA-256" };

/** A fresh key that lives as long as the process. */
export function randomKey(): Uint8Array<ArrayBuffer> {
  return crypto.getRandomValues(new Uint8Array(KEY_BYTES));
}

/** Makes a signing key from at least 32 secret bytes: fewer could be guessed. */
export function signingKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  if (bytes.length < KEY_BYTES) {
    throw new Failure("E004", `Cannot sign: the key has ${bytes.length} bytes; at least ${KEY_BYTES} are needed`);
  }
  return crypto.subtle.importKey("raw", bytes, HMAC, false, ["sign", "verify"]);
}

/** Signs a text with HMAC-SHA-256; 43 characters of base64url. */
export async function sign(key: CryptoKey, text: string): Promise<string> {
  return toBase64Url(new Uint8Array(await crypto.subtle.sign("HMAC", key, new TextEncoder().encode(text))));
}

/** Tells whether {@link sign} made this signature for this text. Takes the same time wherever they differ. */
export async function verify(key: CryptoKey, text: string, signature: string): Promise<boolean> {
  // One signature, one spelling: the last character of base64 carries spare bits that decoding would ignore.
  if (!/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/.test(signature)) return false;
  const bytes = Uint8Array.from(atob(signature.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return await crypto.subtle.verify("HMAC", key, bytes, new TextEncoder().encode(text));
}

/** Bytes as base64url without padding: safe in URLs, JSON and file names. */
export function toBase64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
