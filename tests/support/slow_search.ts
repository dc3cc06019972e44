/** A way to an Odoo on which every search takes a second longer. */
export interface SlowSearch extends AsyncDisposable {
  url: string;
  /** Searches since the last {@link SlowSearch.taken}. */
  searches(): number;
  /** The same, and counts from 0 again. */
  taken(): number;
}

/** Passes requests on to Odoo, a search only after a second, and counts those. */
export function slowSearch(target: string): SlowSearch {
  let searches = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const body = await request.text();
    if (body.includes("search_read")) {
      searches++;
      await new Promise((resolve) => setTimeout(resolve, 1000));
    }
    return await fetch(target + new URL(request.url).pathname, { method: "POST", headers: request.headers, body });
  });
  return {
    url: `http://127.0.0.1:${server.addr.port}`,
    searches: () => searches,
    taken() {
      const count = searches;
      searches = 0;
      return count;
    },
    [Symbol.asyncDispose]: () => server.shutdown(),
  };
}
