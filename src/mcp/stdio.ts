import type { JSONRPCMessage, Server, TransportSendOptions } from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";

/** A stdio connection that can be ended without losing answers. */
export interface StdioConnection {
  /** Waits until every request was answered, at most `deadlineMs`, then closes. */
  stop(deadlineMs: number): Promise<void>;
}

/** What serving over stdio needs to know. */
export interface StdioOptions {
  /** One message may take so many bytes; a larger one ends the connection, as a line that has no end can't be skipped. */
  maxMessageBytes: number;
  onError: (error: Error) => void;
  /** Called once the connection has ended: by stdin's end, or early, and then with what went wrong. */
  onEnd: (problem: string | null) => void;
}

/** Serves MCP on stdin and stdout. */
export function serveOverStdio(makeServer: () => Server, options: StdioOptions): StdioConnection {
  const { maxMessageBytes, onEnd } = options;
  let problem: string | null = null;
  const transport = new AnsweringTransport(maxMessageBytes, () => onEnd(problem));
  const connection = serveStdio(makeServer, {
    transport,
    onerror: (error) => {
      // The SDK closes after this one, and waits for a stdin that it does not read any more.
      if (!/ReadBuffer exceeded maximum size/.test(error.message)) return options.onError(error);
      problem = `a message on stdin is larger than ${maxMessageBytes} bytes`;
    },
  });
  return {
    async stop(deadlineMs): Promise<void> {
      await transport.answered(deadlineMs);
      await connection.close();
    },
  };
}

/** Knows which requests were read and not yet answered: the SDK's `close` would cut them. */
class AnsweringTransport extends StdioServerTransport {
  readonly #open = new Set<string | number>();
  #wake: (() => void) | undefined;

  readonly #onClosed: () => void;
  #closed = false;

  constructor(maxBufferSize: number, onClosed: () => void) {
    super(undefined, undefined, { maxBufferSize });
    this.#onClosed = onClosed;
  }

  override async close(): Promise<void> {
    await super.close();
    if (this.#closed) return;
    this.#closed = true;
    this.#onClosed();
  }

  override async start(): Promise<void> {
    const deliver = this.onmessage;
    this.onmessage = (message: JSONRPCMessage) => {
      if ("method" in message && "id" in message) this.#open.add(message.id);
      deliver?.(message);
    };
    await super.start();
  }

  override async send(message: JSONRPCMessage, _options?: TransportSendOptions): Promise<void> {
    await super.send(message);
    if ("method" in message || !("id" in message) || message.id === undefined) return;
    this.#open.delete(message.id);
    if (this.#open.size === 0) this.#wake?.();
  }

  /** Resolves when no request is open, or after `deadlineMs`. */
  answered(deadlineMs: number): Promise<void> {
    if (this.#open.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, deadlineMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
