/** Who is it, and may they: the policy around every Call, and the tokens of confirmed plans. */
export { type Access, withAccess } from "./access.ts";
export { type Caller, LOCAL_CALLER, type Role, rulesFor } from "./caller.ts";
export {
  createPlanTokens,
  type PlanTokenOptions,
  type PlanTokens,
  usedInStore,
  type UsedTokens,
} from "./plan_token.ts";
export { decide, type PolicyRules } from "./policy.ts";
export { withPolicy } from "./with_policy.ts";
