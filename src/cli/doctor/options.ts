import type { DiagnoseOptions } from "../../app.ts";
import type { InstanceSettings } from "../../config/mod.ts";

/** What to look into, from the settings of one Odoo whose secrets were looked up. */
export function toOptions(settings: InstanceSettings): DiagnoseOptions {
  const { url, database, username, password, api_key: apiKey, protocol, ca, identity, proxy, timeout_ms } = settings;
  return {
    baseUrl: url,
    protocol,
    ...(database !== undefined && { database }),
    ...(username !== undefined && { username }),
    ...(password !== undefined && { password }),
    ...(apiKey !== undefined && { apiKey }),
    ...(ca !== undefined && { ca }),
    ...(identity !== undefined && { identity }),
    ...(proxy !== undefined && { proxy }),
    ...(timeout_ms !== undefined && { stepMs: timeout_ms }),
  };
}
