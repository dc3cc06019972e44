import type { Call, Execute } from "./call.ts";
import { loadFields } from "./fields.ts";
import type { Odoo } from "./odoo.ts";
import type { User } from "./odoo.ts";
import type { Fields } from "./schema.ts";
import { contextOf } from "./user.ts";
import type { Version } from "./version.ts";

/** What one caller's {@link Odoo} is made of, for the length of one tool call. */
export interface Binding {
  /** Name of the Instance. */
  instance: string;
  webUrl: string | null;
  /** The Instance's execute for this caller, the policy already around it. */
  execute: Execute;
  version(signal: AbortSignal): Promise<Version>;
  user(signal: AbortSignal): Promise<User>;
  /** Aborts with the tool call. */
  signal: AbortSignal;
}

/** Makes the {@link Odoo} that `ask` and `change` work with. Asks nothing by itself: cheap, one per tool call. */
export function bindOdoo({ instance, webUrl, execute, version, user, signal }: Binding): Odoo {
  // Read once a tool call at most, and from the schema cache once warm.
  let whoever: Promise<User> | undefined;
  const who = () => whoever ??= user(signal);
  // A question asks for the fields of its model some ten times, each time past the policy: what held a moment ago holds.
  const known = new Map<string, Promise<Fields>>();
  const fieldsOf = (model: string) => {
    const found = known.get(model);
    if (found !== undefined) return found;
    const loading = who().then(({ language }) => loadFields(execute, model, language, signal));
    known.set(model, loading);
    loading.catch(() => known.delete(model));
    return loading;
  };

  return {
    instance,
    webUrl,
    signal,
    call: async (model, method, options = {}) => {
      const { ids, params = {}, context = {}, effect = "read", origin = "caller", cache } = options;
      const call: Call = {
        model,
        method,
        params,
        context: { ...contextOf(await who()), ...context },
        effect,
        origin,
        ...(ids && { ids }),
        ...(cache && { cache }),
      };
      return await execute(call, signal);
    },
    fields: fieldsOf,
    version: () => version(signal),
    user: who,
  };
}
