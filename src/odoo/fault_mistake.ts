import type { Failure } from "../lib/failure.ts";
import { isObject, type Json } from "../lib/json.ts";
import type { Call } from "./call.ts";
import { type Fault, type MakeFailure, named, shortName, unknownModel } from "./fault_text.ts";

/** One kind of mistake in the arguments, as Odoo 14 to 19 word it. */
interface Mistake {
  text: RegExp;
  /** What goes on after "Cannot call model.method: ", from the parts the expression caught. */
  say: (parts: string[]) => string;
  hint: string;
  details?: (parts: string[]) => Record<string, string>;
}

const FIELD_HINT = "Describe the model to see its fields.";
const DOMAIN_HINT = 'A domain is a list of [field, operator, value] with "&", "|" and "!" before what they join.';
const VALUE_HINT =
  "Describe the model to see the field's type and allowed values; dates are YYYY-MM-DD, datetimes YYYY-MM-DD HH:MM:SS in UTC.";

const noField = (field = "", model = "") => `model ${model} has no field ${field}`;
const fieldOf = ([field = "", model = ""]: string[]) => ({ field, model });

/**
 * Odoo answers mistakes in the arguments with Python's own errors, as if it had failed itself (JSON-2: HTTP 500). Their
 * texts are not translated, so they can be told from real failures.
 */
const MISTAKES: Mistake[] = [
  {
    text: /^Invalid field '([^']+)' on (?:model )?'([^']+)'/,
    say: ([field, model]) => noField(field, model),
    hint: FIELD_HINT,
    details: fieldOf,
  },
  {
    text: /^Invalid field ([\w.]+)\.(\w+) in (?:leaf|condition) /,
    say: ([model, field]) => `the domain uses a field that is not there, ${noField(field, model)}`,
    hint: FIELD_HINT,
    details: ([model = "", field = ""]) => ({ field, model }),
  },
  {
    text: /^Cannot convert ([\w.]+)\.(\w+) to SQL because it is not stored/,
    say: ([model, field]) =>
      `field ${field} of ${model} is computed at each read, so nothing can be searched or sorted by it`,
    hint: "Use a stored field.",
    details: ([model = "", field = ""]) => ({ field, model }),
  },
  {
    text: /^Invalid operator in condition (.+)$/,
    say: ([leaf]) => `the domain has an unknown operator in ${leaf}`,
    hint: DOMAIN_HINT,
  },
  { text: /^Invalid leaf (.+)$/, say: ([leaf]) => `the domain has an invalid part, ${leaf}`, hint: DOMAIN_HINT },
  {
    text: /^(?:Domain\(\) |This domain is|Domains to normalize|Invalid domain)/,
    say: () => "its domain is malformed",
    hint: DOMAIN_HINT,
  },
  {
    text: /^Wrong value for ([\w.]+)\.(\w+): (.+)$/,
    say: ([model, field, value]) => `${value} is no value of field ${field} of ${model}`,
    hint: VALUE_HINT,
    details: ([model = "", field = ""]) => ({ field, model }),
  },
  {
    text:
      /^(time data .+ does not match format .+|unconverted data remains: .+|invalid literal for int\(\) .+|could not convert string to float: .+|Invalid isoformat string: .+)$/,
    say: ([text]) => `a value has the wrong form (${text})`,
    hint: VALUE_HINT,
  },
  {
    text: /^A string literal cannot contain NUL/,
    say: () => "a text holds a NUL character",
    hint: "Leave the character out.",
  },
  {
    text: /surrogates not allowed$/,
    say: () => "a text holds half a character",
    hint: "Send well-formed Unicode text.",
  },
  {
    text: /^Invalid aggregate method (.+?)\.?$/,
    say: ([what]) => `there is no aggregate ${what}`,
    hint: "Use sum, avg, min, max, count or count_distinct.",
  },
  {
    text: /^cannot convert dictionary update sequence element/,
    say: () => "an object is wanted where a list was given",
    hint: "The context and values are objects.",
  },
];

/** PostgreSQL's errors that mean a bad value, by class. Their texts hold SQL, so they are put in own words. */
const BAD_VALUES: Record<string, string> = {
  DatetimeFieldOverflow: "a date or time does not exist",
  InvalidDatetimeFormat: "a date or time has the wrong form",
  NumericValueOutOfRange: "a number is out of range; whole numbers go from -2147483648 to 2147483647",
  InvalidTextRepresentation: "a value has the wrong type",
  DatatypeMismatch: "a value has the wrong type",
  UndefinedFunction: "a value's type does not fit the field or the operator",
  StringDataRightTruncation: "a text is too long",
  InvalidRegularExpression: "a pattern is invalid",
  CharacterNotInRepertoire: "a text holds a character the database cannot store",
  UntranslatableCharacter: "a text holds a character the database cannot store",
  UniqueViolation: "such a record exists already",
  NotNullViolation: "a required value is missing",
  ForeignKeyViolation: "a record is used by another, or does not exist",
  CheckViolation: "a value breaks a rule of the database",
};

