/** Draws a plan with Chart.js. */
/// <reference lib="dom" />
import {
  ArcElement,
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  type ChartOptions,
  LinearScale,
  LineController,
  LineElement,
  PieController,
  PointElement,
  Tooltip,
} from "chart.js";
import type { Format } from "./format.ts";
import type { Look } from "./look.ts";
import type { ChartPlan } from "./plan.ts";
import type { Series } from "./series.ts";

// Only what is drawn here; the legend is HTML, which wraps and can be read aloud.
Chart.register(ArcElement, BarController, BarElement, CategoryScale, LinearScale, LineController, LineElement);
Chart.register(PieController, PointElement, Tooltip);

/** Pixels a letter takes on average; names that would not fit are laid out otherwise. */
const LETTER = 6.6;
const HEIGHT = 300;

/** How series are told apart beside their colours: on a line, and in the legend. */
const MARKS = [
  { point: "circle", glyph: "●" },
  { point: "rect", glyph: "■" },
  { point: "triangle", glyph: "▲" },
  { point: "rectRot", glyph: "◆" },
  { point: "cross", glyph: "✚" },
  { point: "crossRot", glyph: "✖" },
  { point: "star", glyph: "✱" },
  { point: "dash", glyph: "▬" },
] as const;

/** A chart on the page. */
export interface Drawn {
  remove(): void;
}

/** Draws into `plot`, as wide as it is, as high as the groups need. */
export function draw(plot: HTMLElement, plan: ChartPlan, format: Format, look: Look): Drawn {
  const lying = plan.type === "bar" && !plan.inTime && !fitsBelow(plan.categories, plot.clientWidth);
  const room = Math.floor(plot.clientWidth * 0.4 / LETTER);
  const lines = plan.categories.map((category) => lying ? twoLines(category, room) : [shorten(category, 40)]);
  plot.style.height = `${lying ? lyingHeight(plan, lines) : HEIGHT}px`;
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  const kind = { bar: "Bar chart", line: "Line chart", pie: "Pie chart" }[plan.type];
  const what = plan.title ?? `${plan.series.map(({ label }) => label).join(", ")} by ${plan.groupedBy}`;
  canvas.setAttribute("aria-label", `${kind}: ${what}, ${plan.categories.length} groups. The table has the numbers.`);
  plot.replaceChildren(canvas);
  const chart = new Chart(canvas, {
    type: plan.type,
    data: { labels: plan.categories, datasets: datasets(plan, look, lying) },
    options: {
      animation: false,
      maintainAspectRatio: false,
      color: look.text,
      font: { family: look.font, size: 12 },
      plugins: { tooltip: { callbacks: tooltip(plan, format) } },
      ...(plan.type !== "pie" && axes(plan, format, look, lying, lines)),
    },
  } as ChartConfiguration);
  return { remove: () => chart.destroy() };
}

/** One line of the legend. */
export interface Key {
  glyph: string;
  colour: string;
  label: string;
  /** What a slice is worth: nobody has to point at it to learn that. */
  value: string | null;
}

/** What the colours mean; nothing where there is only one. */
export function legend({ type, series, categories }: ChartPlan, format: Format, { palette }: Look): Key[] {
  const colour = (index: number) => palette[index % palette.length]!;
  if (type === "pie") {
    return categories.map((label, index) => ({
      glyph: "■",
      colour: colour(index),
      label,
      value: slice(series, index, format),
    }));
  }
  return series.length < 2 ? [] : series.map(({ label }, index) => {
    const glyph = type === "line" ? MARKS[index % MARKS.length]!.glyph : "■";
    return { glyph, colour: colour(index), label, value: null };
  });
}

/** What a slice is worth, and its share of the whole. */
function slice([pie]: Series[], index: number, format: Format): string {
  const { values, unit } = pie!;
  const total = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const value = values[index] ?? null;
  return value === null ? "–" : `${format.number(value, unit)} (${format.share(value / total)})`;
}

/** Whether the names stand under upright bars without being turned. */
function fitsBelow(categories: string[], width: number): boolean {
  const longest = Math.max(...categories.map((category) => category.length));
  return longest * LETTER + 8 <= (width - 70) / categories.length;
}

function lyingHeight({ series, axisTitles }: ChartPlan, lines: string[][]): number {
  const names = Math.max(...lines.map(({ length }) => length)) * 15 + 9;
  return 10 + 46 * axisTitles.length + lines.length * Math.max(names, 13 * series.length + 8);
}

