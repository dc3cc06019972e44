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

const AES = "AES-GCM";
const NONCE_BYTES = 12;

/** Makes an encryption key (AES-256-GCM) from 32 secret bytes. */
export function sealingKey(bytes: Uint8Array<ArrayBuffer>): Promise<CryptoKey> {
  if (bytes.length !== KEY_BYTES) {
    throw new Failure("E004", `Cannot encrypt: the key has ${bytes.length} bytes; ${KEY_BYTES} are needed`);
  }
  return crypto.subtle.importKey("raw", bytes, AES, false, ["encrypt", "decrypt"]);
}

/** Encrypts a text or bytes. `about` is not hidden but belongs to it: it opens for the same `about` only. */
export async function encrypt(
  key: CryptoKey,
  content: string | Uint8Array<ArrayBuffer>,
  about: string,
): Promise<Uint8Array<ArrayBuffer>> {
  const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
  const encoder = new TextEncoder();
  const options = { name: AES, iv, additionalData: encoder.encode(about) };
  const bytes = typeof content === "string" ? encoder.encode(content) : content;
  const sealed = new Uint8Array(await crypto.subtle.encrypt(options, key, bytes));
  const whole = new Uint8Array(NONCE_BYTES + sealed.length);
  whole.set(iv);
  whole.set(sealed, NONCE_BYTES);
  return whole;
}

/** The text that {@link encrypt} hid, or null: another key, another `about`, or bytes that were changed. */
export async function decrypt(key: CryptoKey, sealed: Uint8Array<ArrayBuffer>, about: string): Promise<string | null> {
  const bytes = await decryptBytes(key, sealed, about);
  return bytes === null ? null : new TextDecoder().decode(bytes);
}

/** The bytes that {@link encrypt} hid; null as from {@link decrypt}. */
export async function decryptBytes(
  key: CryptoKey,
  sealed: Uint8Array<ArrayBuffer>,
  about: string,
): Promise<Uint8Array<ArrayBuffer> | null> {
  const iv = sealed.subarray(0, NONCE_BYTES);
  if (iv.length < NONCE_BYTES) return null;
  const options = { name: AES, iv, additionalData: new TextEncoder().encode(about) };
  try {
    return new Uint8Array(await crypto.subtle.decrypt(options, key, sealed.subarray(NONCE_BYTES)));
  } catch {
    return null;
  }
}

/** 32 bytes for one purpose from a secret that serves several, so that no two purposes share a key (HKDF-SHA-256). */
export async function deriveKey(secret: string, purpose: string): Promise<Uint8Array<ArrayBuffer>> {
  const encoder = new TextEncoder();
  const base = await crypto.subtle.importKey("raw", encoder.encode(secret), "HKDF", false, ["deriveBits"]);
  const options = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info: encoder.encode(purpose) };
  return new Uint8Array(await crypto.subtle.deriveBits(options, base, 8 * KEY_BYTES));
}
