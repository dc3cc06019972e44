import * as z from "zod";
import { ms } from "./instance_schema.ts";
import { count, setting } from "./setting.ts";

/** Sizes, rates and deadlines. What is absent depends on how the server is reached (`app/limits.ts`). */
export const limitsSchema = () =>
  z.strictObject({
    rows: setting("Most rows in one answer", count(1, 10_000).default(500)),
    answer_tokens: setting("Most tokens in one answer", count(200, 100_000).default(6000)),
    body_bytes: setting("Largest HTTP request, in bytes", count(1024, 64 * 1024 * 1024).default(4 * 1024 * 1024)),
    queue: setting("Calls that may wait for a free connection to one Odoo", count(0, 10_000).default(256)),
    concurrent: setting("Tool calls at once on one Odoo", count(1, 1000).default(64)),
    concurrent_per_caller: setting(
      "Tool calls at once of one caller on one Odoo; where absent 16 over HTTP with authentication, else as many as " +
        "concurrent",
      count(1, 1000).exactOptional(),
    ),
    requests_per_minute: setting(
      "Requests a minute of one caller, 0 for no limit; where absent 600 over HTTP with authentication (ten times what " +
        "an agent makes), else none",
      count(0, 1_000_000).exactOptional(),
    ),
    burst: setting("Requests of one caller that may come at once, within that limit", count(1, 10_000).default(60)),
    writes_per_minute: setting(
      "Changing tool calls a minute of one caller, 0 for no limit; where absent 120 over HTTP with authentication " +
        "(a batch counts once), else none",
      count(0, 1_000_000).exactOptional(),
    ),
    read_ms: setting("Deadline of a read, in ms", ms.default(30_000)),
    write_ms: setting("Deadline of a write, in ms; Odoo retries a contended one for up to 45 s", ms.default(50_000)),
    tool_ms: setting("Deadline of a tool call, in ms; most clients give up after 60 s", ms.default(55_000)),
    guarded_rows: setting("Records one change may touch without a confirmation", count(1, 10_000).default(20)),
  });
