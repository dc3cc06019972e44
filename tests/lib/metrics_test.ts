import assert from "node:assert/strict";
import { createMetrics } from "../../src/lib/metrics.ts";

Deno.test("counters add up by label values, whatever the order of the labels", () => {
  const metrics = createMetrics();
  metrics.add("calls", { a: "1", b: "2" });
  metrics.add("calls", { b: "2", a: "1" }, 4);
  metrics.add("calls", { a: "1", b: "3" });
  assert.deepEqual(metrics.snapshot(), [
    { type: "counter", name: "calls", labels: { a: "1", b: "2" }, value: 5 },
    { type: "counter", name: "calls", labels: { a: "1", b: "3" }, value: 1 },
  ]);
});

Deno.test("a gauge keeps its last value", () => {
  const metrics = createMetrics();
  metrics.set("queue", {}, 3);
  metrics.set("queue", {}, 1);
  assert.deepEqual(metrics.snapshot(), [{ type: "gauge", name: "queue", labels: {}, value: 1 }]);
});

Deno.test("a histogram's buckets are cumulative and the last one holds everything", () => {
  const metrics = createMetrics();
  for (const seconds of [0.001, 0.02, 3, 600]) metrics.observe("took", {}, seconds);
  const [series] = metrics.snapshot();
  assert.ok(series?.type === "histogram");
  assert.equal(series.count, 4);
  assert.equal(series.sum, 603.021);
  const buckets = new Map(series.buckets);
  assert.deepEqual([0.005, 0.025, 5, 60, Infinity].map((bound) => buckets.get(bound)), [1, 2, 3, 3, 4]);
});

Deno.test("invented label values cannot fill the memory", () => {
  const metrics = createMetrics({ maxSeries: 2 });
  for (const model of ["a", "b", "c", "d", "a"]) metrics.add("calls", { model });
  const values = metrics.snapshot().map((
    series,
  ) => [series.labels["model"], series.type === "counter" && series.value]);
  assert.deepEqual(values, [["a", 2], ["b", 1], ["other", 2]]);
});

Deno.test("a snapshot does not change afterwards", () => {
  const metrics = createMetrics();
  metrics.observe("took", {}, 1);
  const before = metrics.snapshot();
  const copy = structuredClone(before);
  metrics.observe("took", {}, 1);
  assert.deepEqual(before, copy);
});

Deno.test("one name cannot be a counter and a gauge", () => {
  const metrics = createMetrics();
  metrics.add("x", {});
  assert.throws(() => metrics.set("x", {}, 1), TypeError);
});
