/** Guides, as Markdown for the web and carried as text by bundle and executable for `odoo-mcp help TOPIC`. */
import addATool from "./add-a-tool.md" with { type: "text" };
import firstHour from "./first-hour.md" with { type: "text" };
import hosting from "./hosting.md" with { type: "text" };
import json2 from "./json2.md" with { type: "text" };
import oauth from "./oauth.md" with { type: "text" };
import odooVersions from "./odoo-versions.md" with { type: "text" };
import security from "./security.md" with { type: "text" };
import troubleshooting from "./troubleshooting.md" with { type: "text" };

export { CODES } from "./codes.ts";

/** Every guide by its topic, in the order a newcomer reads them. The first line of each is its title. */
export const GUIDES: Readonly<Record<string, string>> = {
  "first-hour": firstHour,
  "hosting": hosting,
  "oauth": oauth,
  "odoo-versions": odooVersions,
  "json2": json2,
  "troubleshooting": troubleshooting,
  "security": security,
  "add-a-tool": addATool,
};
