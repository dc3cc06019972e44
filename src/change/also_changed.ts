import type { Json } from "../lib/json.ts";

/** What a field held and holds. */
export interface Move {
  before: Json;
  after: Json;
}

/** Most fields that are told with their values beside those that were asked for. */
const BESIDE = 12;

/** What moved beside, for an answer; what is too much by name. */
export function alsoChanged(
  moved: Record<string, Move>,
): { also_changed?: Record<string, Move>; also_changed_more?: string[] } {
  const all = Object.entries(moved);
  if (all.length === 0) return {};
  return {
    also_changed: Object.fromEntries(all.slice(0, BESIDE)),
    ...(all.length > BESIDE && { also_changed_more: all.slice(BESIDE).map(([name]) => name) }),
  };
}
