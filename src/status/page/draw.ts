/** What the page is drawn with: elements from data, never from markup, so that no text can become part of the page. */
/// <reference lib="dom" />

const SVG = "http://www.w3.org/2000/svg";

/** A child: an element, or text. */
export type Child = Element | string;

/** An HTML element with classes and children. */
export function element(tag: string, classes: string, ...children: Child[]): HTMLElement {
  const made = document.createElement(tag);
  if (classes !== "") made.className = classes;
  made.append(...children);
  return made;
}

function drawing(tag: string, attributes: Record<string, string | number>): SVGElement {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  return made;
}

/** One bar of a strip or chart: its parts from the bottom up as shares of the whole height, and what it says. */
export interface Bar {
  parts: { kind: string; share: number }[];
  title: string;
}

/** Bars side by side, the newest at the right; where there are fewer than `count`, the place at the left stays empty. */
export function bars(classes: string, label: string, count: number, list: readonly Bar[]): SVGElement {
  const step = 10;
  const width = classes === "strip" ? 7 : 8;
  const picture = drawing("svg", {
    class: classes,
    viewBox: `0 0 ${count * step} 100`,
    preserveAspectRatio: "none",
    role: "img",
    "aria-label": label,
  });
  const shown = list.slice(-count);
  for (let at = 0; at < count; at++) {
    const bar = shown[at - (count - shown.length)];
    const x = at * step + 1;
    if (bar === undefined) {
      const height = classes === "strip" ? 100 : 2;
      picture.append(drawing("rect", { class: "none", x, y: 100 - height, width, height }));
      continue;
    }
    const group = drawing("g", {});
    const title = drawing("title", {});
    title.textContent = bar.title;
    group.append(title);
    let y = 100;
    for (const { kind, share } of bar.parts) {
      const height = Math.max(share * 100, share > 0 ? 2 : 0);
      y -= height;
      group.append(drawing("rect", { class: kind, x, y, width, height }));
    }
    picture.append(group);
  }
  return picture;
}

/** A share of 1 as a bar. */
export function meter(share: number, classes = ""): SVGElement {
  const picture = drawing("svg", {
    class: `meter ${classes}`.trim(),
    viewBox: "0 0 100 6",
    preserveAspectRatio: "none",
    "aria-hidden": "true",
  });
  picture.append(drawing("rect", { x: 0, y: 0, width: Math.max(1, Math.min(1, share) * 100), height: 6 }));
  return picture;
}

/** One column of a table. */
export interface Column<Row> {
  head: string;
  /** `number` to the right; `wide` only where there is room. */
  classes?: string;
  cell: (row: Row) => Child;
}

/** A table, or a sentence where it would be empty. */
export function table<Row>(
  columns: Column<Row>[],
  rows: readonly Row[],
  options: { classes: string; empty: string },
): Element {
  if (rows.length === 0) return element("p", "empty", options.empty);
  const heads = columns.map(({ head, classes = "" }) => {
    const cell = element("th", classes, head);
    cell.setAttribute("scope", "col");
    return cell;
  });
  return element(
    "table",
    options.classes,
    element("thead", "", element("tr", "", ...heads)),
    element(
      "tbody",
      "",
      ...rows.map((row) =>
        element("tr", "", ...columns.map(({ classes = "", cell }) => element("td", classes, cell(row))))
      ),
    ),
  );
}

/** Puts children in the place of those that an element has. */
export function fill(id: string, ...children: Child[]): void {
  document.getElementById(id)?.replaceChildren(...children);
}
