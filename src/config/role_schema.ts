/** Roles, and what else the settings say in their own small languages: masks and ranges of addresses. */
import * as z from "zod";
import { isIpRange } from "./ip_range.ts";
import { count, text, words } from "./setting.ts";

/** Patterns of fields to mask, or families. */
export const masks: z.ZodArray<z.ZodString> = z.array(text.refine(
  (value) => value.includes(".") || ["email", "phone", "bank"].includes(value),
  "it is neither a pattern over model.field, like res.partner.email, nor one of email, phone, bank",
));

const makeRole = () =>
  z.strictObject({
    from: z.enum(["viewer", "editor", "operator", "admin"]).exactOptional(),
    tools: words.default([]),
    toolsets: z.array(z.enum(["core", "messaging", "compat", "all"])).default([]),
    models: z.strictObject({ allow: words.default([]), deny: words.default([]) }).prefault({}),
    fields: z.strictObject({ hide: words.default([]), mask: masks.default([]) }).prefault({}),
    actions: z.strictObject({ allow: words.default([]), deny: words.default([]) }).prefault({}),
    instances: words.default([]),
    companies: z.array(count(1, 2_147_483_647)).default([]),
    rows: count(1, 10_000).exactOptional(),
    mode: z.enum(["read-only", "guarded", "open"]).exactOptional(),
  });

/** What is said about an own role, or to narrow the built-in one of the same name. */
export function roleSchema(): ReturnType<typeof makeRole> {
  return makeRole();
}

/** The name of a role. */
export const roleName: z.ZodString = z.string().max(40).regex(
  /^[a-z][a-z0-9_-]*$/,
  "a role's name is small letters, digits, hyphens and underscores",
);

/** An address, or a range of them in CIDR form. */
export const ipRange: z.ZodString = z.string().refine(
  isIpRange,
  "it is no IP address or range like 10.0.0.0/8 or 2001:db8::/32",
);
