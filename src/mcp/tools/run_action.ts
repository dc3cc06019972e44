import * as z from "zod";
import { runAction as act } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { idList, model, values } from "../fields.ts";

export const runAction = defineTool({
  name: "run_action",
  title: "Run a business action",
  description: "Press a button of a record, e.g. action_confirm on sale.order; needs confirmation. Answers the state " +
    "before and after, and whether a wizard is left to be finished.",
  access: "act",
  toolset: "core",
  input: z.strictObject({
    model,
    ids: idList,
    action: z.string().min(1).max(128),
    args: values.describe("Named arguments").optional(),
  }),
  output: z.object({ finished: z.boolean() }),
  run: (input, { odoo, confirm, limits }) => act(odoo, input, { confirm, actions: limits.actions }),
});
