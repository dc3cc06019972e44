import type { Report } from "../../src/status/mod.ts";

/** An hour of an invented company with three Odoos, one of which went down, as the status page may get it. */
export function inventedReport(now: number): Report {
  const everyMs = 30_000;
  const at = (n: number) => now - 12_000 - (59 - n) * everyMs;
  // Numbers that look like chance and are the same each time.
  const noise = (n: number, seed: number) => Math.abs(Math.sin(n * 12.9898 + seed * 78.233) * 43758.5453) % 1;
  const history = (seed: number, ms: number, down: (n: number) => boolean): Report["instances"][number]["history"] =>
    Array.from({ length: 60 }, (_, n) => {
      if (down(n)) {
        return { at: at(n), up: false, ms: 5000, problem: "CONNECTION_ERROR", calls: 4, failures: 4, p95: null };
      }
      const calls = Math.round(20 + 60 * noise(n, seed));
      const failures = noise(n, seed + 1) > 0.93 ? 2 : 0;
      return { at: at(n), up: true, ms: Math.round(ms * (0.8 + noise(n, seed))), calls, failures, p95: ms * 6 };
    });
  const tools: [string, number, number, number][] = [
    ["search_records", 18_240, 61, 24],
    ["get_record", 7_413, 12, 18],
    ["analytics_query", 3_902, 44, 96],
    ["describe_model", 2_210, 3, 6],
    ["update_record", 1_377, 38, 71],
    ["create_record", 644, 20, 88],
    ["run_action", 311, 9, 240],
    ["batch_operation", 57, 4, 1310],
  ];
  const writes: [number, string, string, string, string, string, number, string, number][] = [
    [
      14,
      "oauth:marta@brightwater.example",
      "claude-code 2.4.1",
      "update_record",
      "production",
      "sale.order",
      1,
      "ok",
      64,
    ],
    [52, "key:nightly-import", "", "batch_operation", "production", "product.template", 480, "ok", 1840],
    [
      131,
      "oauth:jonas@brightwater.example",
      "Claude Desktop 1.9",
      "run_action",
      "production",
      "account.move",
      1,
      "ok",
      312,
    ],
    [205, "key:warehouse", "n8n 1.80", "create_record", "subsidiary", "stock.picking", 0, "E003", 41],
    [
      340,
      "oauth:marta@brightwater.example",
      "claude-code 2.4.1",
      "post_message",
      "production",
      "crm.lead",
      1,
      "ok",
      57,
    ],
    [655, "key:warehouse", "n8n 1.80", "update_record", "production", "stock.move", 12, "E008", 103],
  ];
  return {
    name: "odoo-mcp",
    version: "0.1.0",
    startedAt: now - 3 * 86_400_000 - 4 * 3_600_000,
    now,
    memoryBytes: 118 * 1_048_576,
    sessions: 7,
    everyMs,
    load: Array.from({ length: 60 }, (_, n) => {
      const calls = Math.round(30 + 25 * Math.sin(n / 9) + 30 * noise(n, 7));
      return { at: at(n), calls, errors: noise(n, 8) > 0.8 ? Math.round(calls / 9) : 0 };
    }),
    totals: { calls: 34_154, errors: 191, tokens: 18_430_000, cached: 0.413, p50: 21, p95: 182 },
    instances: [
      {
        name: "production",
        history: history(1, 18, () => false),
        circuit: "closed",
        active: 2,
        waiting: 0,
        calls: 71_204,
        failures: 130,
        p50: 19,
        p95: 164,
      },
      {
        name: "subsidiary",
        history: history(2, 31, (n) => n > 22 && n < 27),
        circuit: "closed",
        active: 1,
        waiting: 3,
        calls: 12_871,
        failures: 58,
        p50: 33,
        p95: 290,
      },
      {
        name: "archive-2021",
        history: history(3, 44, (n) => n > 54),
        circuit: "open",
        active: 0,
        waiting: 0,
        calls: 988,
        failures: 41,
        p50: 48,
        p95: 510,
      },
    ],
    tools: tools.map(([tool, calls, errors, ms]) => ({ tool, calls, errors, ms })),
    errors: [["E004", 96], ["E003", 41], ["E008", 22], ["E001", 17], ["E011", 9], ["E007", 6]].map(([code, count]) => ({
      code: String(code),
      count: Number(count),
    })),
    slowest: [
      { instance: "production", model: "account.move.line", method: "read_group", calls: 412, ms: 1180, p95: 3900 },
      { instance: "production", model: "stock.quant", method: "read_group", calls: 96, ms: 640, p95: 2100 },
      { instance: "subsidiary", model: "mail.message", method: "search_read", calls: 1310, ms: 212, p95: 830 },
      { instance: "production", model: "sale.order", method: "action_confirm", calls: 88, ms: 204, p95: 470 },
      { instance: "production", model: "sale.order", method: "search_read", calls: 9120, ms: 31, p95: 95 },
    ],
    writes: writes.map(([ago, caller, client, tool, instance, model, records, code, ms]) => ({
      at: now - ago * 1000,
      caller,
      client,
      tool,
      instance,
      model,
      records,
      code,
      ms,
    })),
  };
}
