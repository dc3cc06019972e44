import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { withMetrics } from "../../src/odoo/with_metrics.ts";
import { never, read, scripted } from "./calls.ts";

Deno.test("calls are counted and timed by instance, model and method", async () => {
  const metrics = createMetrics();
  const execute = withMetrics({ instance: "main", metrics })(scripted([]));
  await execute(read(), never);
  await execute(read(), never);
  const labels = { instance: "main", model: "res.partner", method: "search_read" };
  const [took, total] = metrics.snapshot();
  assert.deepEqual(total, { type: "counter", name: "odoo_mcp_requests_total", labels, value: 2 });
  assert.ok(took?.type === "histogram" && took.name === "odoo_mcp_request_duration_seconds");
  assert.deepEqual([took.labels, took.count], [labels, 2]);
});

Deno.test("invented models count as other, and failures by their code", async () => {
  const metrics = createMetrics();
  const execute = withMetrics({ instance: "main", metrics })(scripted(new Failure("E005", "unknown model")));
  for (const model of ["x.invented", "y.invented"]) await execute(read({ model }), never).catch(() => {});
  assert.deepEqual(metrics.snapshot().filter(({ type }) => type === "counter"), [
    { type: "counter", name: "odoo_mcp_failures_total", labels: { instance: "main", code: "E005" }, value: 2 },
    {
      type: "counter",
      name: "odoo_mcp_requests_total",
      labels: { instance: "main", model: "other", method: "other" },
      value: 2,
    },
  ]);
});

Deno.test("a known model keeps its name when a call on it fails", async () => {
  const metrics = createMetrics();
  const execute = withMetrics({ instance: "main", metrics })(scripted([], new Failure("E003", "no")));
  await execute(read(), never);
  await execute(read(), never).catch(() => {});
  const total = metrics.snapshot().find(({ name }) => name === "odoo_mcp_requests_total");
  assert.deepEqual([total?.labels["model"], total?.type === "counter" && total.value], ["res.partner", 2]);
});
