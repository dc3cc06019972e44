import config from "../../deno.json" with { type: "json" };
import { print, printJson } from "./print.ts";

/** This program's version, as releases and MCP clients name it. */
export const VERSION: string = config.version;

/** `odoo-mcp version`. */
export function version(json: boolean): number {
  if (json) printJson({ version: VERSION, deno: Deno.version.deno, target: Deno.build.target });
  else print(`odoo-mcp ${VERSION} (Deno ${Deno.version.deno}, ${Deno.build.target})`);
  return 0;
}
