import * as z from "zod";
import { undoChange } from "../../change/mod.ts";
import { defineTool } from "../define.ts";

export const undo = defineTool({
  name: "undo",
  title: "Undo a change",
  description:
    "Take a change back with the token from its answer, once. Refuses where someone has changed the records " +
    "since; tells what could not be restored.",
  access: "act",
  toolset: "core",
  input: z.strictObject({ token: z.string().min(1).max(200) }),
  output: z.object({ complete: z.boolean(), restored: z.array(z.string()) }),
  run: (input, { odoo, change }) => undoChange(odoo, input, change),
});
