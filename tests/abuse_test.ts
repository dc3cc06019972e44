/**
 * What careless and hostile clients do to a server that listens (`support/attacks.ts`): nobody crashes it, nothing is
 * answered that must not be, and others are answered meanwhile. Each test prints how much longer an answer takes; what it
 * asserts is that there is one. README's security part tells what was measured.
 */
import assert from "node:assert/strict";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { createKey, writeKeys } from "../src/guard/mod.ts";
import { type HttpServer, startHttp } from "./support/server.ts";
import { ATTACKS, type Target } from "./support/attacks.ts";

/** Nobody who asks something small may wait longer, in ms. */
const DEADLINE_MS = 20_000;

/** So many questions are asked before, meanwhile and afterwards. */
const QUESTIONS = 40;

/** Who attacks: without a key, with one of its own within the usual limits, or with one where nothing is limited. */
const WHO = ["a stranger", "a caller within its limits", "a caller without limits"] as const;

/** A server that knows an attacker and as many honest callers as are asked for: each has its own limits. */
interface Served extends AsyncDisposable {
  server: HttpServer;
  attacker: string;
  honest: () => string;
}

async function serve(unlimited: boolean): Promise<Served> {
  const folder = await Deno.makeTempDir();
  const names = ["attacker", ...Array.from({ length: 3 * Object.keys(ATTACKS).length + 1 }, (_, at) => `honest-${at}`)];
  const made = await Promise.all(names.map((name) => createKey({ name, role: "admin", expires: null })));
  await Deno.writeTextFile(`${folder}/keys.json`, writeKeys(made.map(({ entry }) => entry)), { mode: 0o600 });
  const limits = unlimited ? ["--limits-requests-per-minute", "0"] : [];
  const server = await startHttp(["--demo", "--security-keys", `${folder}/keys.json`, ...limits]);
  const [attacker, ...honest] = made.map(({ key }) => key);
  return {
    server,
    attacker: attacker!,
    honest: () => honest.pop()!,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** Asks something small so many times, as another caller; the median time in ms. Rejects past the deadline. */
async function ask({ server, honest }: Served): Promise<number> {
  const client = new Client({ name: "test", version: "1.0.0" }, {
    versionNegotiation: { mode: { pin: "2026-07-28" } },
  });
  const requestInit = { headers: { authorization: `Bearer ${honest()}` } };
  await client.connect(new StreamableHTTPClientTransport(server.url, { requestInit }));
  const took: number[] = [];
  for (let at = 0; at < QUESTIONS; at++) {
    const started = performance.now();
    const params = { name: "count_records", arguments: { model: "res.partner" } };
    const answer = await client.callTool(params, { timeout: DEADLINE_MS });
    assert.notEqual(answer.isError, true);
    took.push(performance.now() - started);
  }
  await client.close();
  return took.sort((a, b) => a - b)[QUESTIONS >> 1]!;
}

/** Attacks in a thread of its own, while `run` runs. Answers what the attacker has to tell. */
async function attacking(name: string, target: Target, run: () => Promise<void>): Promise<string> {
  const worker = new Worker(new URL("./support/attacker.ts", import.meta.url), { type: "module" });
  try {
    const outcome = new Promise<{ said: string } | { wrong: string }>((resolve) =>
      worker.onmessage = ({ data }) => resolve(data)
    );
    worker.postMessage({ name, target });
    // It has to load, and to open its connections.
    await new Promise((resolve) => setTimeout(resolve, 300));
    await run();
    worker.postMessage("over");
    const ended = await outcome;
    if ("wrong" in ended) throw new Error(ended.wrong);
    return ended.said;
  } finally {
    worker.terminate();
  }
}

for (const who of WHO) {
  Deno.test(`others are answered whatever ${who} does`, async (test) => {
    await using served = await serve(who === "a caller without limits");
    const target = {
      port: Number(served.server.url.port),
      key: who === "a stranger" ? "" : served.attacker,
      least: who === "a caller without limits" ? 2000 : 0,
    };
    await ask(served);
    for (const name of Object.keys(ATTACKS)) {
      await test.step(name, async () => {
        const before = await ask(served);
        let meanwhile = NaN;
        const said = await attacking(name, target, async () => void (meanwhile = await ask(served)));
        const [during, after] = [meanwhile, await ask(served)].map((ms) => `× ${(ms / before).toFixed(1)}`);
        const times = `${before.toFixed(1)} ms normally, ${during} meanwhile, ${after} after`;
        console.log(`${who}, ${name}: ${times}${said === "" ? "" : `; ${said}`}`);
      });
    }
    assert.equal(await served.server.stop(), 0);
    assert.doesNotMatch(served.server.log(), /unexpected error|"level":"(error|ERROR)"/);
  });
}
