import { refuse } from "./refuse.ts";

const ESCAPES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/**
 * A body as the html that Odoo keeps: html as it is (Odoo cleans it), text with its line breaks and every sign as it was
 * typed. Which of the two it is has to be said; nothing is guessed from the text.
 */
export function toHtml(body: string, format: "text" | "html"): string {
  if (body.trim() === "") refuse("body", "it is empty");
  if (format === "html") return body;
  return body.replace(/\r\n?/g, "\n").trim().split(/\n{2,}/).map((paragraph) =>
    `<p>${paragraph.replace(/[&<>"]/g, (sign) => ESCAPES[sign]!).replaceAll("\n", "<br>")}</p>`
  ).join("");
}
