import assert from "node:assert/strict";
import { createMetrics } from "../../src/lib/metrics.ts";
import { METRICS, renderMetrics } from "../../src/status/mod.ts";
import { createKeys } from "../support/keys.ts";
import { call, connectHttp, startHttp } from "../support/server.ts";

/** Metric lines by name and labels. */
function read(text: string): Map<string, number> {
  return new Map(
    text.split("\n").filter((line) => line !== "" && !line.startsWith("#")).map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), Number(line.slice(at + 1))];
    }),
  );
}

Deno.test("what callers write into labels can't break out of its line", async () => {
  const metrics = createMetrics();
  metrics.add("odoo_mcp_requests_total", { instance: "a", model: 'x"} 1\nevil{y="\\', method: "read" });
  const { text, contentType } = await renderMetrics(metrics);
  assert.match(contentType, /^text\/plain; version=0\.0\.4/);
  assert.ok(
    text.includes('odoo_mcp_requests_total{instance="a",model="x\\"} 1\\nevil{y=\\"\\\\",method="read"} 1\n'),
    text,
  );
});

Deno.test("every metric that a busy server tells is in the list, and the other way round", async () => {
  await using server = await startHttp(["--demo", "--http-sessions", "always"]);
  await using client = await connectHttp(server.url, "2025-11-25");
  await call(client, "search_records", { model: "res.partner", limit: 2 });
  await call(client, "search_records", { model: "no.such.model" });
  await call(client, "count_records", { model: "invented.one" });
  await (await fetch(new URL("/nowhere", server.url))).body?.cancel();
  const response = await fetch(new URL("/metrics", server.url));
  const text = await response.text();
  assert.equal(response.status, 200);
  const told = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name, type]) => `${name} ${type}`);
  assert.deepEqual(told, METRICS.map(({ name, type }) => `${name} ${type}`));
  for (const { name, labels, type } of METRICS) {
    const line = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? \\S+$`, "m").exec(text);
    // These need an Odoo that fails, or time.
    if (line === null && ["odoo_mcp_retries_total", "odoo_mcp_up", "odoo_mcp_failures_total"].includes(name)) continue;
    assert.ok(line !== null, `${name} is never counted`);
    const names = [...(line[1] ?? "").matchAll(/(\w+)="/g)].map(([, label]) => label);
    assert.deepEqual(names.filter((one) => one !== "le").sort(), [...labels].sort(), `${name} ${type}`);
  }
  const values = read(text);
  assert.equal(values.get('odoo_mcp_tool_calls_total{tool="search_records",code="ok",caller="local"}'), 1);
  assert.equal(values.get('odoo_mcp_sessions{transport="http"}'), 1);
  assert.equal(values.get('odoo_mcp_http_answers_total{status="404"}'), 1);
  assert.ok(values.get("process_resident_memory_bytes")! > 20_000_000);
  assert.ok([...values].some(([name, value]) => name.startsWith("odoo_mcp_answer_tokens_total") && value > 10));
  assert.doesNotMatch(text, /no\.such\.model|invented\.one/);
});

Deno.test("metrics are for callers with a key of this server, whatever name they use for it", async () => {
  await using keys = await createKeys(["prometheus:viewer"]);
  await using server = await startHttp(["--demo", "--security-keys", keys.file]);
  const url = new URL("/metrics", server.url);
  const ask = async (headers: Record<string, string>, method = "GET") => {
    const response = await fetch(url, { headers, method });
    await response.body?.cancel();
    return response;
  };
  const none = await ask({});
  assert.equal(none.status, 401);
  assert.match(none.headers.get("www-authenticate") ?? "", /Bearer.*Basic realm="odoo-mcp"/);
  const key = keys.of("prometheus");
  assert.equal((await ask({ authorization: `Bearer ${key}` })).status, 200);
  assert.equal((await ask({ authorization: `Basic ${btoa(`me:${key}`)}` })).status, 200);
  assert.equal((await ask({ authorization: `Basic ${btoa("me:omk_wrong")}` })).status, 401);
  assert.equal((await ask({ authorization: `Bearer ${key}` }, "POST")).status, 405);
});
