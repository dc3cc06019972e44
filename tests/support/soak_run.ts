/** Steady mixed load on a {@link Cluster} while its parts are killed one after the other; then Odoo itself is asked. */
import { overHttp } from "../../scripts/bench/sessions.ts";
import { odooItself } from "./odoo_itself.ts";
import { type Cluster, startCluster } from "./cluster.ts";
import type { LiveOdoo } from "./live.ts";
import { listens } from "./redis.ts";
import { call, type Called, connectHttp } from "./server.ts";

export interface SoakOptions {
  live: LiveOdoo;
  seconds: number;
  /** MCP clients at once. */
  callers: number;
  /** A replica is killed each so many ms. */
  killEveryMs: number;
  /** Stops Odoo and starts it again; resolves when it is up. */
  restartOdoo(): Promise<void>;
  /** How the server is run; from source where absent. */
  program?: string[];
  onEvent?: (text: string) => void;
}

export interface SoakReport {
  reads: number;
  creates: number;
  updates: number;
  /** Answers that were errors, and requests that got none, by code; each was tried again. */
  refused: Map<string, number>;
  /** Every answer that was wrong, every record that is there twice or is not there. Must be empty. */
  wrong: string[];
  /** By what was killed: ms from the kill until the next call through nginx was answered, and until the part was back. */
  recoveries: Map<string, { served: number[]; back: number[] }>;
  log: string;
}

/** A call is tried again for so long, in ms: longer than a circuit stays open. */
const PATIENCE_MS = 120_000;

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Runs it. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const { live, callers, onEvent = () => {} } = options;
  const odoo = await odooItself(live);
  const run = `soak ${crypto.randomUUID().slice(0, 8)}`;
  const mine = ["name", "like", `${run} %`];
  const names = Array.from({ length: callers }, (_, n) => `${run} own ${n}`);
  const own = await odoo.ask("res.partner", "create", [names.map((name) => ({ name, ref: "0" }))]) as number[];
  await using cluster = await startCluster(
    live,
    ["--cache-records-ttl-s", "5", "--limits-read-ms", "5000", "--limits-write-ms", "8000", "--log-level", "warning"],
    options.program,
  );
  const report: SoakReport = {
    reads: 0,
    creates: 0,
    updates: 0,
    refused: new Map(),
    wrong: [],
    recoveries: new Map(),
    log: "",
  };
  const made = new Map<string, number>();
  const counted = own.map(() => 0);
  const end = { at: performance.now() + options.seconds * 1000 };
  const going = () => performance.now() < end.at;

  const caller = async (nth: number) => {
    const ask = asker(cluster, report);
    const id = own[nth]!;
    for (let round = 0; going(); round++) {
      if (round % 3 === 0) {
        const name = `${run} made ${nth} ${round}`;
        const values = { name, ref: "made" };
        const { data } = await ask("create_record", { model: "res.partner", values, idempotency_key: name });
        made.set(name, Number(data.ids![0]));
        report.creates++;
      } else if (round % 3 === 1) {
        const ref = String(counted[nth]! + 1);
        await ask("update_record", { model: "res.partner", ids: [id], values: { ref } });
        counted[nth]!++;
        report.updates++;
      }
      const { data } = await ask("get_record", { model: "res.partner", ids: [id], fields: ["name", "ref"] });
      const record = data.records?.[0 as unknown as string];
      const [name, ref] = [String(record?.name), String(record?.ref)];
      if (name !== names[nth] || ref !== String(counted[nth])) {
        report.wrong.push(`caller ${nth} read ${name} ${ref}, not ${names[nth]} ${counted[nth]}`);
      }
      report.reads++;
    }
  };

  try {
    await Promise.all([...own.keys().map(caller), torment(cluster, options, report, going, onEvent)]);
    await verify();
  } finally {
    const left = await odoo.search("res.partner", [mine, ["active", "in", [true, false]]]);
    for (let start = 0; start < left.length; start += 200) {
      await odoo.ask("res.partner", "unlink", [left.slice(start, start + 200)]);
    }
    report.log = cluster.log();
  }
  return report;

  async function verify(): Promise<void> {
    const all = [mine, ["active", "in", [true, false]]];
    const rows = await odoo.ask("res.partner", "search_read", [all], { fields: ["name", "ref"] }) as Row[];
    const found = Map.groupBy(rows, ({ name }) => name);
    for (const [name, same] of found) {
      if (same.length > 1) report.wrong.push(`${name} is there ${same.length} times`);
    }
    for (const [name, id] of made) {
      const id_ = found.get(name)?.[0]?.id;
      if (id_ !== id) report.wrong.push(`${name} was told #${id} and is #${id_}`);
    }
    for (const [nth, name] of names.entries()) {
      const ref = found.get(name)?.[0]?.ref;
      if (ref !== String(counted[nth])) report.wrong.push(`${name} holds ${ref}, and ${counted[nth]} was confirmed`);
    }
    const strange = rows.filter(({ name }) => !made.has(name) && !names.includes(name));
    for (const { name } of strange) report.wrong.push(`${name} was never confirmed to anybody`);
  }
}

