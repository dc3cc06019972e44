/** Starts the real program as its users do: a process of its own, reached through the official MCP clients. */
import { Client } from "@modelcontextprotocol/client";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const MAIN = new URL("../../main.ts", import.meta.url).pathname;

/** How the program is run from source in tests. */
export const RUN = ["run", "--no-prompt", "--allow-all", "--unstable-worker-options", MAIN];

/** Protocol revisions the client may open with. */
export type Era = "2025-11-25" | "2026-07-28";

let stateFolder: string | undefined;

/** Programs under test keep their store here, not in the person's own. */
function state(): string {
  if (stateFolder === undefined) {
    const made = stateFolder = Deno.makeTempDirSync({ prefix: "odoo-mcp-state-" });
    addEventListener("unload", () => Deno.removeSync(made, { recursive: true }));
  }
  return stateFolder;
}

/** A variable list without anything of this machine that the program would read. */
export function cleanEnv(extra: Record<string, string> = {}): Record<string, string> {
  const kept = Object.entries(Deno.env.toObject()).filter(([name]) => !/^ODOO/.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: "1", XDG_STATE_HOME: state(), ...extra };
}

/** How a person answers when the server asks for a confirmation, which is what they read. */
export type Elicit = (question: string) => "accept" | "decline";

/** How a client says that it shows MCP Apps. */
const APPS = { extensions: { "io.modelcontextprotocol/ui": { mimeTypes: ["text/html;profile=mcp-app"] } } };

function newClient(era: Era, elicit?: Elicit, showsApps = false): Client {
  const client = new Client({ name: "test", version: "1.0.0" }, {
    versionNegotiation: { mode: era === "2025-11-25" ? "legacy" : { pin: era } },
    capabilities: { ...(elicit !== undefined && { elicitation: {} }), ...(showsApps && APPS) },
  });
  if (elicit !== undefined) {
    client.setRequestHandler("elicitation/create", ({ params }) => {
      const action = elicit(params.message);
      return action === "accept" ? { action, content: { confirm: true } } : { action };
    });
  }
  return client;
}

/** Connects over stdio. Closing the client ends the process. */
export async function connectStdio(
  args: string[],
  options: {
    era?: Era;
    env?: Record<string, string>;
    elicit?: Elicit;
    showsApps?: boolean;
    onStderr?: (text: string) => void;
  } = {},
): Promise<Client & AsyncDisposable> {
  const transport = new StdioClientTransport({
    command: Deno.execPath(),
    args: [...RUN, ...args],
    env: cleanEnv(options.env),
    stderr: "pipe",
  });
  transport.stderr?.on("data", (chunk: unknown) => options.onStderr?.(String(chunk)));
  const client = newClient(options.era ?? "2026-07-28", options.elicit, options.showsApps);
  await client.connect(transport);
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** A server that listens on a port the system chose. */
export interface HttpServer extends AsyncDisposable {
  url: URL;
  process: Deno.ChildProcess;
  /** What it has written to stderr so far. */
  log(): string;
  /** Resolves with the exit code. */
  stop(signal?: Deno.Signal): Promise<number>;
}

/** Starts the program over HTTP and waits until it listens. */
export async function startHttp(
  args: string[],
  env: Record<string, string> = {},
  host = "127.0.0.1",
  program: { command: string; args: string[] } = { command: Deno.execPath(), args: RUN },
): Promise<HttpServer> {
  const process = new Deno.Command(program.command, {
    args: [
      ...program.args,
      "serve",
      ...(args.includes("--transport") ? [] : ["--transport", "http"]),
      "--host",
      host,
      "--port",
      "0",
      "--log-format",
      "json",
      ...args,
    ],
    env: cleanEnv(env),
    clearEnv: true,
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  let text = "";
  const listening = Promise.withResolvers<number>();
  const reading = (async () => {
    for await (const chunk of process.stderr.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const port = /"port":(\d+)/.exec(text)?.[1];
      if (port !== undefined) listening.resolve(Number(port));
    }
    listening.reject(new Error(`The server ended before it listened:\n${text}`));
  })();
  const port = await listening.promise;
  const stop = async (signal: Deno.Signal = "SIGTERM") => {
    try {
      process.kill(signal);
    } catch { /* it has ended already */ }
    const { code } = await process.status;
    await reading;
    return code;
  };
  return {
    url: new URL(`http://127.0.0.1:${port}/mcp`),
    process,
    log: () => text,
    stop,
    [Symbol.asyncDispose]: async () => void await stop(),
  };
}

/** Connects over Streamable HTTP. */
export async function connectHttp(url: URL, era: Era = "2026-07-28"): Promise<Client & AsyncDisposable> {
  const client = newClient(era);
  await client.connect(new StreamableHTTPClientTransport(url));
  return Object.assign(client, { [Symbol.asyncDispose]: () => client.close() });
}

/** A JSON value that tests look into freely: `data.rows[0].name`. What is not there is undefined. */
export interface Tree {
  [key: string]: Tree;
}

/** A tool result as tests look at it: the structured answer, or the failure's JSON. */
export interface Called {
  isError: boolean;
  data: Tree;
  text: string;
}

/** Calls a tool. */
export async function call(client: Client, name: string, args: Record<string, unknown> = {}): Promise<Called> {
  const result = await client.callTool({ name, arguments: args });
  const content = Array.isArray(result.content) ? result.content : [];
  const text = content.map((block) => "text" in block ? block.text : "").join("\n");
  const isError = result.isError === true;
  return { isError, text, data: isError ? JSON.parse(text) : result.structuredContent as unknown as Tree };
}
