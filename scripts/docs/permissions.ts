import { grants, refusals } from "../../src/cli/permissions.ts";
import { loadSettings } from "../../src/config/mod.ts";
import { table } from "./table.ts";

/** What `odoo-mcp permissions` says of a server with one Odoo behind a proxy, over HTTP with OAuth. */
export function permissionTable(): string {
  const args = {
    "odoo-url": "https://odoo.example.com",
    "odoo-proxy": "http://proxy.example.com:3128",
    "transport": "http",
    "http-public-url": "https://mcp.example.com",
    "security-oauth-issuer": "https://login.example.com",
    "security-oauth-jwks-uri": "https://keys.example.com/jwks.json",
    "store-file": "…/odoo-mcp/store.db",
    "audit-file": "…/odoo-mcp/audit.jsonl",
    "log-file": "…/odoo-mcp.log",
    "telemetry-otlp": "http://localhost:4318",
  };
  const loaded = loadSettings({ args });
  if ("problems" in loaded) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  const rows = [...grants(loaded.settings), ...refusals()].map(({ kind, what, why }) => [kind, `\`${what}\``, why]);
  return table(["may", "what", "why"], [...rows, [
    "nothing else",
    "–",
    "no other host, file, variable, program or code",
  ]]);
}
