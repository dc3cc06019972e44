/**
 * Last week's sales as a Markdown table, for a scheduler to send. In a crontab, Mondays at seven:
 *
 *     0 7 * * 1  . $HOME/odoo.env; deno run --allow-run=odoo-mcp weekly_report.ts | mail -s "Sales" boss@example.com
 *
 * `odoo.env` exports ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_API_KEY, and only you may read it. Arguments go to
 * odoo-mcp: `weekly_report.ts --demo`.
 */

const QUESTION = {
  model: "sale.order",
  group_by: ["user_id"],
  measures: ["amount_untaxed:sum", "count"],
  where: [
    { field: "state", op: "=", value: "sale" },
    { field: "date_order", op: "=", value: "last_week" },
  ],
  order: "amount_untaxed:sum desc",
};

/** A linked record is `[id, name]`; where there is none, `null`. */
type Cell = string | number | boolean | null | [id: number, name: string];

const { code, stdout, stderr } = await new Deno.Command("odoo-mcp", {
  args: ["call", "analytics_query", JSON.stringify(QUESTION), "--json", "--mode", "read-only", ...Deno.args],
}).output();
if (code !== 0) {
  // What went wrong, with its code and what to do; a scheduler mails it.
  for (const said of [stdout, stderr]) console.error(new TextDecoder().decode(said).trim());
  Deno.exit(code);
}

const { columns, rows }: { columns: { label: string }[]; rows: Cell[][] } = JSON.parse(
  new TextDecoder().decode(stdout),
);
console.log(line(columns.map(({ label }) => label)));
console.log(line(columns.map(() => "---")));
for (const row of rows) console.log(line(row.map((cell) => String(Array.isArray(cell) ? cell[1] : cell ?? "–"))));

function line(cells: string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}
