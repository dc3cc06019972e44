import { refuse as refuseInput } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { JsonObject } from "../lib/json.ts";

/** Refuses one value: an `E004` whose `details` name the place (`order_line.create[0].product_id`) and the reason. */
export function refuse(at: string, reason: string, hint = "", details: JsonObject = {}): never {
  return refuseInput(at, reason, { hint, details });
}

/**
 * Waits for all checks and answers their values. When some refused, throws one `E004` that names every bad place at once,
 * so that an agent corrects them in one go; anything else than a refused value is thrown as it is.
 */
export async function gather<T>(what: string, checks: Iterable<Promise<T>>): Promise<T[]> {
  const settled = await Promise.allSettled(checks);
  const refused: Failure[] = [];
  for (const one of settled) {
    if (one.status === "fulfilled") continue;
    if (!(one.reason instanceof Failure) || one.reason.code !== "E004") throw one.reason;
    refused.push(one.reason);
  }
  if (refused.length > 0) throw together(what, refused.flatMap(problemsOf), countOf(refused));
  return settled.flatMap((one) => one.status === "fulfilled" ? [one.value] : []);
}

/** Most problems a message spells out; `details.problems` and `details.count` tell the rest. */
const SHOWN = 20;

/** One `E004` of several problems; `count` where they are more than are given. */
export function together(what: string, problems: JsonObject[], count = problems.length): Failure {
  const shown = problems.slice(0, SHOWN);
  const texts = shown.map(({ at, reason }) => `${at}: ${reason}`);
  const more = count > shown.length ? [`and ${count - shown.length} more`] : [];
  const hints = [...new Set(shown.flatMap(({ hint }) => typeof hint === "string" ? [hint] : []))];
  return new Failure("E004", `Cannot ${what}: ${[...texts, ...more].join("; ")}`, {
    hint: hints.slice(0, 5).join(" "),
    // The only problem's hint is the message's own.
    details: { problems: shown.length === 1 ? shown.map(withoutHint) : shown, count },
  });
}

function withoutHint({ hint: _, ...problem }: JsonObject): JsonObject {
  return problem;
}

/** How many problems Failures stand for: those of many tell only the first. */
export function countOf(refused: readonly Failure[]): number {
  return refused.reduce((sum, { details }) => sum + (typeof details["count"] === "number" ? details["count"] : 1), 0);
}

/** The single problems of a Failure, which may itself be several (the values of a line). */
export function problemsOf({ message, hint, details }: Failure): JsonObject[] {
  if (Array.isArray(details["problems"])) {
    const problems = details["problems"] as JsonObject[];
    const isOnly = problems.length === 1 && hint !== "" && problems[0]?.["hint"] === undefined;
    return isOnly ? problems.map((one) => ({ ...one, hint })) : problems;
  }
  // A check that gives no reason of its own has it in its message: "Cannot send name: it holds half a character."
  const own = { at: "values", reason: message.replace(/^Cannot [^:]*: /, "").replace(/\.$/, ""), ...details };
  return [hint === "" ? own : { ...own, hint }];
}
