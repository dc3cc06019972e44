import process from "node:process";
import { type JSONRPCMessage, type Server, type TransportSendOptions } from "@modelcontextprotocol/server";
import { serveStdio, StdioServerTransport } from "@modelcontextprotocol/server/stdio";

/** A stdio connection that can be ended without losing answers. */
export interface StdioConnection {
  /** Waits until every request was answered, at most `deadlineMs`, then closes. */
  stop(deadlineMs: number): Promise<void>;
}

/**
 * Serves MCP on stdin and stdout. One message may take up to `maxMessageBytes`; a larger one ends the connection, as a
 * line that has no end can't be skipped. `onEnd` is called once stdin has ended.
 */
export function serveOverStdio(
  makeServer: () => Server,
  options: { maxMessageBytes: number; onError: (error: Error) => void; onEnd: () => void },
): StdioConnection {
  const transport = new AnsweringTransport(options.maxMessageBytes);
  const connection = serveStdio(makeServer, { transport, onerror: options.onError });
  process.stdin.once("end", options.onEnd);
  process.stdin.once("close", options.onEnd);
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

  constructor(maxBufferSize: number) {
    super(undefined, undefined, { maxBufferSize });
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
