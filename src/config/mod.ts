/** The settings: one schema, loaded from flags, a file, the environment and `.env`, with the source of each value. */
export { isLoopback } from "./address.ts";
export { isReference } from "./instance_schema.ts";
export { didYouMean, type Problem } from "./entry.ts";
export type { Flags } from "./flags.ts";
export { type Leaf, leaves } from "./leaves.ts";
export { configSchema, type Loaded, loadSettings, type Refused, type Sources, valuesByPath } from "./load.ts";
export { byFlag, closeFlags, flagOf, spoken, variableOf } from "./names.ts";
export { fromPlain, toPlain } from "./plain.ts";
export { readSettings } from "./read.ts";
export { hasAuthentication, servesHttp } from "./rules.ts";
export type { InstanceSettings, RoleSettings, Settings } from "./schema.ts";
