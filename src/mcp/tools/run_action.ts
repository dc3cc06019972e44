import * as z from "zod";
import { runAction as act } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { idList, model, values } from "../fields.ts";

export const runAction = defineTool({
  name: "run_action",
  title: "Run a business action",
  description:
    "Press a button of records (model, ids, action), e.g. action_confirm on sale.order; needs confirmation. " +
    "Answers the state before and after. When a wizard is next, call again with its continue, one of its actions and " +
    "values.",
  access: "act",
  toolset: "core",
  input: z.strictObject({
    model: model.optional(),
    ids: idList.optional(),
    action: z.string().min(1).max(128),
    args: values.describe("Named arguments").optional(),
    continue: z.string().min(1).max(20_000).meta({ minLength: undefined, maxLength: undefined }).optional(),
    values: values.describe("For the wizard's fields").optional(),
  }),
  output: z.object({ finished: z.boolean().optional() }),
  run: (input, { odoo, change, limits }) => act(odoo, input, { ...change, actions: limits.actions }),
});
