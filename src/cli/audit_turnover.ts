import { basename } from "node:path";
import type { Settings } from "../config/mod.ts";
import { openLedger } from "../lib/ledger.ts";
import type { Log } from "../lib/log.ts";
import { checkLines, lineKey } from "../lib/signed_lines.ts";
import { archiveName, archivesOf } from "./audit_place.ts";

/** How often the launcher looks whether the file is due, in ms. */
const EVERY_MS = 60_000;

const DAY_MS = 86_400_000;

/** What decides when a file is put away, and when it is dropped. */
export interface Turnover {
  file: string;
  key: Uint8Array;
  maxBytes: number;
  /** 0 is for ever. */
  keepDays: number;
  now: Date;
}

/** Puts the file away when a new day has begun or it is too large, and drops what is too old, with a signed line of each. */
export function turnOver({ file, key, maxBytes, keepDays, now }: Turnover): void {
  const time = now.toISOString();
  const ledger = openLedger(file, key);
  try {
    // Asked again while no other process writes: of several launchers one puts it away.
    ledger.rotate(() => dueName(file, maxBytes, time.slice(0, 10)), { time, kind: "rotated" });
    for (const archive of keepDays === 0 ? [] : archivesOf(file)) {
      const changed = Deno.statSync(archive).mtime?.getTime() ?? now.getTime();
      if (now.getTime() - changed <= keepDays * DAY_MS) continue;
      const last = checkLines(key, Deno.readTextFileSync(archive), null).last;
      ledger.append({ time, kind: "dropped", file: basename(archive), through: last?.n ?? 0 }, true);
      Deno.removeSync(archive);
    }
  } finally {
    ledger.close();
  }
}

/** Looks now and then as long as the server runs. Answers how to stop. */
export function keepTurning(settings: Settings, log: Log): () => void {
  const { file, key: secret, max_bytes: maxBytes, keep_days: keepDays } = settings.audit;
  if (file === undefined || file === "off" || secret === undefined) return () => {};
  const key = lineKey(secret.reveal());
  const turn = async () => {
    try {
      turnOver({ file, key: await key, maxBytes, keepDays, now: new Date() });
    } catch (error) {
      log.warning("Cannot put away or drop old audit files", { file, error: String(error) });
    }
  };
  void turn();
  const timer = setInterval(turn, EVERY_MS);
  return () => clearInterval(timer);
}

function dueName(file: string, maxBytes: number, today: string): string | null {
  const size = sizeOf(file);
  if (size === 0) return null;
  const day = dayOf(file);
  return day !== today || size > maxBytes ? archiveName(file, day) : null;
}

function sizeOf(file: string): number {
  try {
    return Deno.statSync(file).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** The day of the first line, which names the file when it is put away. */
function dayOf(file: string): string {
  const handle = Deno.openSync(file, { read: true });
  try {
    const bytes = new Uint8Array(200);
    const text = new TextDecoder().decode(bytes.subarray(0, handle.readSync(bytes) ?? 0));
    return /"time":"(\d{4}-\d\d-\d\d)T/.exec(text)?.[1] ?? new Date().toISOString().slice(0, 10);
  } finally {
    handle.close();
  }
}
