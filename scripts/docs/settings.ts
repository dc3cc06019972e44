import { configSchema, flagOf, leaves, variableOf } from "../../src/config/mod.ts";
import { page, table } from "./table.ts";

/** Every setting with its three names. */
export function settingPage(): string {
  const rows = leaves().map(({ path, description, allowed, default: value }) => [
    `\`${path}\``,
    `\`${flagOf(path)}\``,
    `\`${variableOf(path)}\``,
    value === undefined ? "–" : `\`${JSON.stringify(value)}\``,
    `${description} (${allowed})`,
  ]);
  return page(
    "Settings",
    "Command line > file (`--config config.json`) > environment > `.env` > defaults. `http.port` is `--http-port`, " +
      '`ODOO_MCP_HTTP_PORT` and `{"http": {"port": …}}`. `ODOO_URL`, `ODOO_DB`, `ODOO_USERNAME`, `ODOO_PASSWORD` and ' +
      "`ODOO_API_KEY` work as everywhere. `odoo-mcp config show` says where each value came from; several Odoos go " +
      "under `instances`, one alone may also stand under `odoo`.",
    "Editors check a file that names its schema, [settings.schema.json](settings.schema.json) (`odoo-mcp config schema` " +
      "prints it too):",
    "```json\n" + JSON.stringify({ $schema: "./settings.schema.json", mode: "read-only" }, null, 2) + "\n```",
    table(["setting", "flag", "variable", "default", "what it does"], rows),
  );
}

/** JSON Schema of a settings file. */
export function settingSchema(): string {
  return `${JSON.stringify(configSchema(), null, 2)}\n`;
}
