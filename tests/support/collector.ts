import assert from "node:assert/strict";

/** A span as a collector gets it. */
export interface GotSpan {
  traceId: string;
  spanId: string;
  parentSpanId?: string;
  name: string;
  kind: number;
  startTimeUnixNano: string;
  endTimeUnixNano: string;
  attributes: Record<string, unknown>;
  status: { code?: number };
}

/** An OpenTelemetry collector (OTLP over HTTP, JSON) that keeps what it gets. */
export interface Collector extends AsyncDisposable {
  url: string;
  spans: GotSpan[];
  /** Attributes of the resource that the last spans came from. */
  resource: Record<string, unknown>;
  /** Everything it was sent, word for word. */
  raw: string;
  /** What it answers from now on. */
  status: number;
}

interface Attribute {
  key: string;
  value: { stringValue?: string; intValue?: string; boolValue?: boolean; doubleValue?: number };
}

/** Reads attributes as the protocol writes them: one value each, 64-bit numbers as texts. */
function read(attributes: Attribute[]): Record<string, unknown> {
  return Object.fromEntries(attributes.map(({ key, value }) => {
    const [[kind, one], ...others] = Object.entries(value) as [[string, unknown]];
    assert.equal(others.length, 0, key);
    if (kind === "intValue") assert.match(String(one), /^-?\d+$/);
    return [key, kind === "intValue" ? Number(one) : one];
  }));
}

/** Starts it. A request that is no OTLP fails the test that looks at what came. */
export function startCollector(authorization: string | null = null): Collector {
  const collector: Omit<Collector, keyof AsyncDisposable | "url"> = { spans: [], resource: {}, raw: "", status: 200 };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const text = await request.text();
    const { pathname } = new URL(request.url);
    if (request.method !== "POST" || pathname !== "/v1/traces") return new Response(null, { status: 404 });
    if (request.headers.get("content-type") !== "application/json") return new Response(null, { status: 415 });
    if (request.headers.get("authorization") !== authorization) return new Response(null, { status: 401 });
    if (collector.status !== 200) return new Response(null, { status: collector.status });
    collector.raw += text;
    for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
      collector.resource = read(resource.attributes);
      for (const { spans } of scopeSpans) {
        for (const span of spans) collector.spans.push({ ...span, attributes: read(span.attributes) });
      }
    }
    return Response.json({});
  });
  return Object.assign(collector, {
    url: `http://127.0.0.1:${server.addr.port}`,
    [Symbol.asyncDispose]: () => server.shutdown(),
  });
}
