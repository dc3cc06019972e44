/** A proxy that breaks requests at random, the same way for the same seed and order of requests. */
import { type Fault, type FaultyOdoo, startFaulty } from "./faulty_odoo.ts";

/** One kind of fault and how often it comes among the others. */
interface Kind {
  name: string;
  weight: number;
  fault: Fault;
}

/** Beyond the deadlines of the fault run (reads 2.5 s, writes 2 s). */
const TOO_LATE_MS = 3000;

const page = (status: number, reaches: boolean, headers: Record<string, string> = {}): Fault => ({
  reaches,
  answer: { status, headers },
});

/**
 * What a network, a load balancer and a dying server do. A 429 comes without passing the request on only: that is what it
 * says (RFC 6585), and the program sends again after it.
 */
const KINDS: Kind[] = [
  { name: "dropped before Odoo got it", weight: 3, fault: { reaches: false, answer: "nothing" } },
  { name: "dropped after Odoo answered", weight: 6, fault: { reaches: true, answer: "nothing" } },
  { name: "answer cut in the middle", weight: 6, fault: { reaches: true, answer: "half" } },
  { name: "answer garbled", weight: 6, fault: { reaches: true, answer: "garbage" } },
  { name: "answer past the deadline", weight: 3, fault: { reaches: true, answer: "all", lateMs: TOO_LATE_MS } },
  { name: "request held past the deadline", weight: 2, fault: { reaches: true, answer: "all", heldMs: TOO_LATE_MS } },
  { name: "request held for a while", weight: 4, fault: { reaches: true, answer: "all", heldMs: 300 } },
  { name: "kept connection dropped", weight: 8, fault: { reaches: true, answer: "idle" } },
  { name: "429, not passed on", weight: 3, fault: page(429, false) },
  { name: "502, not passed on", weight: 2, fault: page(502, false) },
  { name: "502, passed on", weight: 2, fault: page(502, true) },
  { name: "503, not passed on", weight: 2, fault: page(503, false) },
  { name: "503, passed on", weight: 2, fault: page(503, true) },
  { name: "504, not passed on", weight: 2, fault: page(504, false) },
  { name: "504, passed on", weight: 3, fault: page(504, true) },
];

/** Counted beside {@link KINDS}: a connection is reset while the request is sent, and all of a moment are refused. */
const RESET = "reset while sending";
const REFUSED = "connections refused for 20 ms";

/** The proxy and what it has broken so far. */
export interface FaultProxy extends FaultyOdoo {
  /** How often each kind of fault came. */
  readonly faults: ReadonlyMap<string, number>;
  /** From now on everything passes. */
  calm(): void;
}

/** Starts it in front of the Odoo at `target`; `rate` is the share of reads and logins that are broken; writes are five times as likely. */
export function startFaultProxy(target: string, { seed, rate }: { seed: number; rate: number }): FaultProxy {
  const random = mulberry32(seed);
  const faults = new Map<string, number>([...KINDS.map(({ name }) => name), RESET, REFUSED].map((name) => [name, 0]));
  const total = KINDS.reduce((sum, { weight }) => sum + weight, 0);
  let isCalm = false;
  let isAway = false;
  const count = (name: string) => faults.set(name, faults.get(name)! + 1);

  const choose = (name: string | null): Fault | undefined => {
    const [lot, place] = [random(), random() * total];
    if (name === null) {
      if (isCalm || lot >= rate) return undefined;
      count(RESET);
      return { reaches: false, answer: "nothing", unread: true };
    }
    const isWrite = /\.(create|load|write|unlink)$/.test(name);
    if (isCalm || lot >= (isWrite ? 5 * rate : rate)) return undefined;
    let sum = 0;
    const kind = KINDS.find(({ weight }) => (sum += weight) > place)!;
    count(kind.name);
    if (!isAway && lot < rate / 20) {
      isAway = true;
      count(REFUSED);
      proxy.away(20).finally(() => isAway = false);
    }
    return kind.fault;
  };
  const proxy = startFaulty(target, { choose, keepAlive: true });
  return Object.assign(proxy, { faults, calm: () => void (isCalm = true) });
}

/** Numbers from 0 to 1 that only depend on the seed (mulberry32). */
export function mulberry32(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}
