/** Three replicas of the real program behind a real nginx, sharing one Redis, as `scripts/debian.sh` finds them. */
import type { LiveOdoo } from "./live.ts";
import { findProgram, freePort, listens, NO_REDIS, type RedisServer, startRedis } from "./redis.ts";
import { cleanEnv, RUN } from "./server.ts";

const nginx = await findProgram("nginx");
if (typeof nginx !== "string") console.error(`\nSKIPPED: the tests that need nginx: ${nginx.reason}\n`);

/** Whether there can be no cluster on this machine. */
export const NO_CLUSTER: boolean = NO_REDIS || (typeof nginx !== "string" && !nginx.broken);

const KEY = "the-same-on-each-replica-".padEnd(40, "x");

/** One replica; killed, it can be started again on the same port. */
export interface Replica {
  port: number;
  pid(): number;
  kill(): Promise<void>;
  /** Resolves when it answers. */
  start(): Promise<void>;
}

export interface Cluster extends AsyncDisposable {
  /** MCP through nginx. */
  url: URL;
  replicas: Replica[];
  redis: RedisServer;
  /** What the replicas have written to stderr. */
  log(): string;
}

/** Starts all of it. `program` is how the server is run, from source where absent. */
export async function startCluster(live: LiveOdoo, flags: string[] = [], program: string[] = RUN): Promise<Cluster> {
  if (typeof nginx !== "string") throw new Error(nginx.reason);
  const redis = await startRedis();
  const shared = ["--store-redis-url", redis.url, "--cache-redis-url", redis.url.replace(/0$/, "1")];
  const env = {
    ODOO_URL: live.url,
    ODOO_DB: live.database,
    ODOO_USERNAME: live.username,
    ODOO_PASSWORD: live.password,
    ODOO_MCP_STORE_KEY: KEY,
  };
  let log = "";
  const replicas = [1, 2, 3].map(() =>
    makeReplica([...program, "serve", "--transport", "http", ...shared, ...flags], env, (text) => void (log += text))
  );
  await Promise.all(replicas.map((replica) => replica.start()));
  const front = await startNginx(nginx, replicas.map(({ port }) => port));
  return {
    url: new URL(`http://127.0.0.1:${front.port}/mcp`),
    replicas,
    redis,
    log: () => log,
    async [Symbol.asyncDispose]() {
      await front[Symbol.asyncDispose]();
      await Promise.all(replicas.map((replica) => replica.kill()));
      await redis[Symbol.asyncDispose]();
    },
  };
}

function makeReplica(args: string[], env: Record<string, string>, said: (text: string) => void): Replica {
  const port = freePort();
  let process: Deno.ChildProcess | undefined;
  let reading = Promise.resolve();
  return {
    port,
    pid: () => process?.pid ?? 0,
    async start() {
      process = new Deno.Command(Deno.execPath(), {
        args: [...args, "--host", "127.0.0.1", "--port", String(port)],
        env: cleanEnv(env),
        clearEnv: true,
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).spawn();
      const { stderr } = process;
      reading = (async () => {
        for await (const chunk of stderr.pipeThrough(new TextDecoderStream())) said(chunk);
      })();
      await untilListening(port, "a replica");
    },
    async kill() {
      const ending = process;
      process = undefined;
      ending?.kill("SIGKILL");
      await ending?.status;
      await reading;
    },
  };
}

/** What README tells people to write, without TLS: a dead replica is left alone for a second. */
async function startNginx(program: string, ports: number[]): Promise<{ port: number } & AsyncDisposable> {
  const port = freePort();
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-nginx-" });
  const paths = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map((one) => `${one}_temp_path ${folder}/${one};`);
  const servers = ports.map((one) => `server 127.0.0.1:${one} max_fails=1 fail_timeout=1s;`);
  await Deno.writeTextFile(
    `${folder}/nginx.conf`,
    `worker_processes 1; pid ${folder}/pid; error_log stderr crit;
    events { worker_connections 512; }
    http {
      access_log off; ${paths.join(" ")}
      upstream replicas { ${servers.join(" ")} keepalive 16; }
      server {
        listen 127.0.0.1:${port};
        location / {
          proxy_pass http://replicas;
          proxy_http_version 1.1;
          proxy_set_header Connection "";
          proxy_set_header Host $http_host;
          proxy_buffering off;
          proxy_connect_timeout 1s;
          proxy_read_timeout 65s;
        }
      }
    }`,
  );
  const process = new Deno.Command(program, {
    args: ["-p", folder, "-c", `${folder}/nginx.conf`, "-e", "stderr", "-g", "daemon off;"],
    stdin: "null",
    stdout: "null",
    stderr: "null",
  }).spawn();
  await untilListening(port, "nginx");
  return {
    port,
    async [Symbol.asyncDispose]() {
      process.kill("SIGTERM");
      await process.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function untilListening(port: number, what: string): Promise<void> {
  const end = Date.now() + 20_000;
  while (!await listens(port)) {
    if (Date.now() > end) throw new Error(`Cannot start ${what}: nothing listens on its port`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
