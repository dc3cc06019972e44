/**
 * A host of MCP Apps as the SDK for hosts makes it: a page with the chart's page in a sandboxed frame, which gets the
 * policy that hosts must give it. Runs in the browser; `window.host` is what the tests work it with.
 */
/// <reference lib="dom" />
import { AppBridge, type McpUiHostContext, PostMessageTransport } from "@modelcontextprotocol/ext-apps/app-bridge";

declare global {
  var host: {
    /** Resolves when the page has said that it is ready. */
    ready: Promise<void>;
    result(result: { structuredContent?: Record<string, unknown>; isError?: boolean; content?: [] }): Promise<void>;
    cancel(): Promise<void>;
    context(context: McpUiHostContext): void;
    /** Resolves when the page has let go. */
    teardown(): Promise<unknown>;
    /** The height that the page asked for last. */
    height: number;
  };
}

const frame = document.querySelector("iframe")!;
const context: McpUiHostContext = JSON.parse(decodeURIComponent(location.hash.slice(1) || "{}"));
const bridge = new AppBridge(null, { name: "host", version: "1.0.0" }, {}, { hostContext: context });
const ready = Promise.withResolvers<void>();

bridge.oninitialized = () => ready.resolve();
bridge.onsizechange = ({ height }) => {
  if (height === undefined) return;
  globalThis.host.height = height;
  frame.style.height = `${height}px`;
};
globalThis.host = {
  ready: ready.promise,
  result: (result) => bridge.sendToolResult({ content: [], ...result }),
  cancel: () => bridge.sendToolCancelled({ reason: "enough" }),
  context: (changed) => bridge.setHostContext({ ...context, ...changed }),
  teardown: () => bridge.teardownResource({}),
  height: 0,
};
await bridge.connect(new PostMessageTransport(frame.contentWindow!, frame.contentWindow!));
// Only now: a page that speaks before its host listens would wait for ever.
frame.src = "/chart";
