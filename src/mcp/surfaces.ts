import type { Caller, PolicyRules, Role } from "../guard/mod.ts";
import { instructions } from "./instructions.ts";
import { selectTools, type ToolChoice } from "./select_tools.ts";
import type { Surface } from "./surface.ts";
import { tools } from "./tools/mod.ts";

/** What decides how the surface differs from caller to caller. */
export interface SurfacesOptions {
  /** What the settings offer to everybody. */
  choice: ToolChoice;
  /** Confirmation is wanted beyond this, where the caller's mode is `guarded`. */
  guardedRows: number;
  /** The operator's addition to the instructions. */
  extra?: string | undefined;
  rulesFor(caller: Caller): PolicyRules & { readonly role: Role };
}

/** The parts of a Surface that are the same for all callers. */
type Shared = Omit<Surface, "listed" | "callable" | "closed" | "mode" | "instructions">;

/** So many different surfaces are kept ready. Roles are few; whoever brings Odoos of their own may be many. */
const MOST = 200;

/** Makes the surface of each caller: the same one for callers of the same role who gave up the same. */
export function createSurfaces(shared: Shared, options: SurfacesOptions): (caller: Caller) => Surface {
  const made = new Map<string, Surface>();
  return (caller) => {
    const instances = shared.backend.instances(caller);
    const key = JSON.stringify([caller.role, caller.narrowed ?? null, instances]);
    const known = made.get(key);
    if (known !== undefined) return known;
    const surface = surfaceOf(shared, options, caller, instances);
    if (made.size >= MOST) made.clear();
    made.set(key, surface);
    return surface;
  };
}

function surfaceOf(shared: Shared, options: SurfacesOptions, caller: Caller, instances: string[]): Surface {
  const { choice, guardedRows, extra } = options;
  const { mode, role } = options.rulesFor(caller);
  const selection = selectTools(tools, { ...choice, role, narrowed: caller.narrowed });
  const { limits } = shared;
  return {
    ...shared,
    ...selection,
    mode,
    instructions: instructions({
      mode: role.verbs.every((verb) => verb === "read") ? "read-only" : mode,
      tools: [...selection.callable.keys()],
      instances,
      ...(extra !== undefined && { extra }),
    }),
    limits: {
      ...limits,
      rows: Math.min(limits.rows, role.rows),
      guardedRows: mode === "guarded" ? guardedRows : Infinity,
      actions: { ...limits.actions, deny: [...limits.actions.deny, ...role.actions.deny] },
    },
  };
}
