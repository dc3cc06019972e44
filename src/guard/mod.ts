/** Who is it, and may they: the policy around every Call, and the tokens of confirmed plans. */
export { type Access, withAccess } from "./access.ts";
export { type Asked, type Audit, type AuditOptions, createAudit, NO_AUDIT } from "./audit.ts";
export { type Caller, LOCAL_CALLER } from "./caller.ts";
export { challengeResponse, lacksScope, type Refusal } from "./challenge.ts";
export { credentialsFor, odooOf } from "./credentials.ts";
export { fieldVerdict, rulesAbout } from "./explain.ts";
export { createGate, type Gate } from "./gate.ts";
export { type Identify, isRefusal } from "./identify.ts";
export { revokeInStore } from "./keyring.ts";
export { createKey, endOf, KEY_NAME, type KeyEntry, readKeys, ROLE_NAME, writeKeys } from "./keys.ts";
export { createIpGate, type IpGate } from "./ip.ts";
export { createLimits, type LimitOptions, type Limits } from "./limits.ts";
export { createMaskNames } from "./mask_names.ts";
export { type Narrowing, readNarrowing } from "./narrowing.ts";
export { addressesOf, type OwnCredentials } from "./own_credentials.ts";
export {
  createPlanTokens,
  type PlanTokenOptions,
  type PlanTokens,
  usedInStore,
  type UsedTokens,
} from "./plan_token.ts";
export { decide } from "./policy.ts";
export { inMemory, type MakeLimiter, type Rate, type RateLimiter } from "./rate.ts";
export { BUILT_IN_ROLES, createRoles, mayAccess, type RoleEntry, type Roles } from "./roles.ts";
export { refuseInstance, withinCompanies } from "./role_reach.ts";
export type { PolicyRules, Role, Verb } from "./rules.ts";
export { missingScope, type Scope, SCOPES } from "./scopes.ts";
export { inRedis } from "./shared_rate.ts";
export { paceOf, withPace } from "./pace.ts";
export { withPolicy } from "./with_policy.ts";
