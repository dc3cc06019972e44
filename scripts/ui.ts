/**
 * Makes `src/mcp/ui/chart_page_html.ts`: the page of the charts with its style, its script and the libraries it needs in
 * one text. It stands in the repository so that the program runs from source; `--check` makes it anew and compares.
 */
import { writeOrCheck } from "./generated.ts";

const folder = new URL("../src/mcp/ui/", import.meta.url).pathname;
const path = `${folder}chart_page_html.ts`;

/** The page's script: one file for browsers, which no text in it can end early. */
async function script(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", "--minify", `${folder}page/chart_page.ts`],
    env: { NO_COLOR: "1" },
  }).output();
  if (!success) throw new Error(`Cannot bundle the page: ${new TextDecoder().decode(stderr).trim()}`);
  const code = new TextDecoder().decode(stdout).trim();
  return code.replaceAll(/<\/(?=script)/gi, "<\\/").replaceAll("<!--", "<\\!--");
}

/** The page may run its own script and style, known by their digests, and reach nothing. */
async function policy(script: string, style: string): Promise<string> {
  return `default-src 'none'; script-src '${await digest(script)}'; style-src '${await digest(style)}'; ` +
    "base-uri 'none'; form-action 'none'";
}

async function digest(text: string): Promise<string> {
  const bytes = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)));
  return `sha256-${bytes.toBase64()}`;
}

/** The whole page: `chart_page.html` with what it refers to put in its place, and its policy first. */
export async function makePage(): Promise<string> {
  const read = (name: string) => Deno.readTextFile(`${folder}page/${name}`);
  const [code, style] = [await script(), (await read("chart_page.css")).trim()];
  const meta = `<meta http-equiv="Content-Security-Policy" content="${await policy(code, style)}">`;
  const parts: [string, string][] = [
    [`<meta charset="utf-8">`, `<meta charset="utf-8">\n    ${meta}`],
    [`<link rel="stylesheet" href="chart_page.css">`, `<style>${style}</style>`],
    [`<script type="module" src="chart_page.ts"></script>`, `<script type="module">${code}</script>`],
  ];
  return parts.reduce((page, [from, to]) => {
    if (!page.includes(from)) throw new Error(`Cannot make the page: chart_page.html has no ${from}`);
    return page.replace(from, () => to);
  }, await read("chart_page.html"));
}

/** Packed: 0.9 MB of text would be parsed at every start, a fifth of it as one string is not felt. */
async function moduleOf(page: string): Promise<string> {
  const packed = new Response(page).body!.pipeThrough(new CompressionStream("gzip"));
  const text = (await new Response(packed).bytes()).toBase64();
  return `// Made by \`deno task ui\` from src/mcp/ui/page and the libraries in deno.lock. Not to be edited.

const PACKED =
  "${text}";

/** The page of the charts, one HTML document that needs no other file. */
export async function chartPage(): Promise<string> {
  const bytes = Uint8Array.from(atob(PACKED), (letter) => letter.charCodeAt(0));
  return await new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
}
`;
}

if (import.meta.main) {
  const page = await makePage();
  const now = await Deno.readTextFile(path).catch(() => "");
  // Two versions of Deno may pack the same page differently: what counts is what comes out.
  const same = now !== "" && await (await import("../src/mcp/ui/chart_page_html.ts")).chartPage() === page;
  console.error(`ui: the page has ${Math.round(page.length / 1000)} kB`);
  Deno.exit(await writeOrCheck(new Map([[path, same ? now : await moduleOf(page)]]), Deno.args, "ui"));
}
