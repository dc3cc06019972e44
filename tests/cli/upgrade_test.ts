import assert from "node:assert/strict";
import config from "../../deno.json" with { type: "json" };
import { isNewer } from "../../src/cli/upgrade.ts";
import { runProgram } from "./program.ts";

/** Runs `upgrade --check` against a feed that answers so; tells what the feed was asked. */
async function check(answer: Response, args: string[] = []) {
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(`${request.method} ${new URL(request.url).pathname} ${request.headers.get("user-agent")}`);
    return answer;
  });
  try {
    const feed = `http://127.0.0.1:${server.addr.port}/latest`;
    return { asked, ...await runProgram(["upgrade", "--check", "--upgrade-feed", feed, ...args]) };
  } finally {
    await server.shutdown();
  }
}

Deno.test("upgrade --check tells a newer version and where it is, and asks the feed once", async () => {
  const release = { tag_name: "v99.0.1", html_url: "https://example.com/releases/99", body: "…" };
  const { code, stdout, asked } = await check(Response.json(release));
  assert.equal(code, 0);
  assert.match(
    stdout,
    /^odoo-mcp 99\.0\.1 is out; this is \d+\.\d+\.\d+\. See https:\/\/example\.com\/releases\/99\n$/,
  );
  assert.deepEqual(asked, ["GET /latest odoo-mcp"]);
  const json = await check(Response.json({ version: config.version }), ["--json"]);
  assert.deepEqual(JSON.parse(json.stdout), {
    version: config.version,
    latest: config.version,
    newer: false,
    page: null,
  });
});

Deno.test("a feed that can't tell is said to be so, with 1, and no redirect is followed", async () => {
  const cases: [Response, RegExp][] = [
    [new Response("gone", { status: 404 }), /it answers HTTP 404/],
    [new Response(null, { status: 302, headers: { location: "http://127.0.0.1:1/" } }), /it answers HTTP 302/],
    [new Response("<html>"), /it names no version/],
    [Response.json({ version: "latest" }), /it names no version/],
    [Response.json([]), /it names no version/],
  ];
  for (const [answer, message] of cases) {
    const { code, stdout, stderr } = await check(answer);
    assert.deepEqual([code, stdout], [1, ""]);
    assert.match(stderr, message);
  }
  const none = await runProgram(["upgrade", "--check"]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /no release feed is set/);
  assert.equal((await runProgram(["upgrade"])).code, 2);
});

Deno.test("versions are compared by their numbers, and a pre-release comes before its release", () => {
  const order = ["0.9.0", "0.10.0-beta.1", "0.10.0", "1.0.0", "1.0.1", "1.2.0", "10.0.0"];
  for (const [index, one] of order.entries()) {
    for (const [other, two] of order.entries()) assert.equal(isNewer(one, two), index > other, `${one} ${two}`);
  }
});
