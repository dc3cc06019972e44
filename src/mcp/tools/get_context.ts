import * as z from "zod";
import { getContext as context } from "../../ask/mod.ts";
import { defineTool, type ToolContext } from "../define.ts";

export const getContext = defineTool({
  name: "get_context",
  title: "Where am I",
  description:
    "Who you are in Odoo, company, currency, language, time zone, now and today, fiscal year, Odoo version, " +
    "installed apps, what you may do. Call it first.",
  access: "read",
  toolset: "core",
  input: z.strictObject({}),
  output: z.object({ user: z.looseObject({}), today: z.string() }),
  run: async (_input, { odoo, instances, mode, limits, tools }) => ({
    ...await context(odoo),
    ...(instances.length > 1 && { instance: odoo.instance, instances }),
    mode,
    may: mayDo(mode, limits.guardedRows, tools),
  }),
});

/** What a caller would look for, and what it does in a word. */
const NOTABLE: readonly (readonly [tool: string, verb: string])[] = [
  ["create_record", "create"],
  ["update_record", "update"],
  ["delete_record", "delete"],
  ["run_action", "run actions"],
  ["analytics_query", "aggregate"],
];

function mayDo(mode: string, guardedRows: number, tools: ToolContext["tools"]): string {
  const may = NOTABLE.filter(([tool]) => tools.has(tool)).map(([, verb]) => verb);
  const not = NOTABLE.filter(([tool]) => !tools.has(tool)).map(([, verb]) => verb);
  const confirmed = mode === "guarded" && may.some((verb) => verb !== "aggregate")
    ? `; deleting, actions and changes of over ${guardedRows} records need a confirmation`
    : "";
  return `${["read", ...may].join(", ")}${confirmed}${not.length > 0 ? `; not: ${not.join(", ")}` : ""}`;
}
