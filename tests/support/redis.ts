/** A real Redis for tests, found or unpacked by `scripts/debian.sh`: each its own process, port and folder. */

const SCRIPT = new URL("../../scripts/debian.sh", import.meta.url).pathname;
const DEADLINE_MS = 10_000;

/** A program of {@link SCRIPT}: its path, or why there is none. `broken`: it should have worked on this machine. */
export async function findProgram(name: string): Promise<string | { reason: string; broken: boolean }> {
  try {
    const { code, stdout, stderr } = await new Deno.Command("bash", { args: [SCRIPT, name], stdin: "null" }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    if (code === 0) return text(stdout);
    return { reason: text(stderr).split("\n").at(-1) ?? "", broken: code !== 3 };
  } catch (error) {
    return { reason: `bash cannot be started: ${(error as Error).message}`, broken: false };
  }
}

const found = await findProgram("redis-server");
if (typeof found !== "string") console.error(`\nSKIPPED: the tests that need a Redis: ${found.reason}\n`);

/** Whether tests that need a Redis can't run here; they are reported as ignored then. */
export const NO_REDIS: boolean = typeof found !== "string" && !found.broken;

/** A test with real Redis servers. Without one on this machine it is reported as ignored, and the reason stands above. */
export function redisTest(name: string, run: (t: Deno.TestContext) => Promise<void>): void {
  Deno.test({ name, ignore: NO_REDIS, fn: run });
}

/** A Redis of a test's own. */
export interface RedisServer extends AsyncDisposable {
  url: string;
  port: number;
  /** Ends it, by default at once and for good; its data stay for {@link RedisServer.start}. */
  stop(signal?: Deno.Signal): Promise<void>;
  /** Starts it again, on the same port with the same data. */
  start(): Promise<void>;
  /** Makes it hang without ending it, and lets it go on. */
  signal(signal: "SIGSTOP" | "SIGCONT"): void;
  /** Runs one command; a text reply. */
  ask(...command: string[]): Promise<string>;
}

/** Starts a Redis. `config` are its own settings, like `["--maxmemory", "10mb"]`. */
export async function startRedis(config: string[] = []): Promise<RedisServer> {
  if (typeof found !== "string") throw new Error(found.reason);
  const program = found;
  const port = freePort();
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-redis-" });
  let process: Deno.ChildProcess | undefined;

  const start = async () => {
    process = new Deno.Command(program, {
      args: ["--bind", "127.0.0.1", "--port", String(port), "--dir", folder, "--save", "", "--appendonly", "yes"]
        .concat(["--appendfsync", "always", "--maxmemory-policy", "noeviction"], config),
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    const end = Date.now() + DEADLINE_MS;
    while (!await listens(port)) {
      if (Date.now() > end) throw new Error("Redis does not start");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const stop = async (signal: Deno.Signal = "SIGKILL") => {
    const ending = process;
    process = undefined;
    if (ending === undefined) return;
    ending.kill("SIGCONT");
    ending.kill(signal);
    await ending.status;
  };

  await start();
  return {
    url: `redis://127.0.0.1:${port}/0`,
    port,
    start,
    stop,
    signal: (signal) => process?.kill(signal),
    ask: (...command) => ask(port, command),
    async [Symbol.asyncDispose]() {
      await stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

/** Whether something accepts connections there. */
export async function listens(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

/** Redis' own inline form, so that tests look with other eyes than the program. */
async function ask(port: number, command: string[]): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  const line = command.map((word) => `$${word.length}\r\n${word}\r\n`).join("");
  await connection.write(new TextEncoder().encode(`*${command.length}\r\n${line}*1\r\n$4\r\nPING\r\n`));
  let text = "";
  const decoder = new TextDecoder("latin1");
  const chunk = new Uint8Array(65536);
  while (!text.endsWith("+PONG\r\n")) {
    const read = await connection.read(chunk);
    if (read === null) break;
    text += decoder.decode(chunk.subarray(0, read), { stream: true });
  }
  return text.slice(0, -"+PONG\r\n".length).trim();
}
