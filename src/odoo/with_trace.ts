import { Failure } from "../lib/failure.ts";
import type { Tracer } from "../lib/trace.ts";
import type { Wrap } from "./call.ts";

/** Names of models and methods that may stand in a span; anything else was invented, and may hold anything. */
const NAME = /^[a-z_][\w.]{0,99}$/i;

/** Makes each Call a span, its waits and retries included, with names of model and method and no value. */
export function withTrace({ instance, tracer }: { instance: string; tracer: Tracer }): Wrap {
  return (next) => (call, signal) => {
    const { model, method, effect, ids } = call;
    const named = NAME.test(model) && NAME.test(method);
    return tracer.span(
      {
        name: named ? `${model}/${method}` : "other",
        kind: "client",
        attributes: {
          "rpc.system.name": "odoo",
          ...(named && { "rpc.method": `${model}/${method}` }),
          "odoo.instance": instance,
          "odoo.effect": effect,
          ...(ids && { "odoo.records": ids.length }),
        },
      },
      () => next(call, signal),
      (result) => "error" in result ? { error: result.error instanceof Failure ? result.error.code : "E999" } : {},
    );
  };
}
