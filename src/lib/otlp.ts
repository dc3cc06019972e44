/**
 * Sends spans to an OpenTelemetry collector: OTLP over HTTP as JSON. The OpenTelemetry SDK's own exporter reads some twenty
 * environment variables, each of which the Worker's sandbox refuses; Deno's own exporter is switched by a variable too, and
 * in an executable for good when that is compiled.
 */
import { describeError } from "./describe_error.ts";
import type { Log } from "./log.ts";
import type { Secret } from "./secret.ts";
import { type Attributes, createTracer, type SpanRecord, type Tracer } from "./trace.ts";

/** Where spans go, and whose they are. */
export interface OtlpOptions {
  /** Address of the collector, without `/v1/traces`. */
  url: string;
  /** Value of the Authorization header, where the collector wants one. */
  authorization?: Secret;
  /** Name and version of this service. */
  service: string;
  version: string;
  log: Log;
}

/** Spans that may wait. What comes beyond is dropped, and told. */
const MOST_WAITING = 4096;
const MOST_AT_ONCE = 512;
const EVERY_MS = 5000;
const SEND_MS = 10_000;

/** Makes a tracer whose spans are sent every 5 s. A collector that is away costs spans, never a call. */
export function otlpTracer({ url, authorization, service, version, log }: OtlpOptions): Tracer {
  const target = `${url.replace(/\/+$/, "")}/v1/traces`;
  let waiting: SpanRecord[] = [];
  let dropped = 0;
  let broken = false;
  let sending: Promise<void> | undefined;

  async function send(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, MOST_AT_ONCE);
      waiting = waiting.slice(MOST_AT_ONCE);
      const problem = await post(JSON.stringify(toOtlp(batch, { service, version })));
      if (problem !== null) dropped += batch.length;
      if (dropped > 0 && !broken) {
        log.warning("traces are lost", { spans: dropped, why: problem ?? "too many at once" });
      }
      if (problem === null && broken) log.info("traces arrive again");
      if (problem === null) dropped = 0;
      broken = problem !== null;
      if (broken) return;
    }
  }
  async function post(body: string): Promise<string | null> {
    try {
      const response = await fetch(target, {
        method: "POST",
        headers: {
          "content-type": "application/json",
          ...(authorization && { authorization: authorization.reveal() }),
        },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(SEND_MS),
      });
      await response.body?.cancel();
      return response.ok ? null : `the collector answers ${response.status}`;
    } catch (error) {
      return describeError(error);
    }
  }
  const sendOnce = () => sending ??= send().finally(() => sending = undefined);

  const timer = setInterval(sendOnce, EVERY_MS);
  return createTracer((span) => {
    if (waiting.length >= MOST_WAITING) dropped++;
    else waiting.push(span);
    if (waiting.length === MOST_AT_ONCE) void sendOnce();
  }, async (deadlineMs) => {
    clearInterval(timer);
    let late: ReturnType<typeof setTimeout> | undefined;
    const deadline = new Promise<void>((resolve) => late = setTimeout(resolve, deadlineMs));
    await Promise.race([sendOnce().then(sendOnce), deadline]);
    clearTimeout(late);
  });
}

const KINDS = { server: 2, client: 3 } as const;

/** Spans as `ExportTraceServiceRequest` in JSON (opentelemetry-proto 1.x). */
export function toOtlp(spans: readonly SpanRecord[], of: { service: string; version: string }): unknown {
  return {
    resourceSpans: [{
      resource: { attributes: attributesOf({ "service.name": of.service, "service.version": of.version }) },
      scopeSpans: [{
        scope: { name: "odoo-mcp", version: of.version },
        spans: spans.map(({ traceId, spanId, parentId, name, kind, start, end, attributes, error }) => ({
          traceId,
          spanId,
          ...(parentId !== null && { parentSpanId: parentId }),
          name,
          kind: KINDS[kind],
          startTimeUnixNano: nanoseconds(start),
          endTimeUnixNano: nanoseconds(end),
          attributes: attributesOf(error === null ? attributes : { ...attributes, "error.type": error }),
          status: error === null ? {} : { code: 2 },
        })),
      }],
    }],
  };
}

function attributesOf(attributes: Attributes): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({
    key,
    value: typeof value === "string"
      ? { stringValue: value }
      : typeof value === "boolean"
      ? { boolValue: value }
      : Number.isInteger(value)
      ? { intValue: String(value) }
      : { doubleValue: value },
  }));
}

/** 64-bit numbers are texts in OTLP's JSON, and too long for ours. */
function nanoseconds(ms: number): string {
  return String(BigInt(Math.round(ms * 1000)) * 1000n);
}
