import { AsyncLocalStorage } from "node:async_hooks";

/** Where a span stands: the part that travels between programs (W3C Trace Context). */
export interface SpanContext {
  /** 32 hexadecimal digits. */
  traceId: string;
  /** 16 hexadecimal digits. */
  spanId: string;
  sampled: boolean;
}

/** What a span tells about itself; never the value of a record. */
export type Attributes = Readonly<Record<string, string | number | boolean>>;

/** A finished span. */
export interface SpanRecord extends SpanContext {
  parentId: string | null;
  name: string;
  /** Who asks whom: `server` answers a request from outside, `client` sends one. */
  kind: "server" | "client";
  /** In ms since 1970. */
  start: number;
  end: number;
  attributes: Attributes;
  /** The error code it ended with, or null. */
  error: string | null;
}

/** What is known of a span when it begins. */
export interface SpanStart {
  name: string;
  kind: SpanRecord["kind"];
  /** The span it belongs to; the current one where absent, or none. */
  parent?: SpanContext | null;
  attributes?: Attributes;
}

/** Follows what happens as spans. */
export interface Tracer {
  /**
   * Runs something as a span. `outcome` says at its end what else there is to tell; it gets what `run` answered, or what
   * it threw.
   */
  span<T>(
    start: SpanStart,
    run: () => Promise<T>,
    outcome?: (result: { value: T } | { error: unknown }) => { error?: string | null; attributes?: Attributes },
  ): Promise<T>;
  /** Sends what is left, for `deadlineMs` at most. */
  close(deadlineMs: number): Promise<void>;
}

/** Follows nothing, at no cost. */
export const NO_TRACER: Tracer = { span: (_, run) => run(), close: () => Promise.resolve() };

const current = new AsyncLocalStorage<SpanContext>();

/** The header that ties a request to the span it belongs to; none where nothing is followed. */
export function traceHeaders(): { traceparent?: string } {
  const span = current.getStore();
  return span === undefined ? {} : { traceparent: toTraceparent(span) };
}

/** Makes a tracer that hands on each sampled span as it ends. */
export function createTracer(take: (span: SpanRecord) => void, close: Tracer["close"]): Tracer {
  return {
    async span({ name, kind, parent = current.getStore() ?? null, attributes = {} }, run, outcome = () => ({})) {
      const context: SpanContext = {
        traceId: parent?.traceId ?? randomHex(16),
        spanId: randomHex(8),
        sampled: parent?.sampled ?? true,
      };
      // Clocks can be set; how long it took must not depend on that.
      const [start, begun] = [Date.now(), performance.now()];
      const end = (result: Parameters<typeof outcome>[0]) => {
        if (!context.sampled) return;
        const { error = null, attributes: more } = outcome(result);
        take({
          ...context,
          parentId: parent?.spanId ?? null,
          name,
          kind,
          start,
          end: start + (performance.now() - begun),
          attributes: { ...attributes, ...more },
          error,
        });
      };
      try {
        const value = await current.run(context, run);
        end({ value });
        return value;
      } catch (error) {
        end({ error });
        throw error;
      }
    },
    close,
  };
}

/** Reads a `traceparent`; null for what is none. */
export function parseTraceparent(text: unknown): SpanContext | null {
  if (typeof text !== "string") return null;
  const [, version, traceId = "", spanId = "", flags = "", rest] =
    /^([\da-f]{2})-([\da-f]{32})-([\da-f]{16})-([\da-f]{2})(-.*)?$/.exec(text.trim()) ?? [];
  // Later versions may append to the form; version 00 may not, and ff is none.
  if (version === undefined || version === "ff" || (version === "00" && rest !== undefined)) return null;
  if (/^0+$/.test(traceId) || /^0+$/.test(spanId)) return null;
  return { traceId, spanId, sampled: (parseInt(flags, 16) & 1) === 1 };
}

/** Writes a `traceparent`. */
export function toTraceparent({ traceId, spanId, sampled }: SpanContext): string {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

function randomHex(bytes: number): string {
  return crypto.getRandomValues(new Uint8Array(bytes)).toHex();
}
