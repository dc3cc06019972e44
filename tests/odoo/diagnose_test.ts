import assert from "node:assert/strict";
import { Secret } from "../../src/lib/secret.ts";
import { diagnose, type DiagnoseOptions } from "../../src/odoo/diagnose/diagnose.ts";
import type { Finding } from "../../src/odoo/diagnose/finding.ts";

async function findings(options: Partial<DiagnoseOptions> & { baseUrl: string }): Promise<Finding[]> {
  const who = { protocol: "auto", database: "db", username: "me", password: new Secret("hunter2") } as const;
  return await Array.fromAsync(diagnose({ ...who, ...options }, new AbortController().signal));
}

/** The names of the steps that passed, and the one that failed at the end. */
async function outcome(options: Partial<DiagnoseOptions> & { baseUrl: string }): Promise<[string[], Finding]> {
  const all = await findings(options);
  const last = all.pop()!;
  assert.ok(
    all.every(({ verdict }) => verdict !== "failed") && last.verdict === "failed",
    JSON.stringify([...all, last]),
  );
  assert.doesNotMatch(JSON.stringify([...all, last]), /hunter2/);
  assert.ok(last.hint.length > 0);
  return [all.map(({ name }) => name), last];
}

Deno.test("an unknown host name and a closed port are told apart", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const [before, closed] = await outcome({ baseUrl: `http://127.0.0.1:${port}` });
  assert.deepEqual(before, ["dns"]);
  assert.match(
    closed.message,
    new RegExp(`^Cannot reach 127\\.0\\.0\\.1:${port}: nothing listens on port ${port}\\.$`),
  );
  const [, unknown] = await outcome({ baseUrl: "http://odoo.invalid" });
  assert.match(unknown.message, /its name is not known/);
});

Deno.test("a web server that is no Odoo is reached, and then told of", async () => {
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    () => new Response("<html>", { headers: { "content-type": "text/html" } }),
  );
  try {
    const [before, last] = await outcome({ baseUrl: `http://127.0.0.1:${server.addr.port}` });
    assert.deepEqual([before, last.name], [["dns", "tcp", "tls", "http"], "odoo"]);
  } finally {
    await server.shutdown();
  }
});

Deno.test("a server that never answers ends the check at its deadline", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const open: Deno.Conn[] = [];
  const accepting = (async () => {
    for await (const connection of listener) open.push(connection);
  })();
  try {
    const [before, last] = await outcome({ baseUrl: `http://127.0.0.1:${listener.addr.port}`, stepMs: 200 });
    assert.deepEqual([before, last.name], [["dns", "tcp", "tls"], "http"]);
    assert.match(last.message, /no answer within 0\.2 s/);
  } finally {
    listener.close();
    await accepting;
    for (const connection of open) connection.close();
  }
});
