/** The settings of one Odoo, and what they are made of: addresses and secrets. */
import * as z from "zod";
import { Secret } from "../lib/secret.ts";
import { type Address, readAddress, readOdooAddress } from "./address.ts";
import { bool, CONTROL, count, setting, text } from "./setting.ts";

/** A time in ms, at most ten minutes. */
export const ms: z.ZodInt = count(1, 600_000);

/** The address a person wrote, as `read` makes it. */
export function address(read: (value: string) => Address): z.ZodType<string, string> {
  return z.string().min(1).transform((value, context) => {
    const answer = read(value);
    if ("url" in answer) return answer.url;
    context.addIssue({ code: "custom", message: answer.problem });
    return z.NEVER;
  });
}

/** What the launcher looks up before the start: `secret:NAME` in the credentials file, `command:…` by running it. */
export function isReference(value: string): boolean {
  return /^(secret|command):./.test(value) && !CONTROL.test(value);
}

/** `writeOnly` is JSON Schema's word for a secret; everything that shows settings goes by it. */
export function secret(
  check: (value: string) => boolean,
  message: string,
): z.ZodPipe<z.ZodString, z.ZodTransform<Secret, string>> {
  return z.string().min(1).refine((value) => isReference(value) || check(value), message)
    .transform((value) => new Secret(value)).meta({ writeOnly: true });
}

export const password = secret((value) => !CONTROL.test(value), "it holds a control character or line break");
export const apiKey = secret(
  (value) => /^[\x21-\x7e]+$/.test(value),
  "it holds a space, a line break or a letter no key has",
);

const makeInstance = () =>
  z.strictObject({
    url: setting("Address of the Odoo, e.g. https://odoo.example.com", address(readOdooAddress)),
    database: setting("Name of the database; may be left out where Odoo serves only one", text.exactOptional()),
    username: setting("Login of the Odoo user", text.exactOptional()),
    password: setting("Password of the Odoo user; an API key is better", password.exactOptional()),
    api_key: setting("API key of the Odoo user; two-factor users need one", apiKey.exactOptional()),
    protocol: setting(
      "How to talk to Odoo; auto takes JSON-2 from Odoo 19 on with an API key, else JSON-RPC, else XML-RPC",
      z.enum(["auto", "json2", "jsonrpc", "xmlrpc"]).default("auto"),
    ),
    timeout_ms: setting(
      "Deadline of one request to this Odoo, in ms, where shorter than the limits",
      ms.exactOptional(),
    ),
    max_connections: setting("Requests at once to this Odoo; more than 4 rarely helps", count(1, 64).default(4)),
    language: setting(
      "Language of labels and messages, e.g. fr_FR; the user's own where absent",
      z.string().regex(/^[a-z]{2,3}(_[A-Z]{2})?(@[a-z]+)?$/, "it is no language code like en_US").exactOptional(),
    ),
    companies: setting("Ids of the companies that may be worked in", z.array(count(1, 2_147_483_647)).exactOptional()),
    ca_file: setting("PEM file with the certificate authority that signed Odoo's certificate", text.exactOptional()),
    client_cert: setting(
      "PEM file with the certificate to show to Odoo or the proxy in front of it",
      text.exactOptional(),
    ),
    client_key: setting("PEM file with the private key of client_cert", text.exactOptional()),
    proxy: setting("Address of an HTTP proxy on the way to this Odoo", address(readAddress).exactOptional()),
    allow_http: setting("Accept http:// to another machine: credentials travel readable", bool.exactOptional()),
    pace_per_s: setting(
      "Calls a second to this Odoo, 0 for as many as it takes; 1 where absent and the host ends with .odoo.com",
      count(0, 1000).exactOptional(),
    ),
    requests_per_minute: setting(
      "Tool calls a minute on this Odoo, all callers together; 0 or absent for no limit",
      count(0, 1_000_000).exactOptional(),
    ),
  });

const makeCredentials = () =>
  z.strictObject({
    username: text.exactOptional(),
    password: password.exactOptional(),
    api_key: apiKey.exactOptional(),
  }).refine((one) => one.password !== undefined || one.api_key !== undefined, "it has neither api_key nor password");

const NAME = /^(?!(?:models|model|record|file)$)[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const NAME_RULE = "an Instance's name is lower-case words with hyphens, not models, model, record or file";

/** The name of an Instance: part of flags, variables and `odoo://` addresses, hence the narrow form. */
export const instanceName = z.string().max(40, NAME_RULE).regex(NAME, NAME_RULE);

/** The settings of one Odoo. */
export function instanceSchema(): ReturnType<typeof makeInstance> {
  return makeInstance();
}

/** Credentials of one Odoo user, for some callers. */
export function credentialsSchema(): ReturnType<typeof makeCredentials> {
  return makeCredentials();
}
