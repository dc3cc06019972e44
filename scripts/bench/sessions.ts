/** The thinnest possible MCP clients, so that what is measured is the server and not a client library. */

/** One connection a tool can be called over. */
export interface Session extends AsyncDisposable {
  /** Calls a tool and answers the raw result text. Throws when the answer is an error. */
  call(tool: string, args: Record<string, unknown>): Promise<string>;
  pid: number;
}

const INITIALIZE = {
  protocolVersion: "2025-11-25",
  capabilities: {},
  clientInfo: { name: "bench", version: "1" },
};

/** Starts a command that speaks MCP over stdio. `ms` is the time from spawn to the answer of `tools/list`. */
export async function startStdio(
  command: string,
  args: string[],
  env: Record<string, string>,
): Promise<Session & { ms: number }> {
  const started = performance.now();
  const process = new Deno.Command(command, { args, env, stdin: "piped", stdout: "piped", stderr: "null" }).spawn();
  const writer = process.stdin.getWriter();
  const encoder = new TextEncoder();
  const waiting = new Map<number, (line: string) => void>();
  const ended = (async () => {
    let rest = "";
    for await (const chunk of process.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        // The id is read without parsing the whole answer: that would be the client's time.
        const id = Number(/"id":(\d+)/.exec(line.slice(-40))?.[1] ?? /"id":(\d+)/.exec(line)?.[1]);
        waiting.get(id)?.(line);
        waiting.delete(id);
      }
    }
  })();
  let next = 1;
  const send = (message: unknown) => writer.write(encoder.encode(JSON.stringify(message) + "\n"));
  const request = (method: string, params: unknown) => {
    const id = next++;
    const { promise, resolve } = Promise.withResolvers<string>();
    waiting.set(id, resolve);
    return send({ jsonrpc: "2.0", id, method, params }).then(() => promise);
  };
  await request("initialize", INITIALIZE);
  await send({ jsonrpc: "2.0", method: "notifications/initialized" });
  await request("tools/list", {});
  const ms = performance.now() - started;
  return {
    ms,
    pid: process.pid,
    call: async (name, args) => checked(await request("tools/call", { name, arguments: args })),
    [Symbol.asyncDispose]: async () => {
      await writer.close().catch(() => {});
      await process.status;
      await ended;
    },
  };
}

/** Calls tools over Streamable HTTP, stateless, as a 2025-11-25 client. */
export function overHttp(url: string, pid: number): Session {
  let next = 1;
  return {
    pid,
    async call(name, args) {
      const response = await fetch(url, {
        method: "POST",
        headers: {
          "Content-Type": "application/json",
          Accept: "application/json, text/event-stream",
          "MCP-Protocol-Version": "2025-11-25",
        },
        body: JSON.stringify({ jsonrpc: "2.0", id: next++, method: "tools/call", params: { name, arguments: args } }),
      });
      return checked(await response.text());
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function checked(answer: string): string {
  if (answer.includes('"isError":true') || answer.includes('"error":{')) throw new Error(answer.slice(0, 500));
  return answer;
}
