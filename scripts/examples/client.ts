/**
 * Asks Odoo through odoo-mcp with the official TypeScript client.
 *
 *     deno run -A client.ts odoo-mcp demo --serve     the demo company
 *     deno run -A client.ts odoo-mcp                  your Odoo, from ODOO_URL, ODOO_DB, ODOO_USERNAME, ODOO_API_KEY
 *
 * Away from this repository write `npm:@modelcontextprotocol/client` where it imports that; Node runs it as well, with
 * `process` in the place of `Deno`.
 */
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";

const [command = "odoo-mcp", ...args] = Deno.args;
const odoo = new Client({ name: "example", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
// The client passes on only a few variables by itself.
await odoo.connect(new StdioClientTransport({ command, args, env: Deno.env.toObject() }));
try {
  console.log(`${(await odoo.listTools()).tools.length} tools`);
  const { isError, content } = await odoo.callTool({
    name: "analytics_query",
    arguments: {
      model: "sale.order",
      group_by: ["partner_id"],
      measures: ["amount_untaxed:sum"],
      where: [{ field: "state", op: "=", value: "sale" }],
      order: "amount_untaxed:sum desc",
      limit: 3,
    },
  });
  const text = content.flatMap((block) => block.type === "text" ? [block.text] : []).join("\n");
  // An error is an answer too: code, message and hint as JSON in its text.
  if (isError === true) throw new Error(text);
  console.log("Best customers:");
  console.log(text);
} finally {
  await odoo.close();
}
