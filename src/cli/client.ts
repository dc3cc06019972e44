import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { Flags, Settings } from "../config/mod.ts";
import { dirname } from "node:path";
import { DENY_NET } from "../lib/deny_net.ts";
import { Failure } from "../lib/failure.ts";
import { auditPath } from "./audit_place.ts";
import type { Progress } from "./progress.ts";
import { runsCommands } from "./secret_references.ts";
import { storeFolder } from "./store_file.ts";
import { VERSION } from "./version.ts";

/** Starting takes a tenth of a second; this is for the slowest of machines. */
const START_MS = 30_000;

/** How this very program is started once more: the executable itself, or Deno with the same entry. */
export function program(
  options: { network: boolean; writes?: string[]; runs?: boolean },
): { command: string; args: string[] } {
  const command = Deno.execPath();
  if (Deno.build.standalone) return { command, args: [] };
  const more = [
    ...(options.network ? ["--allow-net", `--deny-net=${DENY_NET}`] : []),
    ...(options.writes === undefined || options.writes.length === 0 ? [] : [`--allow-write=${options.writes}`]),
    ...(options.runs === true ? ["--allow-run"] : []),
  ];
  const args = ["run", "--quiet", "--no-prompt", "--unstable-worker-options", "--allow-env", "--allow-read", ...more];
  const main = Deno.mainModule.startsWith("file:") ? new URL(Deno.mainModule).pathname : Deno.mainModule;
  return { command, args: [...args, decodeURIComponent(main)] };
}

/** npx keeps Deno in a cache that goes away one day; its own command fetches it again. */
export function lasting({ command, args }: { command: string; args: string[] }): { command: string; args: string[] } {
  if (!/[\\/]_npx[\\/]/.test(command)) return { command, args };
  return { command: "npx", args: ["-y", `deno@${Deno.version.deno}`, ...args] };
}

/** Answers a confirmation the server asks for: true carries the plan out. */
export type Confirm = (plan: string) => boolean;

/**
 * Starts the real server with these settings as a process of its own and connects to it over stdio, as clients do.
 * Closing the client ends the process. Rejects with a `Failure`. Without `confirm` the server learns that nobody can be
 * asked.
 */
export async function connect(flags: Flags, settings: Settings, confirm?: Confirm): Promise<Client> {
  const audit = auditPath(settings);
  const writes = [storeFolder(settings), audit && dirname(audit), settings.log.file].filter((one) => one !== undefined);
  const { command, args } = program({ network: !settings.demo, writes, runs: runsCommands(settings) });
  const given = Object.entries({ "log-level": "warning", ...flags, transport: "stdio" })
    .flatMap(([flag, values]) => [values].flat().map((value) => `--${flag}=${value}`));
  const client = new Client({ name: "odoo-mcp", version: VERSION }, {
    versionNegotiation: { mode: "auto" },
    capabilities: confirm === undefined ? {} : { elicitation: {} },
  });
  if (confirm !== undefined) {
    client.setRequestHandler("elicitation/create", ({ params }) => {
      return confirm(params.message) ? { action: "accept", content: { confirm: true } } : { action: "decline" };
    });
  }
  const transport = new StdioClientTransport({
    command,
    args: [...args, "serve", ...given],
    env: Deno.env.toObject(),
    stderr: "inherit",
  });
  try {
    await client.connect(transport, { timeout: START_MS });
    return client;
  } catch (cause) {
    await client.close();
    throw new Failure("E999", "Cannot start the server: it ended before it answered.", {
      hint: "See its messages above, or start it alone: odoo-mcp serve.",
      cause,
    });
  }
}

/** A tool's answer as clients get it: for agents' eyes, for programs, and whether it is an error. */
export interface Answer {
  text: string;
  structured: unknown;
  isError: boolean;
}

/**
 * Calls a tool. Rejects with a `Failure` where the server does not take the call at all. `onProgress` hears how far a long
 * call is.
 */
export async function callTool(
  client: Client,
  name: string,
  args: Record<string, unknown>,
  onProgress?: (progress: Progress) => void,
): Promise<Answer> {
  try {
    const { content, structuredContent, isError } = await client.callTool({ name, arguments: args }, {
      ...(onProgress !== undefined && {
        onprogress: ({ progress, total, message }) => {
          // The SDK reports its own rounds of questions to the person as well, which have no total.
          if (total !== undefined) onProgress({ done: progress, total, message });
        },
      }),
    });
    const blocks = content.map((block) => block.type === "text" ? block.text : `[${block.type}]`);
    return { text: blocks.join("\n"), structured: structuredContent ?? content, isError: isError === true };
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : "the connection ended";
    throw new Failure("E999", `Cannot call ${name}: ${message}`, {
      hint: "See the tools there are: odoo-mcp tools.",
      cause,
    });
  }
}
