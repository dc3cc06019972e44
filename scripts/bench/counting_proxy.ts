/** Passes requests on to Odoo and counts them. */
export interface CountingProxy extends AsyncDisposable {
  url: string;
  /** Requests since the last time it was asked. */
  taken(): number;
  /** Bytes of answers since the last time it was asked. */
  bytes(): number;
}

export function countRequests(target: string): CountingProxy {
  let seen = 0;
  let size = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    seen++;
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete("host");
    const body = request.method === "GET" ? null : new Uint8Array(await request.arrayBuffer());
    const response = await fetch(`${target}${pathname}${search}`, {
      method: request.method,
      headers,
      body,
      redirect: "manual",
    });
    const answer = await response.arrayBuffer();
    size += answer.byteLength;
    return new Response(answer, { status: response.status, headers: response.headers });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    taken() {
      const count = seen;
      seen = 0;
      return count;
    },
    bytes() {
      const count = size;
      size = 0;
      return count;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
