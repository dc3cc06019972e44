/** Traces of the real program at a real receiver, from the client's span down to the request that Odoo got. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { createTracer, parseTraceparent, type SpanRecord, toTraceparent, traceHeaders } from "../src/lib/trace.ts";
import { toOtlp } from "../src/lib/otlp.ts";
import { startCollector } from "./support/collector.ts";
import { DATABASE, startRecordedOdoo, USERS } from "./support/recorded_odoo.ts";
import { call, connectHttp, connectStdio, startHttp } from "./support/server.ts";
import { until } from "./support/until.ts";

const hex = (length: number) =>
  fc.stringMatching(new RegExp(`^[\\da-f]{${length}}$`)).filter((text) => !/^0+$/.test(text));

Deno.test("what is written as traceparent is read back, and nothing else is taken for one", () => {
  fc.assert(fc.property(hex(32), hex(16), fc.boolean(), (traceId, spanId, sampled) => {
    assert.deepEqual(parseTraceparent(toTraceparent({ traceId, spanId, sampled })), { traceId, spanId, sampled });
  }));
  fc.assert(fc.property(fc.anything(), (any) => {
    if (typeof any === "string" && /^[\da-f]{2}-/.test(any)) return;
    assert.equal(parseTraceparent(any), null);
  }));
  const [trace, span] = ["4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"];
  for (
    const wrong of [
      `ff-${trace}-${span}-01`,
      `00-${trace}-${span}-01-more`,
      `00-${"0".repeat(32)}-${span}-01`,
      `00-${trace}-${"0".repeat(16)}-01`,
      `00-${trace.toUpperCase()}-${span}-01`,
      `00-${trace}-${span}`,
    ]
  ) assert.equal(parseTraceparent(wrong), null, wrong);
  assert.deepEqual(parseTraceparent(`01-${trace}-${span}-03-more`)?.sampled, true);
});

Deno.test("spans begun inside of one another belong together, also side by side, and what is not sampled is not kept", async () => {
  const spans: SpanRecord[] = [];
  const { span } = createTracer((one) => void spans.push(one), () => Promise.resolve());
  const headers: (string | undefined)[] = [];
  const tree = (name: string) =>
    span({ name, kind: "server" }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      await Promise.all([1, 2].map((n) =>
        span({ name: `${name}${n}`, kind: "client" }, async () => {
          await Promise.resolve();
          headers.push(traceHeaders().traceparent);
        })
      ));
    });
  await Promise.all([tree("a"), tree("b")]);
  for (const name of ["a", "b"]) {
    const root = spans.find((one) => one.name === name)!;
    const children = spans.filter((one) => one.name.startsWith(name) && one !== root);
    assert.equal(root.parentId, null);
    assert.deepEqual(children.map(({ parentId, traceId }) => [parentId, traceId]), [
      [root.spanId, root.traceId],
      [root.spanId, root.traceId],
    ]);
    for (const child of children) assert.ok(headers.includes(toTraceparent(child)));
  }
  assert.deepEqual(traceHeaders(), {});
  const parent = { traceId: "4bf92f3577b34da6a3ce929d0e0e4736", spanId: "00f067aa0ba902b7", sampled: false };
  await span({ name: "quiet", kind: "server", parent }, () => {
    assert.match(traceHeaders().traceparent!, /^00-4bf92f3577b34da6a3ce929d0e0e4736-[\da-f]{16}-00$/);
    return Promise.resolve();
  });
  await assert.rejects(
    span({ name: "thrown", kind: "server" }, () => Promise.reject(new Error("x")), () => ({ error: "E999" })),
  );
  assert.deepEqual(
    spans.filter(({ name }) => name === "quiet" || name === "thrown").map(({ name, error }) => [name, error]),
    [
      ["thrown", "E999"],
    ],
  );
});

Deno.test("times keep their microseconds in OTLP's texts", () => {
  const one: SpanRecord = {
    traceId: "a",
    spanId: "b",
    sampled: true,
    parentId: null,
    name: "x",
    kind: "client",
    start: 1_795_000_000_123,
    end: 1_795_000_000_124.5,
    attributes: { whole: 3, part: 0.5, yes: true, text: "t" },
    error: null,
  };
  const text = JSON.stringify(toOtlp([one], { service: "s", version: "1" }));
  assert.match(text, /"startTimeUnixNano":"1795000000123000000","endTimeUnixNano":"1795000000124500000"/);
  assert.match(text, /\{"intValue":"3"\}.*\{"doubleValue":0\.5\}.*\{"boolValue":true\}.*\{"stringValue":"t"\}/);
});

const CLIENT = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

Deno.test("a trace goes from the client's span through the tool call to what Odoo was sent, without a value", async () => {
  await using odoo = startRecordedOdoo();
  await using collector = startCollector("Bearer collector-secret");
  const env = {
    ODOO_URL: odoo.url,
    ODOO_DB: DATABASE,
    ODOO_USERNAME: USERS.admin.login,
    ODOO_PASSWORD: USERS.admin.password,
    ODOO_MCP_TELEMETRY_AUTHORIZATION: "Bearer collector-secret",
  };
  await using server = await startHttp(["--telemetry-otlp", collector.url, "--name", "odoo-for-tests"], env);
  await using client = await connectHttp(server.url);
  const before = Date.now();
  await client.callTool({
    name: "search_records",
    arguments: { model: "res.partner", domain: [["name", "=", "canary-value"]], fields: ["name"] },
    _meta: { traceparent: CLIENT },
  });
  await call(client, "count_records", { model: "canary value" });
  assert.equal(await server.stop(), 0);

  const [trace, parent] = CLIENT.split("-").slice(1);
  const tool = collector.spans.find(({ name }) => name === "tools/call search_records")!;
  assert.deepEqual([tool.traceId, tool.parentSpanId, tool.kind], [trace, parent, 2]);
  assert.equal(tool.attributes["gen_ai.tool.name"], "search_records");
  const started = Number(BigInt(tool.startTimeUnixNano) / 1_000_000n);
  assert.ok(started >= before - 1 && started <= Date.now());
  const asked = collector.spans.filter(({ parentSpanId }) => parentSpanId === tool.spanId);
  assert.ok(asked.length > 0);
  for (const span of asked) {
    assert.deepEqual([span.traceId, span.kind, span.attributes["odoo.instance"]], [trace, 3, "default"]);
    assert.ok(BigInt(span.startTimeUnixNano) >= BigInt(tool.startTimeUnixNano));
  }
  assert.ok(asked.some(({ name }) => name.startsWith("res.partner/")), asked.map(({ name }) => name).join());
  // The requests that Odoo got name these spans.
  const sent = odoo.asked.map(({ headers }) => headers.get("traceparent")).filter((one) => one?.includes(trace!));
  assert.ok(sent.length > 0);
  for (const one of sent) assert.ok(collector.spans.some(({ spanId }) => one === `00-${trace}-${spanId}-01`), one!);
  // A call of its own trace, which failed.
  const other = collector.spans.find(({ name }) => name === "tools/call count_records")!;
  assert.notEqual(other.traceId, trace);
  assert.deepEqual([other.status.code, other.attributes["error.type"]], [2, "E011"]);
  assert.deepEqual(collector.resource["service.name"], "odoo-for-tests");
  assert.doesNotMatch(collector.raw, /canary/);
});

Deno.test("HTTP's header says the client's span where the request itself does not", async () => {
  await using collector = startCollector();
  await using server = await startHttp(["--demo", "--telemetry-otlp", collector.url]);
  const response = await fetch(server.url, {
    method: "POST",
    headers: {
      "content-type": "application/json",
      accept: "application/json, text/event-stream",
      "mcp-protocol-version": "2025-11-25",
      traceparent: CLIENT,
    },
    body: JSON.stringify({
      jsonrpc: "2.0",
      id: 1,
      method: "tools/call",
      params: { name: "count_records", arguments: { model: "res.partner" } },
    }),
  });
  assert.match(await response.text(), /count/);
  await until(() => collector.spans.length > 0);
  const tool = collector.spans.find(({ name }) => name === "tools/call count_records")!;
  assert.deepEqual([tool.traceId, tool.parentSpanId], CLIENT.split("-").slice(1, 3));
});

Deno.test("a collector that is away or refuses costs traces, never a call, and is told in the log once", async () => {
  await using collector = startCollector();
  collector.status = 503;
  await using server = await startHttp(["--demo", "--telemetry-otlp", collector.url]);
  await using client = await connectHttp(server.url);
  assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
  await until(() => server.log().includes("traces are lost"));
  assert.match(server.log(), /the collector answers 503/);
  collector.status = 200;
  assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
  await until(() => server.log().includes("traces arrive again"));
  assert.ok(collector.spans.length > 0);
});

Deno.test("over stdio the last traces arrive although the client has gone", async () => {
  await using collector = startCollector();
  {
    await using client = await connectStdio(["serve", "--demo", "--telemetry-otlp", collector.url]);
    assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
  }
  assert.ok(collector.spans.some(({ name }) => name === "tools/call count_records"));
});
