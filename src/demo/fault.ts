import { Failure } from "../lib/failure.ts";
import type { Json, JsonObject } from "../lib/json.ts";
import type { Call } from "../odoo/call.ts";

/**
 * An argument that Odoo could not read. Known only inside the demo company: whoever throws it knows the argument but not
 * the Call, which {@link mistakeFailure} adds.
 */
export class Mistake extends Error {
  constructor(readonly text: string, readonly hint: string, readonly details: JsonObject = {}) {
    super(text);
  }
}

const FIELDS = "Describe the model to see its fields.";
const DOMAIN = 'A domain is a list of [field, operator, value] with "&", "|" and "!" before what they join.';
const VALUES =
  "Describe the model to see the field's type and allowed values; dates are YYYY-MM-DD, datetimes YYYY-MM-DD HH:MM:SS in UTC.";

/** The Failure for a mistake in a Call: `E004`, worded like those that come over the wire. */
export function mistakeFailure({ text, hint, details }: Mistake, { model, method }: Call): Failure {
  return new Failure("E004", `Cannot call ${model}.${method}: ${text}.`, { hint, details });
}

export function wrongParameter(text: string): Mistake {
  return new Mistake(text, "Check the names, the number and the types of the parameters.");
}

export function wrongForm(text: string): Mistake {
  return new Mistake(`a value has the wrong form (${text})`, VALUES);
}

/** What PostgreSQL refuses, in the words that go over the wire for it. */
export function badValue(text: string): Mistake {
  return new Mistake(text, VALUES);
}

export const WRONG_TYPE = "a value has the wrong type";
export const WRONG_DATE = "a date or time has the wrong form";
export const NO_SUCH_DATE = "a date or time does not exist";
export const OUT_OF_RANGE = "a number is out of range; whole numbers go from -2147483648 to 2147483647";

export function wrongValue(value: string, field: string, model: string): Mistake {
  return new Mistake(`${value} is no value of field ${field} of ${model}`, VALUES, { field, model });
}

/** An unknown field in `fields`, `order`, `groupby` or values. */
export function invalidField(field: string, model: string): Mistake {
  return new Mistake(`model ${model} has no field ${field}`, FIELDS, { field, model });
}

export function invalidFieldInDomain(field: string, model: string): Mistake {
  const text = `the domain uses a field that is not there, model ${model} has no field ${field}`;
  return new Mistake(text, FIELDS, { field, model });
}

export function malformedDomain(): Mistake {
  return new Mistake("its domain is malformed", DOMAIN);
}

export function invalidLeaf(leaf: Json): Mistake {
  const shown = Array.isArray(leaf) ? `(${leaf.map(inPython).join(", ")})` : inPython(leaf);
  return new Mistake(`the domain has an invalid part, ${shown}`, DOMAIN);
}

/** A value as Odoo's messages show it. */
function inPython(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(inPython).join(", ")}]`;
  if (typeof value === "string") return `'${value}'`;
  return value === true ? "True" : value === false ? "False" : value === null ? "None" : JSON.stringify(value);
}

/** Odoo's `UserError` and `ValidationError`: a business rule, its text kept word for word. */
export function userError(message: string): Failure {
  return new Failure("E004", message);
}

/** An error that Odoo does not foresee, so that nothing tells it from one of its own bugs. */
export function insideError(name: string, text: string): Failure {
  return new Failure("E999", `Cannot finish the call: an error inside Odoo (${name}: ${text}).`, {
    hint: "Nothing was changed. Arguments of a wrong shape end like this too, so check them first.",
    details: { odoo_error: name },
  });
}

/** Odoo's `AccessError`. */
export function accessError(message: string, hint: string, details: JsonObject = {}): Failure {
  return new Failure("E003", message, { hint, details });
}

export function unknownModel(model: string): Failure {
  return new Failure("E005", `Cannot find model ${model}: the demo company does not have it.`, {
    hint: "List the models to find the right name.",
    details: { model },
  });
}

export function noExternalId(externalId: string): Failure {
  return new Failure("E005", `Cannot find the external id ${externalId}: this Odoo does not have it.`, {
    details: { external_id: externalId },
  });
}

export function unknownMethod(model: string, method: string): Failure {
  return new Failure("E005", `Cannot call ${model}.${method}: the demo company's model has no such method.`, {
    hint: "Describe the model to see its actions.",
    details: { model, method },
  });
}

/** Odoo's `MissingError`, for a write to records that are gone; a read answers fewer rows instead. */
export function missingRecord(model: string, ids: number[], uid: number): Failure {
  const list = ids.length === 1 ? `${ids[0]},` : ids.join(", ");
  return new Failure(
    "E005",
    `Record does not exist or has been deleted.\n(Record: ${model}(${list}), User: ${uid})`,
    { hint: "Search for the record anew; somebody may have deleted it.", details: { model, ids } },
  );
}

/** A NOT NULL column without a value, in Odoo 14's words. */
export function mandatoryField(label: string, model: string, fieldLabel: string, field: string): Failure {
  return userError(
    "The operation cannot be completed:\n- Create/update: a mandatory field is not set.\n" +
      "- Delete: another model requires the record being deleted. If possible, archive it instead.\n\n" +
      `Model: ${label} (${model}), Field: ${fieldLabel} (${field})`,
  );
}

/** A foreign key violated, by a delete or by an id that does not exist: Odoo 14 has one text for both. */
export function foreignKey(label: string, model: string, field: string): Failure {
  const table = model.replaceAll(".", "_");
  return userError(
    "The operation cannot be completed: another model requires the record being deleted. " +
      `If possible, archive it instead.\n\nModel: ${label} (${model}), Constraint: ${table}_${field}_fkey`,
  );
}
