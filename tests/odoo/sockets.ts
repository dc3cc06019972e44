/** A TCP server on 127.0.0.1 that breaks HTTP as no HTTP server would. Disposing closes everything. */
export interface Sockets extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** How many requests were seen. */
  readonly requests: () => number;
}

/** Reads one request, then lets `react` write whatever it wants; the connection is closed when it returns. */
export function listen(react: (connection: Deno.TcpConn, request: string) => Promise<void>, port = 0): Sockets {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const ended: Promise<void>[] = [];
  const open = new Set<Deno.TcpConn>();
  let requests = 0;
  const serve = async (connection: Deno.TcpConn) => {
    open.add(connection);
    try {
      const chunk = new Uint8Array(65_536);
      const size = await connection.read(chunk);
      if (size !== null) {
        requests++;
        await react(connection, new TextDecoder().decode(chunk.subarray(0, size)));
      }
    } catch { /* the client has gone, or the test is over */ }
    if (open.delete(connection)) connection.close();
  };
  const accepting = (async () => {
    for await (const connection of listener) ended.push(serve(connection));
  })();
  return {
    port: listener.addr.port,
    url: `http://127.0.0.1:${listener.addr.port}`,
    requests: () => requests,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      await accepting;
      for (const connection of open) {
        open.delete(connection);
        connection.close();
      }
      await Promise.all(ended);
    },
  };
}

/** Writes a text on a connection. */
export async function write(connection: Deno.TcpConn, text: string): Promise<void> {
  await connection.write(new TextEncoder().encode(text));
}

/** Waits until the other side closes. */
export async function untilClosed(connection: Deno.TcpConn): Promise<void> {
  while (await connection.read(new Uint8Array(1024)) !== null) { /* read on */ }
}

/** An HTTP server on a free port of 127.0.0.1. */
export function serveHttp(
  handler: (request: Request) => Response | Promise<Response>,
): AsyncDisposable & { url: string } {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, handler);
  return { url: `http://127.0.0.1:${server.addr.port}`, [Symbol.asyncDispose]: () => server.shutdown() };
}

/** A port that nothing listens on. */
export function freePort(): number {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  listener.close();
  return listener.addr.port;
}
