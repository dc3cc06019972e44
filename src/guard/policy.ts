import type { Call } from "../odoo/mod.ts";
import { Failure } from "../lib/failure.ts";
import { compileGlobs } from "../lib/glob.ts";
import { touched } from "./field_uses.ts";
import {
  FLOOR_MODELS,
  FLOOR_POPULATIONS,
  FLOOR_WRITTEN_FIELDS,
  NOT_SECRET,
  OFF_THE_FLOOR,
  SECRET_FIELDS,
} from "./floor.ts";
import { writesRows } from "./load_form.ts";
import { BACK_DOORS, READ_METHODS, SERVER_READS, WRITE_METHODS } from "./methods.ts";
import type { PolicyRules, Role, Verb } from "./rules.ts";

type Match = (text: string) => string | null;

const isSecret = compileGlobs(SECRET_FIELDS);
const isNoSecret = compileGlobs(NOT_SECRET);
const isOffFloor = compileGlobs(OFF_THE_FLOOR);
const floorModels = FLOOR_MODELS.map((entry) => ({ ...entry, matches: compileGlobs([entry.pattern]) }));
const onFloor = compileGlobs(FLOOR_MODELS.map(({ pattern }) => pattern));
const isFloorWritten = compileGlobs(FLOOR_WRITTEN_FIELDS.map(({ pattern }) => pattern));
const isBackDoor = compileGlobs(BACK_DOORS.map(({ pattern }) => pattern));

interface Compiled {
  allowed: Match;
  denied: Match;
  hidden: Match;
  actionAllowed: Match;
  actionDenied: Match;
}

const compiled = new WeakMap<PolicyRules | Role, Compiled>();

function compile(rules: PolicyRules | Role): Compiled {
  const known = compiled.get(rules);
  if (known !== undefined) return known;
  const made = {
    allowed: compileGlobs(rules.models.allow.length === 0 ? ["*"] : rules.models.allow),
    denied: compileGlobs(rules.models.deny),
    hidden: compileGlobs(rules.fields.hide),
    actionAllowed: compileGlobs(rules.actions.allow),
    actionDenied: compileGlobs(rules.actions.deny),
  };
  compiled.set(rules, made);
  return made;
}

/** The operator's lists and then the role's, each with what their settings begin with. */
function layers(rules: PolicyRules): [lists: PolicyRules | Role, at: string][] {
  const { role } = rules;
  return role === undefined ? [[rules, ""]] : [[rules, ""], [role, `security.roles.${role.name}.`]];
}

/**
 * Whether the policy refuses a Call: an `E011` that names the rule in `details.rule`, or null. Pure: it looks at the Call
 * alone, so of a path it knows the first model only; `follow.ts` goes down the rest.
 */
