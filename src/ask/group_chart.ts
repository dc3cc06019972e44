import { closest } from "../lib/closest.ts";
import type { Json } from "../lib/json.ts";
import type { Group } from "./grouping.ts";
import type { GroupColumn } from "./group_table.ts";
import { identity } from "./parts.ts";
import { refuse } from "./refuse.ts";
import { quote } from "./text.ts";

/** What to draw; `x` and `series` are places in `columns`. */
export interface Chart {
  type: "bar" | "line" | "pie";
  x: number;
  series: number[];
  title: string;
  /** The currency of the first series, where it has one. */
  unit?: string;
}

const TYPES = ["bar", "line", "pie", "auto"];
/** More slices can't be told apart. */
const MOST_SLICES = 7;

/** Refuses what is no kind of chart. */
export function checkChart(type: string | undefined): void {
  if (type === undefined || TYPES.includes(type)) return;
  refuse("chart", `${quote(type)} is no kind of chart`, {
    near: closest(type, TYPES),
    hint: `Use ${TYPES.join(", ")}.`,
  });
}

/** Plans a chart of groups; null without groups or rows. `series` are the places of what may be drawn. */
export function planChart(
  type: string,
  columns: readonly GroupColumn[],
  groups: readonly Group[],
  series: number[],
  { rows, isShare }: { rows: readonly { keys: Json[] }[]; isShare: boolean },
): Chart | null {
  if (groups.length === 0 || rows.length === 0 || series.length === 0) return null;
  const dated = groups.findIndex(({ granularity }) => granularity !== null);
  const x = Math.max(0, dated);
  const places = new Set(rows.map(({ keys }) => identity(keys[x]!))).size;
  const isPie = isShare && series.length === 1 && groups.length === 1 && places <= MOST_SLICES;
  const best = dated >= 0 && places > 2 ? "line" : isPie ? "pie" : "bar";
  const unit = columns[series[0]!]!.currency;
  return {
    type: type === "auto" ? best : type as Chart["type"],
    x,
    series,
    title: `${columns[series[0]!]!.label} by ${groups.map((_, index) => columns[index]!.label).join(", ")}`,
    ...(unit !== undefined && { unit }),
  };
}
