import { abortFailure } from "../lib/abort.ts";
import { Failure } from "../lib/failure.ts";
import type { Json } from "../lib/json.ts";
import type { Call, Execute } from "../odoo/call.ts";
import type { Version } from "../odoo/version.ts";
import { LOGINS, requireAccess } from "./access.ts";
import { Database } from "./database.ts";
import {
  accessError,
  insideError,
  Mistake,
  mistakeFailure,
  unknownMethod,
  wrongForm,
  wrongParameter,
} from "./fault.ts";
import { METHODS } from "./methods.ts";
import type { Environment, ModelDefinition } from "./model.ts";
import { Parameters } from "./parameters.ts";
import { requireRecords } from "./read.ts";
import { MODELS } from "./registry.ts";
import { fillCompany, USER_IDS } from "./seed/company.ts";
import { modelOf } from "./value.ts";

/** The version the demo company says it is; it answers in the shapes of Odoo 14. */
export const demoVersion: Version = { text: "14.0+demo", major: 14, minor: 0, edition: "community" };

/** How a demo company starts. */
export interface DemoOptions {
  /** The moment at which the company's clock starts; its data covers the 18 months before. */
  today: Date;
  /** Who calls. Default: `admin`, who may do everything; `limited` reads contacts and products only. */
  login?: keyof typeof LOGINS;
}

/**
 * An invented company in memory that answers Calls as Odoo 14 does: same shapes, same texts, same kinds of Failure.
 * Each one is its own world, with the same data for the same day. Nothing leaves the process.
 */
export function createDemo(options: DemoOptions): Execute {
  const login = options.login ?? "admin";
  const database = new Database();
  fillCompany(database, options.today, MODELS);
  const started = performance.now();
  return (call, signal) =>
    new Promise((resolve) => {
      if (signal.aborted) throw abortFailure(signal);
      const env: Environment = {
        database,
        models: MODELS,
        uid: USER_IDS[login],
        groups: new Set(LOGINS[login]),
        context: call.context,
        now: new Date(options.today.getTime() + performance.now() - started),
      };
      // Copied on the way out and on the way in, so that no caller holds a piece of the company.
      resolve(structuredClone(database.transaction(() => answer(env, structuredClone(call)))));
    });
}

function answer(env: Environment, call: Call): Json {
  try {
    return run(env, call);
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Mistake) throw mistakeFailure(error, call);
    throw new Failure("E999", `Cannot finish ${call.model}.${call.method}: an error inside the demo company.`, {
      hint: "Nothing was changed. Arguments of a wrong shape can end like this, so check them first.",
      cause: error,
    });
  }
}

function run(env: Environment, call: Call): Json {
  const { model, method } = call;
  const definition = modelOf(env, model);
  requireCompanies(env);
  if (method.startsWith("_") || method === "init") {
    throw accessError(`Private methods (such as ${method}) cannot be called remotely.`, "Use a public method.");
  }
  const ids = call.ids ?? [];
  if (!ids.every(Number.isInteger)) throw wrongForm("ids are not whole numbers");
  const common = Object.hasOwn(METHODS, method) ? METHODS[method] : undefined;
  if (common === undefined) return runOwn(env, definition, call, ids);
  if (common.onRecords && call.ids === undefined) throw insideError("IndexError", "tuple index out of range");
  if (!common.onRecords && ids.length > 0) throw wrongParameter("it takes no ids");
  if (common.needs !== undefined) requireAccess(env, definition, common.needs);
  return common.run(env, definition, ids, new Parameters(method, common.parameters, call.params));
}

/** A method of this model alone: the buttons of its form, mostly. */
function runOwn(env: Environment, definition: ModelDefinition, { model, method, params }: Call, ids: number[]): Json {
  const own = definition.methods !== undefined && Object.hasOwn(definition.methods, method)
    ? definition.methods[method]
    : undefined;
  if (own === undefined) throw unknownMethod(model, method);
  if (ids.length > 0) {
    requireAccess(env, definition, "read");
    requireAccess(env, definition, "write");
    requireRecords(env, definition, ids);
  }
  return own(env, ids, params);
}

function requireCompanies(env: Environment): void {
  const allowed = env.context.allowed_company_ids;
  if (!Array.isArray(allowed) || allowed.every((id) => id === 1)) return;
  throw accessError("Access to unauthorized or invalid companies.", "The demo company is company 1, the only one.");
}
