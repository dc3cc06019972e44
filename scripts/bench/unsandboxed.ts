/** The server on stdio in the main thread, without launcher and Worker: only to show what the sandbox costs at start. */
import { LOCAL_CALLER } from "../../src/guard/mod.ts";
import { build } from "../../src/app.ts";
import { loadSettings } from "../../src/config/mod.ts";
import { openLog } from "../../src/lib/log.ts";
import { serveOverStdio } from "../../src/mcp/mod.ts";

const loaded = loadSettings({ args: { demo: "true" }, env: {} });
if (!("settings" in loaded)) throw new Error("Cannot load the demo's settings");
const app = build(loaded.settings, { version: "bench", log: openLog({ level: "error", format: "json" }) });
serveOverStdio(() => app.makeServer(LOCAL_CALLER), {
  maxMessageBytes: 1024 * 1024,
  onError: () => {},
  onEnd: () => Deno.exit(0),
});
