import { configureSync, getJsonLinesFormatter, getLogger, getTextFormatter, type LogLevel } from "@logtape/logtape";

/** How much is logged and in which form. */
export interface LogOptions {
  level: "debug" | "info" | "warning" | "error";
  /** `json`: one object a line, for machines. `pretty`: for people. */
  format: "json" | "pretty";
  /** Appended to instead of stderr; it is made where it is missing. */
  file?: string | undefined;
}

/** Writes one log line. `facts` hold no secrets and no values of records. */
export type LogLine = (message: string, facts?: Record<string, unknown>) => void;

/** A log that writes to stderr or a file: stdout belongs to JSON-RPC. */
export interface Log {
  debug: LogLine;
  info: LogLine;
  warning: LogLine;
  error: LogLine;
}

/**
 * Sets up logging for this thread (launcher and Worker each have their own) and answers its log. Throws what the file system
 * throws where the file can't be opened.
 */
export function openLog(options: LogOptions): Log {
  const out = options.file === undefined
    ? Deno.stderr
    : Deno.openSync(options.file, { append: true, create: true, mode: 0o600 });
  const format = options.format === "json" ? getJsonLinesFormatter({ properties: "flatten" }) : getTextFormatter({
    // The facts follow the message, so that a person sees them without a special viewer.
    format: ({ timestamp, level, message, record }) => {
      const facts = Object.entries(record.properties).map(([key, value]) => ` ${key}=${JSON.stringify(value)}`);
      return `${timestamp} ${level} ${message}${facts.join("")}`;
    },
  });
  const encoder = new TextEncoder();
  const lowestLevel: LogLevel = options.level;
  configureSync({
    reset: true,
    sinks: { out: (record) => void out.writeSync(encoder.encode(format(record))) },
    loggers: [
      { category: "odoo-mcp", sinks: ["out"], lowestLevel },
      { category: ["logtape", "meta"], lowestLevel: "error", sinks: ["out"] },
    ],
  });
  const logger = getLogger("odoo-mcp");
  const line = (level: LogOptions["level"]): LogLine => (message, facts = {}) => logger[level](message, facts);
  return { debug: line("debug"), info: line("info"), warning: line("warning"), error: line("error") };
}
