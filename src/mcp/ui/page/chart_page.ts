/**
 * The page that clients with MCP Apps show for the answers of `analytics_query`: a chart where one was asked for, and
 * the same numbers as a table. It talks to its host only, by messages; it needs no network and no storage.
 */
/// <reference lib="dom" />
import { App, applyHostStyleVariables } from "@modelcontextprotocol/ext-apps";
import { type Answer, readAnswer } from "./answer.ts";
import { dataTable } from "./data_table.ts";
import { draw, type Drawn, legend } from "./draw.ts";
import { type Format, makeFormat } from "./format.ts";
import { currentLook, themeOf } from "./look.ts";
import { type ChartPlan, NO_ROWS, planChart } from "./plan.ts";

/** What is to be seen: an answer, or a sentence instead of one. */
type Shown = { answer: Answer } | { sentence: string };

const element = (id: string) => document.getElementById(id)!;
const root = document.documentElement;
const details = element("details") as HTMLDetailsElement;

let shown: Shown = { sentence: "Waiting for the numbers…" };
let drawn: Drawn | null = null;

const app = new App({ name: "odoo-mcp-chart", version: "1.0.0" }, { availableDisplayModes: ["inline", "fullscreen"] });

app.ontoolresult = ({ structuredContent, isError, content }) => {
  const answer = isError === true ? null : readAnswer(structuredContent);
  const text = content.map((block) => block.type === "text" ? block.text : "").join("\n");
  if (answer !== null) shown = { answer };
  else shown = { sentence: isError === true ? messageOf(text) : "There is nothing to draw: this answer is no table." };
  details.open = answer !== null && answer.chart === null;
  show();
};
app.ontoolcancelled = () => {
  shown = { sentence: "The question was cancelled." };
  show();
};
app.onhostcontextchanged = () => show();
app.onteardown = () => {
  drawn?.remove();
  return {};
};

/** Draws everything anew: cheap enough for each change of theme, locale or width. */
function show(): void {
  const format = takeContext();
  drawn?.remove();
  drawn = null;
  const answer = "answer" in shown ? shown.answer : null;
  const title = answer?.chart?.title ?? "";
  const plan = answer === null || answer.chart === null ? null : planChart(answer, answer.chart, format);
  const sentence = "sentence" in shown ? shown.sentence : answer?.rows.length === 0 ? NO_ROWS : "";
  write("title", [title]);
  write("status", [typeof plan === "string" ? plan : sentence]);
  const chart = plan === null || typeof plan === "string" ? null : plan;
  write("remarks", [...chart?.remarks ?? [], ...answer?.notes ?? []]);
  element("chart").hidden = chart === null;
  if (chart !== null) showChart(chart, format);
  details.hidden = answer === null || answer.rows.length === 0;
  const caption = title || answer?.columns.map(({ label }) => label).join(", ") || "";
  element("table").replaceChildren(...answer === null ? [] : [dataTable(answer, caption, format)]);
}

function showChart(plan: ChartPlan, format: Format): void {
  const look = currentLook();
  element("chart").className = plan.type;
  element("legend").replaceChildren(
    ...legend(plan, format, look).map(({ glyph, colour, label, value }) => {
      const item = document.createElement("li");
      const mark = item.appendChild(span(glyph));
      mark.ariaHidden = "true";
      mark.style.color = colour;
      item.append(span(label));
      if (value !== null) item.appendChild(span(value)).className = "value";
      return item;
    }),
  );
  drawn = draw(element("plot"), plan, format, look);
}

/** Takes over what the host says of theme, colours, edges and locale. */
function takeContext(): Format {
  const { theme, styles, safeAreaInsets: edges, locale } = app.getHostContext() ?? {};
  root.dataset.theme = themeOf(theme);
  if (styles?.variables !== undefined) applyHostStyleVariables(styles.variables);
  if (edges !== undefined) root.style.padding = `${edges.top}px ${edges.right}px ${edges.bottom}px ${edges.left}px`;
  return makeFormat(locale);
}

/** A paragraph for each line; an element without any is hidden. Texts go in as text, never as markup. */
function write(id: string, lines: string[]): void {
  const paragraphs = lines.filter((line) => line !== "").map((line) => {
    const paragraph = document.createElement("p");
    paragraph.textContent = line;
    return paragraph;
  });
  element(id).replaceChildren(...paragraphs);
  element(id).hidden = paragraphs.length === 0;
}

function span(text: string): HTMLSpanElement {
  const made = document.createElement("span");
  made.textContent = text;
  return made;
}

/** A failure's own message; its text is JSON. */
function messageOf(text: string): string {
  try {
    return String(JSON.parse(text).message ?? text);
  } catch {
    return text;
  }
}

let width = innerWidth;
addEventListener("resize", () => {
  // Lying or upright depends on the width. The height changes with what is drawn, and must not draw it again.
  if (innerWidth !== width) show();
  width = innerWidth;
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => show());

show();
await app.connect();
show();
