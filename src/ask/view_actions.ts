import type { Fields } from "../odoo/mod.ts";
import type { Condition } from "./domain.ts";
import { visible } from "./text.ts";
import { conditionText, readCondition, simplify, truthOf } from "./view_condition.ts";
import type { SeenButton } from "./view_scan.ts";

/** A button of the form, as `run_action` takes it. */
export interface Action {
  action: string;
  /** Absent where no view could be read. */
  label?: string;
  /** In which states the button is there; absent where the state does not matter. */
  states?: string[];
  /** What hides it beside the state. */
  hidden_if?: string;
}

/**
 * The buttons of a form, each method once, with the states in which they are there. A method with several buttons is
 * hidden only when all of them are.
 */
export function viewActions(buttons: readonly SeenButton[], fields: Fields): Action[] {
  const states = fields.get("state")?.selection?.map(([value]) => value) ?? [];
  const methods = Map.groupBy(buttons, ({ method }) => method);
  return [...methods].flatMap(([action, alike]) => {
    const hidden: Condition = { kind: "and", nodes: alike.map(hiddenIf) };
    const there = states.filter((state) => truthOf(simplify(hidden, recordIn(state))) !== true);
    const always = simplify(hidden, { id: true });
    if (truthOf(always) === true || (there.length === 0 && states.length > 0)) return [];
    const left = leftOver(hidden, there) ?? always;
    return [{
      action,
      label: visible([...new Set(alike.map(({ label }) => label))].join(" / ")),
      ...(there.length < states.length && { states: there }),
      ...(truthOf(left) === null && { hidden_if: conditionText(left) }),
    }];
  });
}

function hiddenIf({ hiddenIf }: SeenButton): Condition {
  return { kind: "or", nodes: hiddenIf.map(readCondition) };
}

/** What hides the button beside the state, where that is the same in all states; else null. */
function leftOver(hidden: Condition, states: readonly string[]): Condition | null {
  const [first, ...others] = states.map((state) => simplify(hidden, recordIn(state)));
  if (first === undefined) return null;
  const text = conditionText(first);
  return others.every((other) => conditionText(other) === text) ? first : null;
}

/** A record in a state: it exists, so it has an id. */
function recordIn(state: string): { state: string; id: true } {
  return { state, id: true };
}
