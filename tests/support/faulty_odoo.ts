/** A proxy in front of an Odoo that breaks chosen requests as networks, load balancers and dying servers do. */

/** What becomes of one request. */
export interface Fault {
  /** Whether Odoo gets the request, and so may carry it out. */
  reaches: boolean;
  /**
   * What the client gets: the connection closed without a word, half of Odoo's answer, bytes that are none of Odoo's in a
   * good envelope, no answer while the client waits, a page of a proxy; or Odoo's whole answer, after which `idle` drops
   * the connection that it has promised to keep.
   */
  answer: "nothing" | "half" | "garbage" | "silence" | "all" | "idle" | Page;
  /** Drops the connection before anything is read, so that the client sees a reset while it sends. */
  unread?: true;
  /** How long the request is held back before Odoo gets it, in ms; the client's going away does not end that. */
  heldMs?: number;
  /** How long Odoo's answer is held back, in ms. */
  lateMs?: number;
}

/** How a proxy differs from one that passes everything on. */
export interface FaultyOptions {
  /** Chooses the fault of a request; `null` for its name when the connection has just come in and nothing is read. */
  choose?: (name: string | null) => Fault | undefined;
  /** Keeps connections open for further requests, as load balancers do. */
  keepAlive?: boolean;
}

/** What a web server in front of Odoo answers. */
export interface Page {
  status: number;
  headers?: Record<string, string>;
}

/** The proxy. Disposing closes every connection; a second time does nothing. */
export interface FaultyOdoo extends AsyncDisposable {
  readonly url: string;
  /** Each request as `model.method` or `service.method`, in the order of their arrival. */
  readonly seen: string[];
  /** The requests since the last time it was asked. */
  taken(): string[];
  /** Breaks the next requests of a name, one fault each; those after them pass. Replaces what was planned for it. */
  break(name: string, ...faults: Fault[]): void;
  /** Stops listening for so many ms: connections are refused. */
  away(ms: number): Promise<void>;
  /** Resolves when Odoo has answered all that reached it, also what the client did not wait for. */
  settled(): Promise<void>;
}

/** A request, read whole. */
interface Request {
  path: string;
  headers: Record<string, string>;
  body: Uint8Array<ArrayBuffer>;
}

/** Listens on a free port of 127.0.0.1 and passes everything on to the Odoo at `target`. */
export function startFaulty(target: string, options: FaultyOptions = {}): FaultyOdoo {
  const { choose = () => undefined, keepAlive = false } = options;
  let listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  const open = new Set<Deno.TcpConn>();
  const planned = new Map<string, Fault[]>();
  const seen: string[] = [];
  const working = new Set<Promise<unknown>>();
  let told = 0;
  let isClosed = false;

  const forward = async ({ path, headers, body }: Request) => {
    // A Blob goes out once; Deno sends bytes again by itself when a connection is dropped.
    const response = await fetch(target + path, {
      method: "POST",
      headers,
      body: new Blob([body]),
      redirect: "manual",
    });
    const answer = { status: response.status, type: response.headers.get("content-type") ?? "" };
    return { ...answer, body: new Uint8Array(await response.arrayBuffer()) };
  };

  const serve = async (connection: Deno.TcpConn) => {
    if (choose(null)?.unread) {
      // Closed with bytes that nobody read, TCP answers with a reset.
      return await delay(5);
    }
    while (await serveOne(connection)) { /* the next request of a kept connection */ }
  };

  /** Answers one request; true when another may follow on the same connection. */
  const serveOne = async (connection: Deno.TcpConn): Promise<boolean> => {
    const request = await readRequest(connection);
    if (request === null) return false;
    const name = nameOf(request);
    seen.push(name);
    const fault = planned.get(name)?.shift() ?? choose(name);
    const reply = fault === undefined || fault.reaches ? delay(fault?.heldMs ?? 0).then(() => forward(request)) : null;
    if (reply !== null) {
      const done: Promise<unknown> = reply.catch(() => {}).finally(() => working.delete(done));
      working.add(done);
    }
    const real = await reply;
    await delay(fault?.lateMs ?? 0);
    const answer = fault?.answer ?? "all";
    if (answer === "all" || answer === "idle") {
      const kept: Record<string, string> = keepAlive ? { Connection: "keep-alive" } : {};
      await write(connection, real!.status, { "Content-Type": real!.type, ...kept }, real!.body);
      if (answer === "idle") await delay(1);
      return keepAlive && answer !== "idle";
    }
    await spoil(connection, request, answer, real);
    return false;
  };

  const spoil = async (
    connection: Deno.TcpConn,
    request: Request,
    answer: Exclude<Fault["answer"], "all" | "idle">,
    real: Awaited<ReturnType<typeof forward>> | null,
  ): Promise<void> => {
    switch (answer) {
      case "nothing":
        return;
      case "silence":
        return await untilClosed(connection);
      case "half": {
        const { status, type, body } = real ?? { status: 200, type: "application/json", body: new Uint8Array(100) };
        const half = body.subarray(0, body.length / 2);
        return await write(connection, status, { "Content-Type": type, "Content-Length": `${body.length}` }, half);
      }
      case "garbage": {
        const type = request.headers["content-type"] ?? "";
        return await write(connection, 200, { "Content-Type": type }, new TextEncoder().encode('<"\u0001{garbage'));
      }
      default: {
        const { status, headers } = answer;
        const page = new TextEncoder().encode(`<html><body><h1>${status}</h1>nginx/1.2 /srv/secret</body></html>`);
        return await write(connection, status, { "Content-Type": "text/html", ...headers }, page);
      }
    }
  };

  const accept = async () => {
    for await (const connection of listener) {
      open.add(connection);
      serve(connection).catch(() => {/* the client has gone, or the test is over */}).finally(() => {
        if (open.delete(connection)) connection.close();
      });
    }
  };
  let accepting = accept();

  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    taken() {
      const fresh = seen.slice(told);
      told = seen.length;
      return fresh;
    },
    break: (name, ...faults) => void planned.set(name, faults),
    async away(ms) {
      listener.close();
      await accepting;
      await delay(ms);
      if (isClosed) return;
      listener = Deno.listen({ hostname: "127.0.0.1", port });
      accepting = accept();
    },
    async settled() {
      while (working.size > 0) await Promise.all(working);
    },
    async [Symbol.asyncDispose]() {
      if (isClosed) return;
      isClosed = true;
      listener.close();
      await accepting;
      while (working.size > 0) await Promise.all(working);
      for (const connection of open) {
        open.delete(connection);
        connection.close();
      }
    },
  };
}

