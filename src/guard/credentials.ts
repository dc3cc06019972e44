import type { OdooSettings, OtherCredentials } from "../odoo/mod.ts";
import type { Caller } from "./caller.ts";
import type { OwnCredentials } from "./own_credentials.ts";

/** Credentials by who may use them (`role:NAME`, or a caller's id), then by Instance: `security.credentials`. */
export type CredentialsByCaller = Readonly<Record<string, Readonly<Record<string, Omit<OtherCredentials, "id">>>>>;

/**
 * The credentials that act for a caller on an Instance: those it brought along, else its own entry in the settings, else
 * its role's. Null for the ones that all others share.
 */
export function credentialsFor(
  { id, role, own }: Caller,
  instance: string,
  settings: CredentialsByCaller,
): OtherCredentials | null {
  if (own !== undefined) {
    const { database, username, apiKey } = own;
    return {
      id,
      api_key: apiKey,
      ...(database !== undefined && { database }),
      ...(username !== undefined && { username }),
    };
  }
  for (const name of [id, `role:${role}`]) {
    const found = ownValue(ownValue(settings, name), instance);
    if (found !== undefined) return { ...found, id: name };
  }
  return null;
}

function ownValue<T>(object: Readonly<Record<string, T>> | undefined, key: string): T | undefined {
  return object !== undefined && Object.hasOwn(object, key) ? object[key] : undefined;
}

/** The name of an Odoo that stands in no settings. */
const OWN = "own";

/**
 * The Odoo that a caller's own credentials are for, by name, and nothing else: to send them anywhere else would give them
 * away. One of the settings keeps its certificates and its proxy.
 */
export function odooOf(
  { url, database }: OwnCredentials,
  configured: Readonly<Record<string, OdooSettings>>,
): Readonly<Record<string, OdooSettings>> {
  const all = Object.entries(configured).filter(([, odoo]) => url === undefined || odoo.url === url);
  const same = all.find(([, odoo]) => database === undefined || odoo.database === database) ?? all[0];
  if (same !== undefined) return { [same[0]]: database === undefined ? same[1] : { ...same[1], database } };
  if (url === undefined) return {};
  return { [OWN]: { url, protocol: "auto", max_connections: 4, ...(database !== undefined && { database }) } };
}
