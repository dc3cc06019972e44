/** Many writes through the real program, its HTTP front door and a random fault proxy; then Odoo itself is asked. */
import { jsonCall, login } from "../../scripts/bench/odoo.ts";
import { type FaultProxy, mulberry32, startFaultProxy } from "./fault_proxy.ts";
import type { LiveOdoo } from "./live.ts";
import { call, type Called, connectHttp, startHttp } from "./server.ts";

/** What is run. */
export interface FaultRunOptions {
  live: LiveOdoo;
  writes: number;
  /** MCP clients that write at the same time. */
  callers: number;
  seed: number;
  /** Share of reads that are broken; of writes it is five times as much. */
  rate: number;
  /** Told now and then how far it is. */
  onProgress?: (done: number) => void;
}

/** The kinds of writes. */
export const WRITES = ["create", "create with key", "update", "delete"] as const;
type Write = typeof WRITES[number];

/** What the callers were told, and what was true. */
export interface Count {
  writes: number;
  done: number;
  /** Of those done: found by looking after a lost answer, or safely sent again. */
  looked: number;
  failed: number;
  /** E009, and it had happened, or not. */
  uncertain: { there: number; absent: number };
}

/** What came of a run. */
export interface FaultReport {
  counts: Record<Write, Count>;
  /** The codes of what failed, with how often: `E001` 3. */
  codes: Map<string, number>;
  faults: ReadonlyMap<string, number>;
  requests: number;
  /** How often a caller was told to come back later (E014), and did. */
  busy: number;
  seconds: number;
  /** Every answer that was not true. Must be empty. */
  lies: string[];
}

/** One write and what its caller was told. */
interface Told {
  write: Write;
  /** Unique: the record's name. */
  name: string;
  /** The record to update or delete. */
  id: number;
  outcome: "done" | "failed" | "uncertain";
  /** What a create answered. */
  ids: number[];
  looked: boolean;
  code: string;
}

/** Shorter than any client waits, so that a run takes minutes; the fault proxy is late by more than these. */
const LIMITS = ["--limits-read-ms", "2500", "--limits-write-ms", "2000", "--limits-tool-ms", "12000"];

/** Runs the writes, repeats what was keyed and uncertain, compares with Odoo, and deletes what was made. */
export async function runFaults(options: FaultRunOptions): Promise<FaultReport> {
  const { live, writes, callers, seed, rate, onProgress } = options;
  const odoo = await direct(live);
  const run = `faults ${seed} ${crypto.randomUUID().slice(0, 8)}`;
  const plan = planOf(writes, seed);
  const owned = plan.filter((write) => write === "update" || write === "delete").length;
  const ready = await odoo("create", [
    Array.from({ length: owned }, (_, n) => ({ name: `${run} ready ${n}` })),
  ]) as number[];
  await using proxy = startFaultProxy(live.url, { seed, rate });
  try {
    const begun = performance.now();
    const told = await write(live, proxy, { run, plan, ready, callers, onProgress });
    await proxy.settled();
    const seconds = (performance.now() - begun) / 1000;
    const lies = await compare(odoo, run, told);
    const codes = new Map<string, number>();
    for (const { outcome, code } of told.all) {
      if (outcome === "failed") codes.set(code, (codes.get(code) ?? 0) + 1);
    }
    return {
      codes,
      busy: told.busy,
      counts: countAll(told.all, told.happened),
      faults: proxy.faults,
      requests: proxy.seen.length,
      seconds,
      lies,
    };
  } finally {
    await proxy.settled();
    const left = await odoo("search", [[["name", "like", `${run} %`], ["active", "in", [true, false]]]]) as number[];
    for (let start = 0; start < left.length; start += 200) await odoo("unlink", [left.slice(start, start + 200)]);
  }
}

function planOf(writes: number, seed: number): Write[] {
  const random = mulberry32(seed + 1);
  return Array.from({ length: writes }, () => {
    const lot = random();
    return lot < 0.25 ? "create" : lot < 0.55 ? "create with key" : lot < 0.85 ? "update" : "delete";
  });
}

interface Work {
  run: string;
  plan: Write[];
  ready: number[];
  callers: number;
  onProgress: ((done: number) => void) | undefined;
}

interface AllTold {
  all: Told[];
  /** How often a caller was told to come back later (E014). */
  busy: number;
  /** Filled by {@link compare}: whether the uncertain ones had happened. */
  happened: Map<string, boolean>;
  /** What the repeats of keyed creates answered, after the storm. */
  repeats: Map<string, number[]>;
}

