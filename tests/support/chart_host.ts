/** Opens the page of the charts in a Chromium as a host of MCP Apps does, and tells what it draws on its canvas. */
import type { Chromium } from "./chromium.ts";

/** What clients without any wish of the server's own must give a page (MCP Apps, "Restrictive Default"). */
const POLICY = "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; " +
  "img-src 'self' data:; media-src 'self' data:; connect-src 'none'";

const HOST = `<!DOCTYPE html><meta charset="utf-8"><link rel="icon" href="data:,">
<style>body { margin: 0 } iframe { border: 0; display: block; width: 100%; height: 100px }</style>
<iframe sandbox="allow-scripts"></iframe><script type="module" src="/host.js"></script>`;

/** Runs in each frame before the page's own script, and keeps what the last drawing painted. */
const RECORDER = `{
  const drawn = globalThis.drawn = { texts: [], bars: [], points: [], slices: [] };
  let rect = null, arcs = [];
  const wrap = (name, before) => {
    const own = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...args) { before(args, this); return own.apply(this, args); };
  };
  wrap("clearRect", () => { for (const list of Object.values(drawn)) list.length = 0; });
  wrap("beginPath", () => { rect = null; arcs = []; });
  wrap("rect", ([x, y, width, height]) => { rect = { x, y, width, height }; });
  wrap("arc", ([x, y, radius]) => { arcs.push({ x, y, radius }); });
  wrap("fillText", ([text, x, y]) => { drawn.texts.push({ text, x, y }); });
  wrap("fill", (_, { fillStyle }) => {
    if (rect !== null) drawn.bars.push({ ...rect, colour: fillStyle });
    else if (arcs.length === 1) drawn.points.push({ ...arcs[0], colour: fillStyle });
    else if (arcs.length > 1) drawn.slices.push({ radius: arcs[0].radius, colour: fillStyle });
  });
}`;

/** What is painted, in pixels of the frame. */
export interface Drawn {
  texts: { text: string; x: number; y: number }[];
  bars: { x: number; y: number; width: number; height: number; colour: string }[];
  points: { x: number; y: number; colour: string }[];
  slices: { radius: number; colour: string }[];
}

/** The page in its host. */
export interface ChartView {
  /** Hands over a tool's answer and waits until it is to be seen. */
  show(structuredContent: object): Promise<Drawn>;
  drawn(): Promise<Drawn>;
  /** What there is to read, without the table while it is closed. */
  text(): Promise<string>;
  /** An expression in the page's own frame. */
  inside<T>(expression: string): Promise<T>;
  /** An expression in the host's page. */
  outside<T>(expression: string): Promise<T>;
  /** The frame as tall as the page wants it; kept in the folder `CHART_SCREENSHOTS` names, to be looked at. */
  screenshot(name: string): Promise<Uint8Array>;
}

/** What a host tells about itself. */
export interface Context {
  theme?: "light" | "dark";
  locale?: string;
  styles?: { variables: Record<string, string> };
}

const hostScript = bundle();

async function bundle(): Promise<string> {
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["bundle", "--quiet", "--platform", "browser", new URL("chart_host_page.ts", import.meta.url).pathname],
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  return new TextDecoder().decode(stdout);
}

/** Serves host and page on this machine while `run` works with them. */
export async function withChart(
  browser: Chromium,
  page: string,
  context: Context,
  run: (view: ChartView) => Promise<void>,
  width = 720,
): Promise<void> {
  const script = await hostScript;
  const answers: Record<string, () => Response> = {
    "/": () => new Response(HOST, { headers: { "Content-Type": "text/html" } }),
    "/host.js": () => new Response(script, { headers: { "Content-Type": "text/javascript" } }),
    "/chart": () => new Response(page, { headers: { "Content-Type": "text/html", "Content-Security-Policy": POLICY } }),
  };
  await using server = Deno.serve(
    { hostname: "127.0.0.1", port: 0, onListen: () => {} },
    (request) => answers[new URL(request.url).pathname]?.() ?? new Response(null, { status: 404 }),
  );
  await browser.resize(width, 700);
  await browser.open(
    `http://127.0.0.1:${server.addr.port}/#${encodeURIComponent(JSON.stringify(context))}`,
    RECORDER,
  );
  await browser.until("globalThis.host !== undefined");
  await browser.evaluate("host.ready");
  const inside = <T>(expression: string) => browser.evaluate<T>(expression, "/chart");
  const settle = () => inside("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  const view: ChartView = {
    inside,
    outside: (expression) => browser.evaluate(expression),
    drawn: async () => {
      await settle();
      return await inside("drawn");
    },
    async show(structuredContent) {
      await browser.evaluate(`host.result({ structuredContent: ${JSON.stringify(structuredContent)} })`);
      await browser.until(`!document.getElementById("status").textContent.startsWith("Waiting")`, "/chart");
      return await view.drawn();
    },
    text: () => inside("document.querySelector('main').innerText"),
    async screenshot(name) {
      await settle();
      await browser.resize(width, Math.max(100, await browser.evaluate<number>("host.height")));
      await settle();
      const png = await browser.screenshot();
      const folder = Deno.env.get("CHART_SCREENSHOTS");
      if (folder !== undefined) await Deno.writeFile(`${folder}/${name}.png`, png);
      return png;
    },
  };
  await run(view);
}
