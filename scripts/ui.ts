/**
 * Makes the pages: `src/mcp/ui/chart_page_html.ts` and `src/status/status_page_html.ts`, each with its style, its script
 * and the libraries it needs in one text. They stand in the repository so that the program runs from source; `--check`
 * makes them anew and compares.
 */
import { type Generated, writeOrCheck } from "./generated.ts";

/** A page: its sources are `page/NAME.html`, `.css` and `.ts` in its folder. */
export interface PageSource {
  folder: string;
  name: string;
  /** What its policy allows beside its own script and style. */
  allows: string;
  /** The function that answers it. */
  answers: string;
}

/** The pages there are. */
export const PAGES: Record<"chart" | "status", PageSource> = {
  chart: {
    folder: new URL("../src/mcp/ui/", import.meta.url).pathname,
    name: "chart_page",
    allows: "",
    answers: "chartPage",
  },
  status: {
    folder: new URL("../src/status/", import.meta.url).pathname,
    name: "status_page",
    allows: " connect-src 'self'; img-src data:; require-trusted-types-for 'script'; trusted-types 'none';",
    answers: "statusPage",
  },
};

/** The page's script: one file for browsers, which no text in it can end early. */
async function script({ folder, name }: PageSource): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--minify", `${folder}page/${name}.ts`],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Cannot bundle the page: ${new TextDecoder().decode(stderr).trim()}`);
  const code = new TextDecoder().decode(stdout).trim();
  return code.replaceAll(/<\/(?=script)/gi, "<\\/").replaceAll("<!--", "<\\!--");
}

/** The page may run its own script and style, known by their digests, and reach nothing but what it is allowed. */
async function policy(script: string, style: string, allows: string): Promise<string> {
  return `default-src 'none'; script-src '${await digest(script)}'; style-src '${await digest(style)}';${allows} ` +
    "base-uri 'none'; form-action 'none'";
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${bytes.toBase64()}`;
}

/** The whole page: its HTML with what it refers to put in its place, and its policy first. */
export async function makePage(source: PageSource): Promise<string> {
  const { folder, name, allows } = source;
  const read = (ending: string) => Deno.readTextFile(`${folder}page/${name}.${ending}`);
  const [code, style] = [await script(source), (await read("css")).trim()];
  const meta = `<meta http-equiv="Content-Security-Policy" content="${await policy(code, style, allows)}">`;
  const parts: [string, string][] = [
    [`<meta charset="utf-8">`, `<meta charset="utf-8">\n    ${meta}`],
    [`<link rel="stylesheet" href="${name}.css">`, `<style>${style}</style>`],
    [`<script type="module" src="${name}.ts"></script>`, `<script type="module">${code}</script>`],
  ];
  return parts.reduce((page, [from, to]) => {
    if (!page.includes(from)) throw new Error(`Cannot make the page: ${name}.html has no ${from}`);
    return page.replace(from, () => to);
  }, await read("html"));
}

/** Packed: 0.9 MB of text would be parsed at every start, a fifth of it as one string is not felt. */
async function moduleOf(page: string, { folder, answers }: PageSource): Promise<string> {
  const packed = new Response(page).body!.pipeThrough(new CompressionStream("gzip"));
  const text = (await new Response(packed).bytes()).toBase64();
  return `// Made by \`deno task ui\` from ${
    folder.slice(folder.indexOf("src/"))
  }page and the libraries in deno.lock. Not to be edited.

const PACKED =
  "${text}";

/** The page, one HTML document that needs no other file. */
export async function ${answers}(): Promise<string> {
  const bytes = Uint8Array.from(atob(PACKED), (letter) => letter.charCodeAt(0));
  return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
`;
}

/** Two versions of Deno may pack the same page differently: what counts is what comes out. */
const NOW: Record<keyof typeof PAGES, () => Promise<string>> = {
  chart: async () => await (await import("../src/mcp/ui/chart_page_html.ts")).chartPage(),
  status: async () => await (await import("../src/status/status_page_html.ts")).statusPage(),
};

if (import.meta.main) {
  const files: Generated = new Map();
  for (const [key, source] of Object.entries(PAGES) as [keyof typeof PAGES, PageSource][]) {
    const path = `${source.folder}${source.name}_html.ts`;
    const page = await makePage(source);
    const now = await Deno.readTextFile(path).catch(() => "");
    const same = now !== "" && await NOW[key]() === page;
    console.error(`ui: the page ${source.name} has ${Math.round(page.length / 1000)} kB`);
    files.set(path, same ? now : await moduleOf(page, source));
  }
  Deno.exit(await writeOrCheck(files, Deno.args, "ui"));
}