interface Row {
  id: number;
  name: string;
  ref: string;
}

/** Calls a tool through nginx, again and again until it is done: with the same key a repeat does no harm. */
function asker({ url }: Pick<Cluster, "url">, { refused }: Pick<SoakReport, "refused">) {
  let client: Awaited<ReturnType<typeof connectHttp>> | undefined;
  const note = (code: string) => void refused.set(code, (refused.get(code) ?? 0) + 1);
  return async (tool: string, args: Record<string, unknown>): Promise<Called> => {
    const until = performance.now() + PATIENCE_MS;
    for (;;) {
      let answer: Called | undefined;
      try {
        client ??= await connectHttp(url);
        answer = await call(client, tool, args);
      } catch (error) {
        client = undefined;
        note(/\b(50\d)\b/.exec(JSON.stringify(error) + String(error))?.[1] ?? "no answer");
      }
      if (answer !== undefined && !answer.isError) return answer;
      if (answer !== undefined) note(String(answer.data.code));
      if (performance.now() > until) throw new Error(`${tool} was not done in ${PATIENCE_MS} ms: ${answer?.text}`);
      await pause(100);
    }
  };
}

/** The next call is to be timed, not one that just got through. */
async function untilGone(port: number): Promise<void> {
  while (await listens(port)) await pause(10);
}

/** Kills replicas in turn; a third of the way Redis, at two thirds Odoo. */
async function torment(
  cluster: Cluster,
  { live, seconds, killEveryMs, restartOdoo }: SoakOptions,
  report: SoakReport,
  going: () => boolean,
  onEvent: (text: string) => void,
): Promise<void> {
  const begun = performance.now();
  const others: [number, string, () => Promise<void>][] = [
    [seconds / 3, "Redis", async () => {
      await cluster.redis.stop();
      await pause(1000);
      await cluster.redis.start();
    }],
    [seconds * 2 / 3, "Odoo", restartOdoo],
  ];
  for (let nth = 0; going(); nth++) {
    await pause(killEveryMs);
    const replica = cluster.replicas[nth % cluster.replicas.length]!;
    await time("a replica", () => replica.kill().then(() => replica.start()));
    const due = others[0];
    if (due === undefined || performance.now() - begun < due[0] * 1000) continue;
    others.shift();
    await time(due[1], due[2]);
  }

  async function time(what: string, run: () => Promise<void>): Promise<void> {
    onEvent(`${what} goes down`);
    const from = performance.now();
    const running = run().then(() => performance.now() - from);
    if (what === "Odoo") await untilGone(Number(new URL(live.url).port));
    else if (what === "Redis") await untilGone(cluster.redis.port);
    await untilServed(what);
    const served = performance.now() - from;
    const back = await running;
    const times = report.recoveries.get(what) ?? { served: [], back: [] };
    times.served.push(served);
    times.back.push(back);
    report.recoveries.set(what, times);
    onEvent(`${what} is back after ${Math.round(back)} ms, served after ${Math.round(served)} ms`);
  }

  /** Asks on a connection of its own each time, as a client that knows of no outage. */
  async function untilServed(what: string): Promise<void> {
    const session = overHttp(cluster.url.href, 0);
    for (;; await pause(20)) {
      // Not kept by any cache; the undo of nothing is E005, or E014 where Redis can't be asked.
      const [tool, args] = what === "Redis"
        ? ["undo", { token: "zzzzzz-aaaaaaaaaaaaaaaaaaaaaa" }] as const
        : ["count_records", { model: "res.partner", domain: [["name", "!=", crypto.randomUUID()]] }] as const;
      const answer = await session.call(tool, args).catch((error: Error) => error.message);
      if (what === "Redis" ? answer.includes("E005") : answer.includes('"count"')) return;
    }
  }
}
