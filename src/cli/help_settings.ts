import { flagOf, type Leaf, leaves, variableOf } from "../config/mod.ts";
import { paint, print, width, wrap } from "./print.ts";

/** `odoo-mcp help settings`: every setting with its flag, variable, meaning and default. */
export function printSettings(): void {
  print(
    ...wrap(
      "Each setting is a flag, a variable or a key of the JSON file that --config names: --http-port 8000, " +
        'ODOO_MCP_HTTP_PORT=8000, {"http":{"port":8000}}. Flags win over the file, that over variables, those over ' +
        ".env in the working directory. Lists are separated by commas. --host and --port are short for http.",
      width(),
    ),
  );
  for (const leaf of leaves()) print("", ...setting(leaf));
  print(
    "",
    ...wrap(
      "--instances-{name}-… sets one of several Odoos; --odoo-… sets the one called default, and so do ODOO_URL, " +
        "ODOO_DB, ODOO_USERNAME, ODOO_PASSWORD and ODOO_API_KEY.",
      width(),
    ),
  );
}

function setting(leaf: Leaf): string[] {
  const fallback = Array.isArray(leaf.default) ? leaf.default.join(",") : leaf.default;
  const ending = fallback === undefined || fallback === "" ? "" : `; default ${fallback}`;
  const variable = variableOf(leaf.path).replace("{NAME}", "{NAME}");
  return [
    `${paint("bold", flagOf(leaf.path))}  ${paint("dim", variable)}`,
    ...wrap(`${leaf.description} (${leaf.secret ? "a secret" : leaf.allowed}${ending}).`, width(), "    "),
  ];
}