async function readRequest(connection: Deno.TcpConn): Promise<Request | null> {
  let bytes = new Uint8Array(0);
  for (const chunk = new Uint8Array(65_536);;) {
    const size = await connection.read(chunk);
    if (size === null) return null;
    const longer = new Uint8Array(bytes.length + size);
    longer.set(bytes);
    longer.set(chunk.subarray(0, size), bytes.length);
    bytes = longer;
    // Latin-1 keeps one character a byte, so that places in the text are places in the bytes.
    const text = new TextDecoder("latin1").decode(bytes);
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) continue;
    const [first = "", ...lines] = text.slice(0, end).split("\r\n");
    const headers = Object.fromEntries(lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    const length = Number(headers["content-length"] ?? 0);
    if (bytes.length < end + 4 + length) continue;
    const { "content-type": type = "" } = headers;
    return { path: first.split(" ")[1] ?? "/", headers: { "content-type": type }, body: bytes.slice(end + 4) };
  }
}

/** `res.partner.create` for a call of a model's method, `common.authenticate` for one of a service. */
function nameOf({ path, body }: Request): string {
  const text = new TextDecoder().decode(body);
  if (text.startsWith("{")) {
    const { service, method, args } = JSON.parse(text).params;
    return service === "object" ? `${args[3]}.${args[4]}` : `${service ?? path}.${method}`;
  }
  const method = /<methodName>(\w+)</.exec(text)?.[1];
  if (method !== "execute_kw") return `${path.split("/").at(-1)}.${method}`;
  const [, , model, called] = [...text.matchAll(/<string>([^<]*)<\/string>/g)].map(([, value]) => value);
  return `${model}.${called}`;
}

async function write(
  connection: Deno.TcpConn,
  status: number,
  headers: Record<string, string>,
  body: Uint8Array,
): Promise<void> {
  const all = { "Content-Length": `${body.length}`, Connection: "close", ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const head = new TextEncoder().encode(`HTTP/1.1 ${status} Told\r\n${lines}\r\n`);
  for (const part of [head, body]) {
    for (let sent = 0; sent < part.length;) sent += await connection.write(part.subarray(sent));
  }
}

function delay(ms: number): Promise<void> {
  return ms === 0 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

async function untilClosed(connection: Deno.TcpConn): Promise<void> {
  while (await connection.read(new Uint8Array(1024)) !== null) { /* read on */ }
}
