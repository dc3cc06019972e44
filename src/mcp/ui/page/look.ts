/** Colours and fonts: the host's where it gives any, else the page's own for light and dark. */
/// <reference lib="dom" />

/** What a chart is painted with. */
export interface Look {
  text: string;
  muted: string;
  grid: string;
  background: string;
  font: string;
  /** For the series and slices in their order, each told from its neighbours by people who see no red or green. */
  palette: string[];
}

const LIGHT = ["#2563eb", "#c2410c", "#0f766e", "#a21caf", "#ca8a04", "#475569", "#be123c", "#4d7c0f"];
const DARK = ["#60a5fa", "#fb923c", "#2dd4bf", "#e879f9", "#fde047", "#cbd5e1", "#fb7185", "#a3e635"];

/** What the host says, else what the person's system says. */
export function themeOf(said: string | undefined): "light" | "dark" {
  if (said === "light" || said === "dark") return said;
  return matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
}

/** Reads what the style sheet comes to: a canvas knows no variables. */
export function currentLook(): Look {
  const { color, backgroundColor, fontFamily } = getComputedStyle(document.body);
  const { color: muted, borderTopColor: grid } = getComputedStyle(document.getElementById("remarks")!);
  return {
    text: color,
    muted,
    grid,
    background: backgroundColor,
    font: fontFamily,
    palette: document.documentElement.dataset.theme === "dark" ? DARK : LIGHT,
  };
}