async function write(live: LiveOdoo, proxy: FaultProxy, work: Work): Promise<AllTold> {
  const { run, plan, ready, callers, onProgress } = work;
  const args = ["--odoo-url", proxy.url, "--odoo-database", live.database, "--confirm", "off", ...LIMITS];
  const env = { ODOO_USERNAME: live.username, ODOO_PASSWORD: live.password };
  const all: Told[] = [];
  const repeats = new Map<string, number[]>();
  await using server = await startHttp(args, env);
  let next = 0;
  let busy = 0;
  await Promise.all(Array.from({ length: callers }, async () => {
    await using client = await connectHttp(server.url);
    while (next < plan.length) {
      const nth = next++;
      const kind = plan[nth]!;
      const id = kind === "update" || kind === "delete" ? ready.pop()! : 0;
      const name = `${run} ${nth}`;
      let answer = await call(client, ...requestOf(kind, name, id, nth));
      // The circuit is open: nothing was sent, and whoever is told so waits and calls again.
      while (answer.data.code as unknown === "E014") {
        busy++;
        await new Promise((resolve) => setTimeout(resolve, 1000 * Number(answer.data.details!.retry_after_s)));
        answer = await call(client, ...requestOf(kind, name, id, nth));
      }
      all.push(toldOf(kind, name, id, answer));
      if (all.length % 100 === 0) onProgress?.(all.length);
    }
  }));
  proxy.calm();
  await proxy.settled();
  // Odoo stands still now, and a circuit that opened in the storm closes within seconds.
  await new Promise((resolve) => setTimeout(resolve, 6000));
  await using client = await connectHttp(server.url);
  for (const { write: kind, name, outcome } of all) {
    if (kind !== "create with key" || outcome === "failed") continue;
    const again = await call(client, ...requestOf(kind, name, 0, Number(name.split(" ").at(-1))));
    repeats.set(name, again.isError ? [] : idsOf(again));
  }
  return { all, busy, happened: new Map(), repeats };
}

function requestOf(kind: Write, name: string, id: number, nth: number): [string, Record<string, unknown>] {
  const model = "res.partner";
  const values = { name, city: `City of ${nth}`, color: nth % 10, comment: null, is_company: nth % 2 === 0 };
  switch (kind) {
    case "create":
      return ["create_record", { model, values }];
    case "create with key":
      return ["create_record", { model, values, idempotency_key: name }];
    case "update":
      return ["update_record", { model, ids: [id], values: { name, color: nth % 10 } }];
    case "delete":
      return ["delete_record", { model, ids: [id] }];
  }
}

function toldOf(kind: Write, name: string, id: number, answer: Called): Told {
  const code = String(answer.data.code ?? "");
  const outcome = !answer.isError ? "done" : code === "E009" ? "uncertain" : "failed";
  const ids = answer.isError ? [] : idsOf(answer);
  return { write: kind, name, id, outcome, ids, looked: /lost on the way/.test(answer.text), code };
}

function idsOf({ data }: Called): number[] {
  const ids: unknown = data.ids;
  return Array.isArray(ids) ? ids.map(Number) : [];
}

/** Whether each answer was true, by what stands in Odoo. */
async function compare(odoo: Ask, run: string, { all, happened, repeats }: AllTold): Promise<string[]> {
  const domain = [["name", "like", `${run} %`], ["active", "in", [true, false]]];
  const rows = await odoo("search_read", [domain], { fields: ["name"], order: "id" }) as { id: number; name: string }[];
  const byName = Map.groupBy(rows, ({ name }) => name);
  const present = new Set(rows.map(({ id }) => id));
  return all.flatMap(({ write: kind, name, id, outcome, ids, code }): string[] => {
    const found = (byName.get(name) ?? []).map((row) => row.id);
    const isCreate = kind.startsWith("create");
    const repeat = repeats.get(name);
    // A repeat after the storm may have made it, which is what the key is for.
    const isThere = kind === "delete" ? !present.has(id) : found.length > 0;
    happened.set(name, isThere);
    const lie = (why: string) => [`${kind} "${name}" was told ${outcome} ${code}, and ${why}`];
    if (isCreate && found.length > 1) return lie(`is there ${found.length} times`);
    if (outcome === "done" && !isThere) return lie("it did not happen");
    if (outcome === "failed" && isThere) return lie("it happened");
    if (outcome === "done" && isCreate && ids.join() !== found.join()) return lie(`has another id: ${ids} is ${found}`);
    if (repeat !== undefined && repeat.join() !== found.join()) {
      return lie(`its repeat answers ${repeat}, not ${found}`);
    }
    if (kind === "update" && outcome === "done" && found[0] !== id) return lie("another record was changed");
    return [];
  });
}

function countAll(all: Told[], happened: Map<string, boolean>): Record<Write, Count> {
  const entries = WRITES.map((kind): [Write, Count] => {
    const own = all.filter((one) => one.write === kind);
    const uncertain = own.filter(({ outcome }) => outcome === "uncertain");
    const there = uncertain.filter(({ name }) => happened.get(name)).length;
    return [kind, {
      writes: own.length,
      done: own.filter(({ outcome }) => outcome === "done").length,
      looked: own.filter(({ outcome, looked }) => outcome === "done" && looked).length,
      failed: own.filter(({ outcome }) => outcome === "failed").length,
      uncertain: { there, absent: uncertain.length - there },
    }];
  });
  return Object.fromEntries(entries) as Record<Write, Count>;
}

type Ask = (method: string, args: unknown[], kwargs?: object) => Promise<unknown>;

/** Asks the real Odoo for partners, past program and proxy. */
async function direct(live: LiveOdoo): Promise<Ask> {
  const uid = await login(live);
  return async (method, args, kwargs = {}) =>
    JSON.parse(await jsonCall(live, uid, "res.partner", method, args, kwargs)).result;
}
