import * as z from "zod";
import { postMessage as post } from "../../change/mod.ts";
import { defineTool } from "../define.ts";
import { idList, model } from "../fields.ts";

export const postMessage = defineTool({
  name: "post_message",
  title: "Post a note or message",
  description: "Write on records. A note (default) stays among colleagues; a message goes to followers and partners, " +
    "after a plan that names them.",
  access: "write",
  toolset: "messaging",
  keyed: true,
  input: z.strictObject({
    model,
    ids: idList,
    body: z.string().min(1).max(100_000).meta({ minLength: undefined, maxLength: undefined }),
    format: z.enum(["text", "html"]).describe("Default text").optional(),
    kind: z.enum(["note", "message"]).optional(),
    partners: z.array(z.union([z.int(), z.string()])).max(100).meta({ items: { type: "string" }, maxItems: undefined })
      .describe("Names or ids").optional(),
    subject: z.string().max(1000).meta({ maxLength: undefined }).optional(),
  }),
  output: z.object({ messages: z.array(z.looseObject({})).optional() }),
  words: { message: "body", partner_ids: "partners" },
  run: (input, { odoo, change }) => post(odoo, input, change),
});
