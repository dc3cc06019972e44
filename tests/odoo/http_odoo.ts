import type { Json } from "../../src/lib/json.ts";

/** What to do with a request: answer a result, never answer, or close the connection without a word. */
export type Reaction = { result: Json } | "hang" | "drop";

/** A JSON-RPC server on a real socket that can break connections as no HTTP server would. */
export interface HttpOdoo extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  /** `model.method` of each `execute_kw`, and `common.method`, in the order of their arrival. */
  readonly seen: string[];
}

/** Listens on a port (0: any). Version and login are answered; `react` says what happens to the rest. */
export function startOdoo(react: (name: string, times: number) => Reaction, port = 0): HttpOdoo {
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  const open = new Set<Deno.Conn>();
  const seen: string[] = [];

  const reactTo = ({ service, method, args }: { service: string; method: string; args: Json[] }): Reaction => {
    const name = service === "object" ? `${args[3]}.${args[4]}` : `${service}.${method}`;
    seen.push(name);
    if (name === "common.version") return { result: { server_version: "14.0", server_version_info: [14, 0, 0] } };
    if (name === "common.authenticate") return { result: 2 };
    return react(name, seen.filter((one) => one === name).length);
  };

  const serve = async (connection: Deno.Conn) => {
    open.add(connection);
    try {
      for (let body = await readBody(connection); body !== null; body = await readBody(connection)) {
        // What is no JSON is for another protocol.
        if (!body.startsWith("{")) {
          await connection.write(new TextEncoder().encode("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"));
          continue;
        }
        const reaction = reactTo(JSON.parse(body).params);
        if (reaction === "drop") break;
        if (reaction === "hang") return;
        const text = JSON.stringify({ jsonrpc: "2.0", id: 1, ...reaction });
        const length = new TextEncoder().encode(text).length;
        const head = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${length}\r\n\r\n`;
        await connection.write(new TextEncoder().encode(head + text));
      }
      open.delete(connection);
      connection.close();
    } catch { /* the client has gone, or the test is over */ }
  };

  const accepting = (async () => {
    for await (const connection of listener) serve(connection);
  })();
  return {
    port: listener.addr.port,
    url: `http://127.0.0.1:${listener.addr.port}`,
    seen,
    [Symbol.asyncDispose]: async () => {
      listener.close();
      for (const connection of open) connection.close();
      await accepting;
    },
  };
}

/** The body of the next request on a connection; null at its end. */
async function readBody(connection: Deno.Conn): Promise<string | null> {
  let text = "";
  for (const chunk = new Uint8Array(65_536);;) {
    const size = await connection.read(chunk);
    if (size === null) return null;
    text += new TextDecoder().decode(chunk.subarray(0, size));
    const head = text.indexOf("\r\n\r\n");
    // A GET has none.
    const length = Number(/^content-length: (\d+)/im.exec(text)?.[1] ?? 0);
    if (head >= 0 && text.length >= head + 4 + length) return text.slice(head + 4);
  }
}
