/** A Markdown table. The formatter would pad every cell to the longest of its column: hundreds of blanks a line. */
export function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")).join(" | ")} |`
  );
  return ["<!-- deno-fmt-ignore-start -->", "", ...lines, "", "<!-- deno-fmt-ignore-end -->"].join("\n");
}

/** A page that is made as a whole, with the task that makes it. */
export function page(title: string, ...parts: string[]): string {
  return [
    "<!-- deno-fmt-ignore-file -->",
    "<!-- Made by `deno task docs` from the source beside it. Not to be edited. -->",
    "",
    `# ${title}`,
    "",
    parts.join("\n\n"),
    "",
  ].join("\n");
}
