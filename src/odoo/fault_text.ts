import type { Failure, FailureOptions } from "../lib/failure.ts";
import type { Call } from "./call.ts";

/** An error as Odoo itself told it: the same form for the three protocols, without its traceback. */
export interface Fault {
  /** Full name of the Python class, e.g. `odoo.exceptions.UserError`, `builtins.ValueError`. */
  name: string;
  /** Odoo's text. */
  message: string;
}

/** Makes a Failure with the fault as its cause. */
export type MakeFailure = (code: Failure["code"], text: string, options?: FailureOptions) => Failure;

/** A model that is not installed, or never was. */
export function unknownModel(model: string, failure: MakeFailure): Failure {
  return failure("E005", `Cannot find model ${model}: this Odoo does not have it.`, {
    hint: "Its module may not be installed. List the models to find the right name.",
    details: { model },
  });
}

/** Some modules put a whole traceback into their message: the words before it are the message. */
export function businessText(message: string): string {
  const at = message.indexOf("Traceback (most recent call last)");
  if (at < 0) return message;
  return message.slice(0, at).trimEnd() || "Odoo refused, with nothing but technical details, which stand in its log.";
}

/** `res.partner.write`, or the login for the services. */
export function named(call: Call | null): string {
  return call === null ? "the login" : `${call.model}.${call.method}`;
}

/** `builtins.ValueError` → `ValueError`. */
export function shortName(name: string): string {
  return name.slice(name.lastIndexOf(".") + 1);
}
