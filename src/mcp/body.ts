/** How long a request's body may take, in ms: its client has it ready, so what takes longer keeps a line busy. */
const BODY_MS = 30_000;

/**
 * A body so many times too large is read to its end all the same, for nothing: over HTTP/2 a client whose request is cut
 * learns only that it was. What is larger still is cut.
 */
const DRAINED = 4;

/** Deepest JSON that is parsed; tools take less and say so better, but four megabytes of `[` take half a second to parse. */
const MAX_DEPTH = 250;

/** A request whose body was read to its end, or the answer to one that was not. */
export type WithBody = { bytes: Uint8Array<ArrayBuffer> } | { refused: Response };

/** Reads the body of a request: at most `most` bytes (413), within a deadline (408), not too deep (400). Parses nothing. */
export async function readBody(request: Request, most: number, deadlineMs: number = BODY_MS): Promise<WithBody> {
  const declared = Number(request.headers.get("content-length") ?? 0);
  if (declared > most) {
    if (declared <= DRAINED * most) void drain(request, deadlineMs);
    return refuse(413, "The request is too large.");
  }
  const reader = request.body?.getReader();
  if (reader === undefined) return { bytes: new Uint8Array() };
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    reader.cancel().catch(() => {});
  }, deadlineMs);
  const chunks: Uint8Array<ArrayBuffer>[] = [];
  const tooDeep = nestsDeeper(MAX_DEPTH);
  let size = 0;
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      size += part.value.length;
      if (size > most) {
        reader.cancel().catch(() => {});
        return refuse(413, "The request is too large.");
      }
      if (tooDeep(part.value)) {
        reader.cancel().catch(() => {});
        return refuse(400, `The JSON nests deeper than ${MAX_DEPTH} levels.`);
      }
      chunks.push(part.value);
    }
  } catch {
    // Whoever hung up in the middle reads no answer either.
    return refuse(400, "The request ended early.");
  } finally {
    clearTimeout(timer);
  }
  if (late) return refuse(408, "The request took too long to arrive.");
  return { bytes: joined(chunks, size) };
}

/** Tells, of JSON that comes in parts, whether it has nested deeper than this. Of what is no JSON it means nothing. */
function nestsDeeper(most: number): (part: Uint8Array) => boolean {
  let depth = 0;
  let quoted = false;
  let escaped = false;
  return (part) => {
    // Not for-of, which takes four times as long.
    for (let at = 0; at < part.length; at++) {
      const byte = part[at];
      if (escaped) escaped = false;
      else if (quoted) {
        if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) quoted = false;
      } else if (byte === QUOTE) quoted = true;
      else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        if (++depth > most) return true;
      } else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
    }
    return false;
  };
}

const [SPACE, QUOTE, BACKSLASH] = [0x20, 0x22, 0x5c];
const [OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [0x5b, 0x5d, 0x7b, 0x7d];

/** How many messages a body holds: several where it is a list of them. What is no JSON counts as one. */
export function messagesIn(body: Uint8Array): number {
  if (body.find((byte) => byte > SPACE) !== OPEN_LIST) return 1;
  try {
    const list: unknown = JSON.parse(new TextDecoder().decode(body));
    return Array.isArray(list) ? Math.max(1, list.length) : 1;
  } catch {
    return 1;
  }
}

function joined(chunks: Uint8Array<ArrayBuffer>[], size: number): Uint8Array<ArrayBuffer> {
  const [first] = chunks;
  if (chunks.length === 1 && first !== undefined) return first;
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Reads on and keeps nothing. */
async function drain({ body }: Request, deadlineMs: number): Promise<void> {
  await body?.pipeTo(new WritableStream(), { signal: AbortSignal.timeout(deadlineMs) }).catch(() => {});
}

function refuse(status: number, error: string): { refused: Response } {
  return { refused: Response.json({ error }, { status, headers: { connection: "close" } }) };
}