function datasets({ type, series, categories }: ChartPlan, { palette, background }: Look, lying: boolean) {
  const colour = (index: number) => palette[index % palette.length]!;
  if (type === "pie") {
    const colours = categories.map((_, index) => colour(index));
    return [{ data: series[0]!.values, backgroundColor: colours, borderColor: background, borderWidth: 2 }];
  }
  return series.map(({ label, values, axis }, index) => ({
    label,
    data: values,
    backgroundColor: colour(index),
    borderColor: colour(index),
    ...(lying ? { xAxisID: `value${axis}` } : { yAxisID: `value${axis}` }),
    ...(type === "bar" ? { maxBarThickness: 48, minBarLength: 2, skipNull: true } : {
      borderWidth: 2,
      pointStyle: MARKS[index % MARKS.length]!.point,
      pointRadius: values.length > 60 ? 0 : 4,
      pointHitRadius: 12,
    }),
  }));
}

function axes(plan: ChartPlan, format: Format, look: Look, lying: boolean, lines: string[][]): ChartOptions {
  const [along, across] = lying ? ["y", "x"] as const : ["x", "y"] as const;
  const places = lying ? ["bottom", "top"] : ["left", "right"];
  const values = plan.axisTitles.map((title, axis) => {
    const { unit } = plan.series.find((one) => one.axis === axis)!;
    return [`value${axis}`, {
      axis: across,
      position: places[axis],
      beginAtZero: true,
      grid: {
        color: ({ tick }: { tick?: { value: number } }) => tick?.value === 0 ? look.muted : look.grid,
        drawOnChartArea: axis === 0,
      },
      border: { display: false },
      title: { display: title !== "", text: shorten(title, 40), color: look.muted },
      ticks: {
        color: look.text,
        maxTicksLimit: lying ? 6 : 8,
        ...(unit.type === "integer" && { precision: 0 }),
        callback: (value: number, _: number, ticks: { value: number }[]) =>
          format.short(value, unit, Math.max(...ticks.map((tick) => Math.abs(tick.value)))),
      },
    }];
  });
  const names = {
    grid: { display: false },
    border: { display: !lying, color: look.muted },
    title: { display: !lying, text: plan.groupedBy, color: look.muted },
    ticks: {
      color: look.text,
      // Periods may be left out on the axis, since their neighbours tell them; names of bars may not.
      autoSkip: plan.type === "line" || plan.inTime,
      maxRotation: plan.type === "line" && !plan.inTime ? 45 : 0,
      callback: (_: number, index: number) => lines[index] ?? "",
    },
  };
  return {
    indexAxis: along,
    interaction: { mode: "index", intersect: false, axis: along },
    scales: { ...Object.fromEntries(values), [along]: names },
  } as ChartOptions;
}

function tooltip({ type, series, categories }: ChartPlan, format: Format) {
  return {
    title: ([item]: { dataIndex: number }[]) => wrap(categories[item?.dataIndex ?? 0] ?? ""),
    label({ datasetIndex, dataIndex }: { datasetIndex: number; dataIndex: number }): string[] {
      if (type === "pie") return [slice(series, dataIndex, format)];
      const { label, values, unit } = series[datasetIndex]!;
      const value = values[dataIndex] ?? null;
      return wrap(`${label}: ${value === null ? "–" : format.number(value, unit)}`);
    },
  };
}

function shorten(text: string, most: number): string {
  const letters = [...text];
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join("").trimEnd()}…`;
}

/** A name beside its bar: of a very long one the beginning and the end, since either may tell it from its neighbours. */
function twoLines(text: string, room: number): string[] {
  const letters = [...text];
  if (letters.length <= room) return [text];
  const head = letters.slice(0, room).join("");
  const space = head.lastIndexOf(" ");
  const first = space > room / 2 ? head.slice(0, space) : head;
  const rest = letters.slice([...first].length).join("").trim();
  return [first, [...rest].length <= room ? rest : `…${[...rest].slice(1 - room).join("")}`];
}

/** A tooltip shows the whole name: on several lines, since it does not wrap by itself. */
function wrap(text: string): string[] {
  return text.match(/.{1,48}(?:\s|$)|.{1,48}/gsu)?.map((line) => line.trim()) ?? [text];
}
