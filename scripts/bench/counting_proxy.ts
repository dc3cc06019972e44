/** Passes requests on to Odoo and counts them. */
export interface CountingProxy extends AsyncDisposable {
  url: string;
  /** Requests since the last time it was asked. */
  taken(): number;
}

export function countRequests(target: string): CountingProxy {
  let seen = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    seen++;
    const { pathname, search } = new URL(request.url);
    const headers = new Headers(request.headers);
    headers.delete("host");
    const body = request.method === "GET" ? null : new Uint8Array(await request.arrayBuffer());
    return await fetch(`${target}${pathname}${search}`, { method: request.method, headers, body, redirect: "manual" });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    taken() {
      const count = seen;
      seen = 0;
      return count;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
