import { quote } from "../ask/mod.ts";
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { defaultAction } from "./action_list.ts";
import { gather, refuse } from "./refuse.ts";
import { checkText } from "./scalar.ts";
import { checkExpected } from "./values.ts";

/**
 * The named arguments of an action, ready to be sent. A default action takes those of its list only, and where one is
 * called like a field it holds that field's values: names are understood. What a setting opened takes any.
 */
export async function checkArguments(
  odoo: Odoo,
  model: string,
  action: string,
  args: Record<string, unknown>,
): Promise<JsonObject> {
  const known = defaultAction(model, action);
  const names = Object.keys(args);
  if (names.length === 0) return {};
  for (const name of names) {
    // These two travel beside the arguments: they would change who and what the action acts on.
    if (!/^[A-Za-z]\w*$/.test(name) || name === "ids" || name === "context") {
      throw new Failure("E004", `Cannot run ${model}.${action}: ${quote(name)} is no argument of an action`, {
        hint: "Records go into ids.",
      });
    }
  }
  if (known === undefined) return args as Record<string, Json>;
  const fields = await odoo.fields(model);
  // The same argument is called otherwise from version to version, always like the field.
  const own = (known.args ?? []).filter((name) => fields.has(name));
  const allowed = own.length > 0 ? own : known.args ?? [];
  const pairs = names.map(async (name): Promise<[string, Json]> => {
    const at = `args.${name}`;
    if (!allowed.includes(name)) {
      const near = closest(name, allowed);
      const guess = near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `It takes ${allowed.join(", ")}.`;
      refuse(at, `${action} takes no such argument`, allowed.length > 0 ? guess : "It takes none.");
    }
    if (!fields.has(name)) return [name, checkText(args[name], at)];
    return [name, (await checkExpected(odoo, model, name, args[name], at)).value];
  });
  return Object.fromEntries(await gather(`run ${action}`, pairs));
}
