import * as z from "zod";
import { listMessages as list } from "../../ask/mod.ts";
import { defineTool, selectLimits } from "../define.ts";
import { idList, limit, model } from "../fields.ts";

export const listMessages = defineTool({
  name: "list_messages",
  title: "Read messages",
  description: "Notes, messages, mails and logged changes of records, newest first, as plain text.",
  access: "read",
  toolset: "messaging",
  input: z.strictObject({ model, ids: idList, limit: limit.optional() }),
  output: z.object({ messages: z.array(z.looseObject({})) }),
  run: (input, { odoo, limits }) => list(odoo, input, selectLimits(limits)),
});
