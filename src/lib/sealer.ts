import type { Json } from "./json.ts";
import { decryptBytes, encrypt, sealingKey, toBase64Url } from "./seal.ts";

/** Hides values in tokens that callers carry about, so that nothing needs to be kept here until they come back. */
export interface Sealer {
  /** A token that holds the value for `ttlMs`; it opens for the same `about` only (whose it is, what it is for). */
  seal(value: Json, about: string, ttlMs: number): Promise<string>;
  /** The value, or null: not from here, changed, about something else, or expired. Which of them is not told. */
  open(token: string, about: string): Promise<Json | null>;
}

/** A Sealer with 32 secret bytes (AES-256-GCM); replicas that share them open each other's tokens. */
export function createSealer(
  secret: Uint8Array<ArrayBuffer> | Promise<Uint8Array<ArrayBuffer>>,
  now: () => number = Date.now,
): Sealer {
  const key = Promise.resolve(secret).then(sealingKey);
  return {
    async seal(value, about, ttlMs) {
      const text = JSON.stringify([Math.ceil((now() + ttlMs) / 1000), value]);
      // Whoever writes a token back pays for each character; packing saves a fifth.
      return toBase64Url(await encrypt(await key, await through(new CompressionStream("deflate-raw"), text), about));
    },
    async open(token, about) {
      const sealed = fromBase64Url(token);
      const packed = sealed === null ? null : await decryptBytes(await key, sealed, about);
      if (packed === null) return null;
      const bytes = await through(new DecompressionStream("deflate-raw"), packed);
      const [expires, value]: [number, Json] = JSON.parse(new TextDecoder().decode(bytes));
      return expires * 1000 <= now() ? null : value;
    },
  };
}

async function through(
  stream: CompressionStream | DecompressionStream,
  content: string | Uint8Array<ArrayBuffer>,
): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await new Response(new Blob([content]).stream().pipeThrough(stream)).arrayBuffer());
}

/** Null for what {@link toBase64Url} can't have written: one token, one spelling. */
function fromBase64Url(token: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9_-]+$/.test(token) || token.length % 4 === 1) return null;
  const bytes = Uint8Array.from(atob(token.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  return toBase64Url(bytes) === token ? bytes : null;
}
