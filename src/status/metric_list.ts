/** One metric as `/metrics` tells it. Names are public: once released they keep their meaning. */
export interface MetricInfo {
  name: string;
  type: "counter" | "gauge" | "histogram";
  /** In the order they are shown. */
  labels: readonly string[];
  help: string;
}

/** Every metric there is; a test compares it with what the program counts. */
export const METRICS: readonly MetricInfo[] = [
  {
    name: "odoo_mcp_requests_total",
    type: "counter",
    labels: ["instance", "model", "method"],
    help: "Calls to Odoo, answers from the record cache included. Models that Odoo never answered for count as other.",
  },
  {
    name: "odoo_mcp_request_duration_seconds",
    type: "histogram",
    labels: ["instance", "model", "method"],
    help: "How long these calls took, waiting and retries included.",
  },
  {
    name: "odoo_mcp_failures_total",
    type: "counter",
    labels: ["instance", "code"],
    help: "Calls to Odoo that failed, by error code.",
  },
  {
    name: "odoo_mcp_active_connections",
    type: "gauge",
    labels: ["instance"],
    help: "Calls that Odoo is answering now.",
  },
  {
    name: "odoo_mcp_queue_length",
    type: "gauge",
    labels: ["instance"],
    help: "Calls that wait for a free connection to Odoo.",
  },
  {
    name: "odoo_mcp_circuit_state",
    type: "gauge",
    labels: ["instance"],
    help: "0: calls pass. 1: one call tries whether Odoo is back. 2: Odoo counts as down, calls fail at once.",
  },
  {
    name: "odoo_mcp_up",
    type: "gauge",
    labels: ["instance"],
    help: "1 when Odoo answered the last look (every 30 s over HTTP), else 0.",
  },
  {
    name: "odoo_mcp_retries_total",
    type: "counter",
    labels: ["instance", "code"],
    help: "Calls that were sent again, by the error code of the time before.",
  },
  {
    name: "odoo_mcp_cache_answers_total",
    type: "counter",
    labels: ["instance", "cache", "from"],
    help:
      "Reads by cache (schema, records) and where the answer came from: kept, shared with a read in flight, or odoo.",
  },
  {
    name: "odoo_mcp_tool_calls_total",
    type: "counter",
    labels: ["tool", "code", "caller"],
    help: "Tool calls by outcome (ok, an error code, cancelled) and kind of caller (local, key, oauth, own).",
  },
  {
    name: "odoo_mcp_tool_duration_seconds",
    type: "histogram",
    labels: ["tool"],
    help: "How long tool calls took, from arguments to answer.",
  },
  {
    name: "odoo_mcp_answer_tokens_total",
    type: "counter",
    labels: ["tool"],
    help: "Estimated tokens of what tools answered as text.",
  },
  {
    name: "odoo_mcp_sessions",
    type: "gauge",
    labels: ["transport"],
    help: "Sessions of clients of 2025-11-25 and older (http), and of the old two-endpoint transport (sse).",
  },
  {
    name: "odoo_mcp_http_answers_total",
    type: "counter",
    labels: ["status"],
    help: "HTTP answers by status.",
  },
  { name: "odoo_mcp_build_info", type: "gauge", labels: ["version", "deno"], help: "Always 1; which program this is." },
  {
    name: "process_start_time_seconds",
    type: "gauge",
    labels: [],
    help: "When this process started, in seconds since 1970.",
  },
  { name: "process_resident_memory_bytes", type: "gauge", labels: [], help: "Memory this process holds, in bytes." },
];
