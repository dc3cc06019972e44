import { Failure } from "../lib/failure.ts";
import { canonicalJson, type Json, type JsonObject } from "../lib/json.ts";
import type { Ledger } from "../lib/ledger.ts";
import type { Log } from "../lib/log.ts";
import { deriveKey } from "../lib/seal.ts";
import type { Call, Wrap } from "../odoo/mod.ts";
import type { Access } from "./access.ts";
import { boundedValues, factsOf, fieldsOf, listed, SeenRows } from "./audit_facts.ts";
import type { Caller } from "./caller.ts";

/** Whose work something is. All lines of one tool call have its `request`. */
export interface Asked {
  request: string;
  caller: Caller;
  /** The program that asks, as it names itself; "" where it does not. Anybody can claim any. */
  client: string;
  instance: string;
  tool: string;
}

/** Writes down what callers do, each line signed and tied to the one before. */
export interface Audit {
  /**
   * Follows the Calls of a tool call. A change leaves only once a line of its intent is on the disk; where that can't be
   * written it is refused (`E014`), unless the settings let it pass. Reads always pass.
   */
  follow(asked: Asked, access: Access): Wrap;
  /** Follows reads that belong to no tool (resources, prompts, completions): a line each. */
  followReads(asked: Asked): Wrap;
  /** Writes what a tool call came to. Never rejects: what could not be written is in the log. */
  finish(asked: Asked, outcome: { code: string; ms: number }): Promise<void>;
  close(): void;
}

/** How to write it down. */
export interface AuditOptions {
  /** The file, which the launcher has made. */
  file: string;
  /** At least 32 letters; whoever knows it can make lines that look true. Null where the launcher found none. */
  secret: string | null;
  /** Whether the values of changes are written too. */
  values: boolean;
  /** Whether a change is refused when its line can't be written. */
  required: boolean;
  log: Log;
}

/** For servers that write nothing down. */
export const NO_AUDIT: Audit = {
  follow: () => (next) => next,
  followReads: () => (next) => next,
  finish: () => Promise.resolve(),
  close: () => {},
};

/** A change within a tool call. */
interface Change {
  call: Call;
  ids: readonly number[];
  /** The fields that are compared before and after. */
  fields: readonly string[];
  before: string | null;
  code: string;
}

/** What is known of a tool call that is running. */
interface Trail {
  reads: Map<string, Set<number>>;
  seen: SeenRows;
  changes: Change[];
}

/** Opens the audit. The file itself is opened at the first line. */
export function createAudit(options: AuditOptions): Audit {
  const { file, secret, values, required, log } = options;
  const trails = new Map<string, Trail>();
  let opening: Promise<Pen> | undefined;
  let opened: Pen | undefined;
  let failing = false;

  /** Loaded at the first line: a server that only lists its tools never pays for it. */
  const pen = () =>
    opening ??= openPen(file, secret).then((made) => opened = made, (error) => {
      opening = undefined;
      throw error;
    });

  async function write(body: (pen: Pen) => JsonObject, durable: boolean): Promise<void> {
    const hand = opened ?? await pen();
    hand.ledger.append({ time: new Date().toISOString(), ...body(hand) }, durable);
    if (failing) log.info("the audit file can be written again");
    failing = false;
  }

  function complain(error: unknown): void {
    if (!failing) log.error("Cannot write the audit file", { file, error: String(error), changes_stop: required });
    failing = true;
  }

  async function intent(asked: Asked, change: Change): Promise<void> {
    const { call, before } = change;
    try {
      await write((hand) => ({
        kind: "intent",
        ...whose(asked),
        ...factsOf(call),
        digest: hand.digest(call.params),
        ...(before !== null && { before: hand.digest(before) }),
        ...(values && { values: boundedValues(call.params) }),
      }), true);
    } catch (error) {
      complain(error);
      if (required) throw unwritable();
    }
  }

  return {
    follow: (asked, access) => (next) => {
      const trail: Trail = { reads: new Map(), seen: new SeenRows(), changes: [] };
      trails.set(asked.request, trail);
      return async (call, signal) => {
        if (call.effect === "read") {
          const answer = await next(call, signal);
          if (call.origin === "caller") remember(trail, call, access === "read" ? null : answer);
          return answer;
        }
        const change = begin(trail, call);
        await intent(asked, change);
        try {
          const answer = await next(call, signal);
          change.code = "ok";
          change.ids = call.ids ?? idsOf(answer);
          trail.seen.forget(call.model, change.ids);
          return answer;
        } catch (error) {
          change.code = error instanceof Failure ? error.code : "E999";
          throw error;
        }
      };
    },
    followReads: (asked) => (next) => async (call, signal) => {
      const answer = await next(call, signal);
      if (call.origin === "caller" && call.cache !== "schema") {
        await write(() => ({ kind: "read", ...whose(asked), ...factsOf({ ...call, params: {} }) }), false).catch(
          complain,
        );
      }
      return answer;
    },
    async finish(asked, { code, ms }) {
      const trail = trails.get(asked.request);
      trails.delete(asked.request);
      await write((hand) => ({
        kind: "outcome",
        ...whose(asked),
        code,
        ms: Math.round(ms),
        ...(trail && mainRead(trail)),
        ...(trail && trail.changes.length > 0 && { changes: trail.changes.map((one) => told(hand, trail, one)) }),
      }), false).catch(complain);
    },
    close: () => opened?.ledger.close(),
  };
}

