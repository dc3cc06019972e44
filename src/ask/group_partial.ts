import { type Comparison, movedEnd, pathOf, type Period, periodOf } from "./group_compare.ts";
import { moved, nextKey, spanName, SPANS, spanStart } from "./group_dates.ts";
import type { AnswerPlan } from "./group_plan.ts";
import type { Row } from "./group_row.ts";
import type { Granularity } from "./grouping.ts";
import { odooDate, odooDatetime, toLocal } from "./zone.ts";

const DAY = 86_400_000;

/** What is asked about the spans of one date. */
interface Spans {
  granularity: Granularity;
  zone: string;
  period: Period;
  /** Local milliseconds. */
  now: number;
  /** Null where these spans are not compared. */
  comparison: Comparison | null;
}

/**
 * Tells of groups that hold a part of their span only, because the period begins in it (`last_12_months` does so to the
 * day), and where spans are compared also because the period ends in it or it is not over; and with which days they are
 * compared.
 */
export function partialNotes({ found, question, comparison, now }: AnswerPlan, shown: readonly Row[]): string[] {
  const { domain, zone } = question;
  return found.groups.flatMap((group, at) => {
    const { granularity } = group;
    if (granularity === null || granularity === "hour") return [];
    const keys = new Set(shown.map((row) => row.keys[at]!).filter((key) => typeof key === "number"));
    const spans = {
      granularity,
      zone,
      period: periodOf(domain, pathOf(group), zone),
      now: toLocal(now, zone),
      comparison: comparison?.group === at ? comparison : null,
    };
    return [...keys].sort((a, b) => a - b).flatMap((key) => noteOf(key, spans));
  });
}

function noteOf(key: number, spans: Spans): string[] {
  const { granularity, zone, period, now, comparison } = spans;
  const next = nextKey(key, granularity);
  const within = (time: number | null) => time !== null && key < time && time < next ? time : null;
  const [start, end] = [within(period.from), within(period.until)];
  const tomorrow = moved(spanStart(now, "day"), SPANS.day);
  const name = spanName(key, granularity, zone);
  if (comparison === null) return start === null ? [] : [`${name} starts on ${dayOf(start)}, as the period does.`];
  const before = moved(key, comparison.shift, -1);
  if (start === null && end === null) {
    if (key > now || next <= tomorrow) return [];
    return [`${name} is not over, and is compared with all of ${spanName(before, granularity, zone)}.`];
  }
  const first = start === null ? before : moved(start, comparison.shift, -1);
  const last = end === null ? nextKey(before, granularity) : movedEnd(end, comparison.shift);
  const compared = `is compared with ${dayOf(first)} to ${lastDayOf(last)}.`;
  if (end === null) return [`${name} starts on ${dayOf(start!)}, as the period does, and ${compared}`];
  if (start !== null) {
    return [`${name} runs from ${dayOf(start)} to ${lastDayOf(end)}, as the period does, and ${compared}`];
  }
  if (end > tomorrow - DAY && end <= tomorrow) return [`${name} runs to ${lastDayOf(end)} so far and ${compared}`];
  return [`${name} ends on ${lastDayOf(end)}, as the period does, and ${compared}`];
}

/** A day, or the minute where the period cuts one. */
function dayOf(local: number): string {
  return local % DAY === 0 ? odooDate(local) : odooDatetime(local).slice(0, 16);
}

function lastDayOf(until: number): string {
  return until % DAY === 0 ? odooDate(until - DAY) : dayOf(until);
}
