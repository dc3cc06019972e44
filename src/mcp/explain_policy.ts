import { decide, fieldVerdict, mayAccess, type Roles, rulesAbout, type Verb } from "../guard/mod.ts";
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import type { Call } from "../odoo/mod.ts";
import type { Tool } from "./define.ts";
import { selectTools, type ToolChoice } from "./select_tools.ts";
import { tools } from "./tools/mod.ts";

/** May a role use a tool on a model, and what becomes of one of its fields or actions? */
export interface PolicyQuestion {
  role: string;
  tool: string;
  model: string;
  field?: string | undefined;
  action?: string | undefined;
}

/** What the policy says. Odoo's own rights come on top and are not asked. */
export interface PolicyVerdict {
  /** `hidden` and `masked` are about the field. */
  verdict: "allowed" | "refused" | "hidden" | "masked";
  /** The setting or rule that decides, "" where nothing narrows. */
  rule: string;
  /** For people. */
  why: string;
  mode: string;
  /** Patterns that concern this model; secrets are always hidden. */
  hidden: string[];
  masked: string[];
}

/** What tools do to records that their access alone does not tell. */
const VERBS: Readonly<Record<string, readonly Verb[]>> = {
  create_record: ["create"],
  batch_operation: ["create", "write", "unlink", "act"],
  undo: ["write", "unlink", "act"],
};

const USUAL: Record<Tool["access"], readonly Verb[]> = {
  read: ["read"],
  write: ["write"],
  destroy: ["unlink"],
  act: ["act"],
};

/** Answers a question about the policy. `E004` for a role or tool that does not exist. */
export function explainPolicy(
  { roles, choice }: { roles: Roles; choice: ToolChoice },
  question: PolicyQuestion,
): PolicyVerdict {
  const tool = tools.find(({ name }) => name === question.tool);
  if (tool === undefined) throw unknown("tool", question.tool, tools.map(({ name }) => name));
  if (!roles.names.includes(question.role)) throw unknown("role", question.role, roles.names);
  const rules = roles.rulesFor({ role: question.role });
  const about = { mode: rules.mode, ...rulesAbout(rules, question.model) };
  const refuse = (rule: string, why: string): PolicyVerdict => ({ verdict: "refused", rule, why, ...about });

  const { callable, closed } = selectTools(tools, { ...choice, role: rules.role });
  if (!callable.has(tool.name)) {
    const rule = closed.get(tool.name);
    if (rule !== undefined) {
      return refuse(rule, `the role ${question.role} may not use ${tool.name}${whoMay(roles, tool)}`);
    }
    const setting = serverRule(tool, choice);
    return refuse(setting, `the setting ${setting} keeps ${tool.name} from everybody`);
  }
  const verbs = VERBS[tool.aliasOf ?? tool.name] ?? USUAL[tool.access];
  const refusals = verbs.map((verb) => decide(rules, sampleCall(verb, question)));
  const [refused] = refusals;
  if (refused && refusals.every((one) => one !== null)) return refuse(String(refused.details["rule"]), refused.message);
  if (question.field === undefined) {
    return { verdict: "allowed", rule: "", why: `the role ${question.role} may do this`, ...about };
  }
  return {
    ...fieldVerdict(rules, question.model, question.field, verbs.includes("read") ? "read" : "write"),
    ...about,
  };
}

/** The roles that may do at all what a tool does. */
function whoMay(roles: Roles, { access }: Tool): string {
  const may = roles.names.filter((role) => mayAccess(roles.rulesFor({ role }).role, access));
  return may.length === 0 ? "" : `; ${may.join(" and ")} may`;
}

/** A Call as such a tool makes it, with nothing in it but what is asked about. */
function sampleCall(verb: Verb, { model, action }: PolicyQuestion): Call {
  const call = { model, context: {}, origin: "caller" as const };
  switch (verb) {
    case "read":
      return { ...call, method: "search_count", params: { domain: [] }, effect: "read" };
    case "create":
      return { ...call, method: "create", params: { vals_list: [{}] }, effect: "write" };
    case "write":
      return { ...call, method: "write", ids: [1], params: { vals: {} }, effect: "write" };
    case "unlink":
      return { ...call, method: "unlink", ids: [1], params: {}, effect: "write" };
    case "act":
      return { ...call, method: action ?? "action_confirm", ids: [1], params: {}, effect: "act" };
  }
}

/** The server-wide setting that leaves a tool out. */
function serverRule(tool: Tool, { mode, exclude, withoutFeatures, only }: ToolChoice): string {
  const names = [tool.name, tool.aliasOf ?? tool.name];
  if (names.some((name) => withoutFeatures.includes(name))) return "features";
  if (names.some((name) => exclude.includes(name))) return "exclude_tools";
  if (mode === "read-only" && tool.access !== "read") return "mode";
  return only.length > 0 ? "tools" : "toolsets";
}

function unknown(what: string, name: string, known: readonly string[]): Failure {
  const near = closest(name, known);
  return new Failure("E004", `Cannot tell about ${JSON.stringify(name)}: there is no such ${what}`, {
    hint: near.length > 0 ? `Did you mean ${near.join(" or ")}?` : `There are ${known.join(", ")}.`,
  });
}