/** What lines are written with. */
interface Pen {
  ledger: Ledger;
  /** A keyed hash, so that nobody finds a value by trying. */
  digest(value: Json): string;
}

async function openPen(file: string, secret: string | null): Promise<Pen> {
  if (secret === null) throw new Error("there is no key to sign its lines with");
  const [{ openLedger }, { lineKey, signText }, digests] = await Promise.all([
    import("../lib/ledger.ts"),
    import("../lib/signed_lines.ts"),
    deriveKey(secret, "odoo-mcp audit values"),
  ]);
  const text = (value: Json) => typeof value === "string" ? value : canonicalJson(value);
  const key = await lineKey(secret);
  return { ledger: openLedger(file, key), digest: (value) => signText(digests, text(value)) };
}

function whose({ request, caller, client, instance, tool }: Asked): JsonObject {
  const from = client === "" ? {} : { client: client.replace(/\p{C}/gu, "\u{FFFD}").slice(0, 100) };
  return { request, caller: caller.id, via: caller.kind, role: caller.role, ...from, instance, tool };
}

/** Metadata is read all the time; what counts is whose records were. Their rows are needed where a change may follow. */
function remember(trail: Trail, call: Call, answer: Json): void {
  if (call.cache === "schema" || call.method === "fields_get") return;
  const ids = trail.reads.get(call.model) ?? new Set<number>();
  trail.reads.set(call.model, ids);
  for (const id of call.ids ?? []) ids.add(id);
  trail.seen.learn(call.model, answer);
}

function begin(trail: Trail, call: Call): Change {
  const ids = call.ids ?? [];
  const written = call.method === "write" || call.method === "create";
  const fields = written ? fieldsOf(call.params) : trail.seen.known(call.model, ids);
  const change = { call, ids, fields, before: trail.seen.text(call.model, ids, fields), code: "unknown" };
  trail.changes.push(change);
  return change;
}

function told(hand: Pen, { seen }: Trail, { call, ids, fields, before, code }: Change): JsonObject {
  const after = code === "ok" && call.method !== "unlink" ? seen.text(call.model, ids, fields) : null;
  return {
    model: call.model,
    method: call.method,
    ...listed("ids", ids),
    code,
    ...(before !== null && { before: hand.digest(before) }),
    ...(after !== null && { after: hand.digest(after) }),
  };
}

function mainRead({ reads }: Trail): JsonObject {
  const [first, ...others] = reads;
  if (first === undefined) return {};
  const [model, ids] = first;
  return { model, ...listed("ids", [...ids]), ...listed("also_read", others.map(([name]) => name)) };
}

/** The ids a create answers. */
function idsOf(answer: Json): number[] {
  return [answer].flat().filter((id) => typeof id === "number");
}

function unwritable(): Failure {
  return new Failure(
    "E014",
    "Cannot change anything now: the audit file can't be written, and no change goes without a line",
    {
      hint:
        "Reading goes on. The operator finds the reason in the log: a full disk, or a file that may not be written.",
      retryable: true,
      details: { rule: "audit.required", retry_after_s: 60 },
    },
  );
}
