import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import type { Call } from "../../src/odoo/mod.ts";
import { addUp, quantile, since } from "../../src/status/buckets.ts";
import { createWrites, keepHistory, reportOf } from "../../src/status/mod.ts";

/** The buckets that observations come to. */
function bucketsOf(seconds: readonly number[]): [number, number][] {
  const metrics = createMetrics();
  for (const one of seconds) metrics.observe("took", {}, one);
  const [series] = metrics.snapshot();
  return series?.type === "histogram" ? series.buckets : [];
}

const observations = fc.array(fc.double({ min: 0, max: 59, noNaN: true }), { minLength: 1, maxLength: 50 });

Deno.test("a quantile of buckets lies in the bucket of the true one", () => {
  fc.assert(fc.property(observations, fc.double({ min: 0.01, max: 1, noNaN: true }), (seconds, share) => {
    const sorted = [...seconds].sort((a, b) => a - b);
    const truth = sorted[Math.ceil(share * sorted.length) - 1]!;
    const buckets = bucketsOf(seconds);
    const at = buckets.findIndex(([bound]) => truth <= bound);
    const told = quantile(share, buckets)!;
    assert.ok(told <= buckets[at]![0], `${told} > ${buckets[at]![0]}`);
    assert.ok(told >= (buckets[at - 1]?.[0] ?? 0), `${told} < ${buckets[at - 1]?.[0]}`);
  }));
  assert.equal(quantile(0.5, []), null);
  assert.equal(quantile(0.95, bucketsOf([100])), 60);
});

Deno.test("histograms add up, and what came since is their difference", () => {
  fc.assert(fc.property(observations, observations, (before, later) => {
    const both = bucketsOf([...before, ...later]);
    assert.deepEqual(addUp([bucketsOf(before), bucketsOf(later)]), both);
    assert.deepEqual(since(both, bucketsOf(before)), bucketsOf(later));
  }));
});

Deno.test("the history tells each Odoo's stretch apart: what was asked, what failed, who is down and why", async () => {
  const metrics = createMetrics();
  let dead = false;
  const history = keepHistory({
    metrics,
    everyMs: 3_600_000,
    most: 2,
    probes: new Map([
      ["a", () => Promise.resolve()],
      ["b", () => dead ? Promise.reject(new Failure("E001", "gone")) : Promise.resolve()],
    ]),
  });
  try {
    metrics.add("odoo_mcp_requests_total", { instance: "a", model: "x", method: "read" }, 3);
    await history.look();
    dead = true;
    metrics.add("odoo_mcp_requests_total", { instance: "a", model: "x", method: "read" }, 2);
    metrics.add("odoo_mcp_failures_total", { instance: "b", code: "E001" });
    metrics.add("odoo_mcp_tool_calls_total", { tool: "t", code: "E010", caller: "key" });
    metrics.add("odoo_mcp_tool_calls_total", { tool: "t", code: "E001", caller: "key" });
    await history.look();
    const [a, b] = [...history.instances().values()];
    assert.deepEqual(a!.map(({ up, calls, failures }) => [up, calls, failures]), [[true, 3, 0], [true, 2, 0]]);
    assert.deepEqual(b!.map(({ up, problem, failures }) => [up, problem, failures]), [
      [true, undefined, 0],
      [false, "CONNECTION_ERROR", 1],
    ]);
    assert.deepEqual(history.load().map(({ calls, errors }) => [calls, errors]), [[0, 0], [2, 1]]);
    const up = metrics.snapshot().filter(({ name }) => name === "odoo_mcp_up");
    assert.deepEqual(up.map((one) => [one.labels["instance"], "value" in one && one.value]), [["a", 1], ["b", 0]]);
    await history.look();
    assert.equal(history.instances().get("a")!.length, 2);
    const options = { name: "n", version: "1", startedAt: 0, metrics, history, writes: createWrites() };
    const report = reportOf(options);
    assert.deepEqual(report.errors, [{ code: "E001", count: 1 }]);
    assert.deepEqual(report.tools, [{ tool: "t", calls: 2, errors: 1, ms: null }]);
    assert.deepEqual(report.instances.map(({ name, calls }) => [name, calls]), [["a", 5], ["b", 0]]);
  } finally {
    history.stop();
  }
});

Deno.test("only calls that sent a change are among the last changes, the newest first and not for ever", async () => {
  const writes = createWrites(2);
  const signal = new AbortController().signal;
  const call: Call = {
    model: "res.partner",
    method: "write",
    ids: [1, 2],
    params: { vals: { name: "secret" } },
    context: {},
    effect: "write",
    origin: "caller",
  };
  const send = (request: string, one: Call) => writes.noting(request)(() => Promise.resolve(true))(one, signal);
  const finish = (request: string, code = "ok") =>
    writes.finish({ request, caller: "key:a", client: "", tool: "update_record", instance: "i", code, ms: 1.4 });
  await send("1", { ...call, effect: "read" });
  finish("1");
  assert.deepEqual(writes.last(), []);
  for (const request of ["2", "3", "4"]) {
    await send(request, { ...call, ids: [Number(request)] });
    await send(request, { ...call, model: "mail.message" });
    finish(request, request === "4" ? "E008" : "ok");
  }
  finish("4");
  assert.deepEqual(writes.last().map(({ model, records, code, ms }) => [model, records, code, ms]), [
    ["res.partner", 1, "E008", 1],
    ["res.partner", 1, "ok", 1],
  ]);
  assert.doesNotMatch(JSON.stringify(writes.last()), /secret/);
});