/** A mistake in the Call, or null where Odoo failed by itself. */
export function mistakeFailure(fault: Fault, call: Call | null, failure: MakeFailure): Failure | null {
  const { name, message } = fault;
  const invalid = (text: string, hint: string, details = {}) =>
    failure("E004", `Cannot call ${named(call)}: ${text}.`, { hint, details });

  if (name.startsWith("psycopg2.")) {
    const text = BAD_VALUES[shortName(name)];
    return text === undefined ? null : invalid(text, VALUE_HINT);
  }
  if (/^werkzeug\.exceptions\.(UnprocessableEntity|BadRequest)$/.test(name)) {
    return invalid(message.replace(/\.$/, ""), "Check the names of the parameters.");
  }
  // 14 to 19, ir.model.data: the one way to ask whether an external id is taken, so "no" is an everyday answer.
  const external = /^(?:External ID not found in the system|No such external ID[^:]*): (\S+)$/.exec(message)?.[1];
  if (external !== undefined) {
    return failure("E005", `Cannot find the external id ${external}: this Odoo does not have it.`, {
      details: { external_id: external },
    });
  }
  if (call !== null) {
    const found = unknownName(fault, call, failure);
    if (found !== null) return found;
    if (isSignature(message, call)) return invalid(message, "Check the names and the number of the parameters.");
    // 19: a field that is not there is told by its bare name; XML-RPC shows it in quotes.
    const key = message.replace(/^'(.*)'$/, "$1");
    if (name === "builtins.KeyError" && writtenKeys(call).has(key)) {
      return invalid(noField(key, call.model), FIELD_HINT, { field: key, model: call.model });
    }
  }
  for (const { text, say, hint, details } of MISTAKES) {
    const parts = text.exec(message)?.slice(1);
    if (parts !== undefined) return invalid(say(parts), hint, details?.(parts));
  }
  if (call !== null && isUnreadDomain(fault, call)) return invalid("its domain is malformed", DOMAIN_HINT);
  return null;
}

function unknownName({ name, message }: Fault, call: Call, failure: MakeFailure): Failure | null {
  const { model, method } = call;
  if (name === "werkzeug.exceptions.NotFound" && message === `the model '${model}' does not exist`) {
    return unknownModel(model, failure);
  }
  const told = [
    `type object '${model}' has no attribute '${method}'`,
    `The method '${model}.${method}' does not exist`,
  ].includes(message);
  // 14, for an attribute that is no method, such as env.
  const uncallable = name === "builtins.TypeError" && /^'\w+' object is not callable$/.test(message);
  if (!told && !uncallable) return null;
  return failure("E005", `Cannot call ${model}.${method}: this Odoo's model has no such method.`, {
    hint: "Methods come and go with Odoo's versions and modules.",
    details: { model, method },
  });
}

/** `BaseModel.search() got an unexpected keyword argument 'x'`: about the method that was called, not one inside it. */
function isSignature(message: string, { method }: Call): boolean {
  const called = /^(?:[\w.<>]+\.)?(\w+)\(\) (?:got an? |got some |got multiple |takes |missing )/.exec(message)?.[1];
  return called === method;
}

/** 14 stumbles over a malformed domain anywhere: `IndexError: string index out of range`, `unhashable type`. */
function isUnreadDomain({ name, message }: Fault, { params }: Call): boolean {
  const domain = params["domain"];
  if (domain === undefined || (Array.isArray(domain) && domain.length === 0)) return false;
  return /^builtins\.(IndexError|TypeError|AssertionError|AttributeError)$/.test(name) &&
    /^(string index out of range|(list|tuple) index out of range|unhashable type: '(list|dict)'|'\w+' object is not (iterable|subscriptable))$/
      .test(message);
}

/** The keys of the values a Call writes: for a `KeyError`, which says no more than a name. */
function writtenKeys(call: Call): Set<string> {
  const values: Json[] = [call.params["vals"] ?? null, call.params["vals_list"] ?? null].flat();
  return new Set(values.filter(isObject).flatMap(Object.keys));
}
