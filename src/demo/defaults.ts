import type { Environment, ModelDefinition, Values } from "./model.ts";

/** Defaults of a new record: the context's `default_<field>` before the field's own. */
export function defaults(env: Environment, definition: ModelDefinition, names?: readonly string[]): Values {
  const values: Values = {};
  for (const name of names ?? Object.keys(definition.fields)) {
    const field = Object.hasOwn(definition.fields, name) ? definition.fields[name]! : undefined;
    if (field === undefined) continue;
    const fromContext = env.context[`default_${name}`];
    const own = typeof field.default === "function" ? field.default(env) : field.default;
    if (fromContext !== undefined) values[name] = fromContext;
    else if (own !== undefined) values[name] = typeof own === "object" ? [[6, 0, [...own]]] : own;
  }
  return values;
}
