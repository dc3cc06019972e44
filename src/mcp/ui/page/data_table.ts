/** The answer as a table: for those who hear the page, use a keyboard, or want the exact numbers. */
/// <reference lib="dom" />
import type { JsonObject } from "../../../lib/json.ts";
import type { Answer } from "./answer.ts";
import { type Format, isNumeric } from "./format.ts";
import { othersName } from "./series.ts";

/** Makes the table. Every text goes in as text, never as markup: record names are written by anybody. */
export function dataTable(answer: Answer, caption: string, format: Format): HTMLTableElement {
  const { columns, rows, totals, others } = answer;
  const table = document.createElement("table");
  table.createCaption().textContent = caption;
  const head = table.createTHead().insertRow();
  for (const column of columns) head.append(cell("th", column.label, isNumeric(column), "col"));
  const body = table.createTBody();
  for (const row of rows) {
    const line = body.insertRow();
    columns.forEach((column, index) => {
      const text = format.cell(answer, row, index);
      line.append(index === 0 ? cell("th", text, isNumeric(column), "row") : cell("td", text, isNumeric(column)));
    });
  }
  const foot = table.createTFoot();
  const below: [string, JsonObject | null][] = [[othersName(others), others], [
    "Total",
    rows.length > 1 ? totals : null,
  ]];
  for (const [name, values] of below) {
    if (values === null || Object.keys(values).length === 0) continue;
    const line = foot.insertRow();
    const cells = columns.map((column) => values[column.name] ?? null);
    columns.forEach((column, index) => {
      const text = cells[index] === null ? "" : format.cell(answer, cells, index);
      line.append(
        index === 0 ? cell("th", text || name, isNumeric(column), "row") : cell("td", text, isNumeric(column)),
      );
    });
  }
  return table;
}

function cell(kind: "td" | "th", text: string, isNumber: boolean, scope?: string): HTMLTableCellElement {
  const made = document.createElement(kind);
  made.textContent = text;
  if (isNumber) made.className = "number";
  if (scope !== undefined) made.scope = scope;
  return made;
}
