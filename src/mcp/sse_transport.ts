import { type JSONRPCMessage, parseJSONRPCMessage, type Transport } from "@modelcontextprotocol/server";

/** Load balancers close what is silent for a minute. */
const KEEP_ALIVE_MS = 15_000;

/** What a client that does not read may leave unsent, in bytes. Then its session ends. */
const MOST_UNSENT = 8 * 1024 * 1024;

/**
 * The two-endpoint transport of protocol 2024-11-05, of one client: messages go out on the stream that its GET opened,
 * and come in by POST, each answered 202. Deprecated since 2025-03-26; the SDK's servers no longer have it.
 */
export class SseTransport implements Transport {
  readonly sessionId: string = crypto.randomUUID();
  onclose?: () => void;
  onerror?: (error: Error) => void;
  onmessage?: (message: JSONRPCMessage) => void;

  readonly #encoder = new TextEncoder();
  readonly #stream: ReadableStream<Uint8Array<ArrayBuffer>>;
  #controller: ReadableStreamDefaultController<Uint8Array<ArrayBuffer>> | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  /** `endpoint` is where the client shall post to, as a path with this session's id in it. */
  constructor(endpoint: (sessionId: string) => string) {
    this.#stream = new ReadableStream<Uint8Array<ArrayBuffer>>({
      start: (controller) => {
        this.#controller = controller;
        this.#write(`event: endpoint\ndata: ${endpoint(this.sessionId)}\n\n`);
        this.#timer = setInterval(() => this.#write(": keepalive\n\n"), KEEP_ALIVE_MS);
      },
      cancel: () => this.close(),
    }, { highWaterMark: MOST_UNSENT, size: (chunk) => chunk.byteLength });
  }

  /** The answer to the GET; call it once. */
  stream(): Response {
    return new Response(this.#stream, {
      headers: {
        "content-type": "text/event-stream",
        "cache-control": "no-cache, no-transform",
        "x-accel-buffering": "no",
      },
    });
  }

  /** Takes the body of a POST. */
  receive(body: unknown): Response {
    try {
      this.onmessage?.(parseJSONRPCMessage(body));
      return new Response("Accepted", { status: 202 });
    } catch {
      return Response.json({ jsonrpc: "2.0", id: null, error: { code: -32700, message: "Parse error" } }, {
        status: 400,
      });
    }
  }

  start(): Promise<void> {
    return Promise.resolve();
  }

  send(message: JSONRPCMessage): Promise<void> {
    this.#write(`event: message\ndata: ${JSON.stringify(message)}\n\n`);
    return Promise.resolve();
  }

  close(): Promise<void> {
    clearInterval(this.#timer);
    const controller = this.#controller;
    if (controller === undefined) return Promise.resolve();
    this.#controller = undefined;
    try {
      controller.close();
    } catch { /* the client closed it */ }
    this.onclose?.();
    return Promise.resolve();
  }

  #write(text: string): void {
    this.#controller?.enqueue(this.#encoder.encode(text));
    if ((this.#controller?.desiredSize ?? 1) <= 0) {
      this.onerror?.(new Error("A client does not read its stream; its session was ended."));
      void this.close();
    }
  }
}