export function decide(rules: PolicyRules, call: Call): Failure | null {
  try {
    return decideMethod(rules, call) ?? decideTouched(rules, call);
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
}

/** What methods do that are not called so. Whoever may change a record may write about it. */
const VERB_OF: Readonly<Record<string, Verb>> = { load: "create", message_post: "write" };

function decideMethod(rules: PolicyRules, call: Call): Failure | null {
  const { model, method, effect } = call;
  const what = `call ${model}.${method}`;
  if (!/^[a-z0-9_]+(\.[a-z0-9_]+)*$/.test(model) || !/^\w+$/.test(method)) {
    // Look-alike letters would pass every pattern below; Odoo's own names are ASCII.
    return refusal(
      `call ${JSON.stringify(`${model}.${method}`.slice(0, 100))}`,
      "that is no method of an Odoo model",
      "name",
    );
  }
  if (method.startsWith("_")) return refusal(what, "methods that begin with _ are private", "floor:private");
  if (call.origin === "server") {
    const known = effect === "read" && SERVER_READS.get(model)?.includes(method) === true;
    return known ? null : refusal(what, "the server itself has no need of it", "server");
  }
  if (effect === "read") {
    if (!READ_METHODS.has(method)) return refusal(what, "it is not one of the methods that only read", "floor:method");
    return decideModel(rules, model, "read");
  }
  if (effect === "write") {
    if (!WRITE_METHODS.has(method)) return refusal(what, "it is not create, write or unlink", "floor:method");
    const verb = method === "load" && writesRows(call) ? "write" : VERB_OF[method] ?? method as Verb;
    return decideModel(rules, model, verb);
  }
  return decideModel(rules, model, "act") ?? decideAction(rules, model, method);
}

function decideAction(rules: PolicyRules, model: string, method: string): Failure | null {
  const what = `run ${model}.${method}`;
  const door = isBackDoor(method);
  if (door !== null) {
    const why = BACK_DOORS.find(({ pattern }) => pattern === door)?.why ?? "it is closed";
    return refusal(what, `no setting allows it, because ${why}`, "floor:back-door");
  }
  if (READ_METHODS.has(method) || WRITE_METHODS.has(method)) {
    return refusal(what, "it is no action; a tool of its own does it", "floor:method");
  }
  for (const [lists, at] of layers(rules)) {
    const { actionAllowed, actionDenied } = compile(lists);
    const denied = actionDenied(`${model}.${method}`);
    if (denied !== null) return refusal(what, `the setting ${at}actions.deny holds ${denied}`, `${at}actions.deny`);
    // A role without a list of its own may run whatever the operator's list allows.
    const isFree = lists === rules.role && lists.actions.allow.length === 0;
    if (!isFree && actionAllowed(`${model}.${method}`) === null) {
      return refusal(
        what,
        "it is not on the list of allowed actions",
        `${at}actions.allow`,
        `An operator can add it to ${at}actions.allow.`,
      );
    }
  }
  return null;
}

function decideTouched(rules: PolicyRules, call: Call): Failure | null {
  for (const { path, how } of touched(call).uses) {
    const [first = "", ...deeper] = path;
    const refused = decideField(rules, call.model, first, how, call.origin) ??
      deeper.map((field) => secretField(field, path.join("."))).find((failure) => failure !== null);
    if (refused) return refused;
  }
  return null;
}

/** Whether the policy refuses a model to callers, for one verb. */
export function decideModel(rules: PolicyRules, model: string, verb: Verb): Failure | null {
  const what = `${verb === "act" ? "run actions of" : verb} ${model}`;
  if (verb !== "read" && rules.mode === "read-only") {
    return refusal(
      what,
      "this server is in read-only mode",
      "mode",
      "Only reading tools work here; an operator sets the mode.",
    );
  }
  if (rules.role?.verbs.includes(verb) === false) return roleRefusal(rules.role, what);
  const floor = floorOf(model, verb);
  if (floor !== null) return refusal(what, `no setting allows it, because ${floor}`, "floor:model");
  for (const [lists, at] of layers(rules)) {
    const { allowed, denied } = compile(lists);
    const pattern = denied(model);
    if (pattern !== null) return refusal(what, `the setting ${at}models.deny holds ${pattern}`, `${at}models.deny`);
    if (allowed(model) === null) {
      return refusal(what, `the setting ${at}models.allow does not name it`, `${at}models.allow`);
    }
  }
  return null;
}

function roleRefusal({ name, verbs }: Role, what: string): Failure {
  const why = verbs.length === 0
    ? `there is no role ${JSON.stringify(name.slice(0, 40))} in the settings of this server`
    : `the role ${name} may only ${verbs.join(", ")}`;
  return refusal(what, why, "role", "An operator decides which role a caller has.");
}

function floorOf(model: string, verb: Verb): string | null {
  if (onFloor(model) !== null && isOffFloor(model) === null) {
    for (const { matches, refuses, why } of floorModels) {
      if (matches(model) !== null && (refuses === "everything" || verb !== "read")) return why;
    }
  }
  if (verb === "read" || verb === "write") return null;
  return FLOOR_POPULATIONS.find((entry) => entry.model === model)?.why ?? null;
}

/** Whether the policy refuses a field of a model. The server's own reads pass `fields.hide`, but never the floor. */
export function decideField(
  rules: PolicyRules,
  model: string,
  field: string,
  how: "read" | "write",
  origin: Call["origin"] = "caller",
): Failure | null {
  const name = `${model}.${field}`;
  const secret = secretField(field, name);
  if (secret !== null) return secret;
  const written = how === "write" ? isFloorWritten(name) : null;
  if (written !== null) {
    const why = FLOOR_WRITTEN_FIELDS.find(({ pattern }) => pattern === written)?.why ?? "it is closed";
    return refusal(
      `write ${name}`,
      `no setting allows it, because ${why}`,
      "floor:field",
      "A person changes it in Odoo.",
    );
  }
  if (origin === "server") return null;
  for (const [lists, at] of layers(rules)) {
    const hidden = compile(lists).hidden(name);
    if (hidden !== null) {
      return refusal(`use ${name}`, `the setting ${at}fields.hide holds ${hidden}`, `${at}fields.hide`);
    }
  }
  return null;
}

/** Whether `fields_get` keeps quiet about a field: one that could not be asked for anyway. */
export function isHidden(rules: PolicyRules, model: string, field: string): boolean {
  return decideField(rules, model, field, "read") !== null;
}

function secretField(field: string, name: string): Failure | null {
  if (isSecret(field) === null || isNoSecret(field) !== null) return null;
  return refusal(`use ${name}`, "it is a secret, which no setting opens", "floor:secret", "Leave this field out.");
}

function refusal(what: string, why: string, rule: string, hint = ""): Failure {
  return new Failure("E011", `Cannot ${what}: ${why}`, { hint, details: { rule } });
}
