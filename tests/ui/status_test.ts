/** The status page in a real browser: of the real program, and of an invented busy hour. */
import assert from "node:assert/strict";
import { statusPage } from "../../src/status/mod.ts";
import { type Chromium, chromiumTest } from "../support/chromium.ts";
import { createKeys } from "../support/keys.ts";
import { call, connectHttp, startHttp } from "../support/server.ts";
import { inventedReport } from "../support/status_report.ts";

/** The page with an invented report, which may change. */
function servePage(report: { now: string }) {
  return Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async ({ url }) => {
    const { pathname } = new URL(url);
    if (pathname === "/status.json") return new Response(report.now, { status: report.now === "" ? 503 : 200 });
    if (pathname !== "/") return new Response(null, { status: 404 });
    return new Response(await statusPage(), { headers: { "content-type": "text/html" } });
  });
}

/** Lets the page wait a twentieth of its time. */
const HURRY = "const wait = setTimeout; globalThis.setTimeout = (run, ms) => wait(run, ms / 20);";

const shown = (browser: Chromium) => browser.evaluate<string>("document.body.innerText");

/** As tall as its content; kept in the folder `STATUS_SCREENSHOTS` names, to be looked at. */
async function picture(browser: Chromium, name: string, width: number): Promise<void> {
  await browser.resize(width, 800);
  await browser.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  await browser.resize(
    width,
    await browser.evaluate<number>("Math.ceil(document.body.getBoundingClientRect().height)"),
  );
  await browser.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  const png = await browser.screenshot();
  const folder = Deno.env.get("STATUS_SCREENSHOTS");
  if (folder !== undefined) await Deno.writeFile(`${folder}/${name}.png`, png);
}

chromiumTest("the status page tells what is, in light and dark, wide and on a phone", async (browser) => {
  const report = { now: JSON.stringify(inventedReport(Date.now())) };
  await using server = servePage(report);
  for (const scheme of ["light", "dark"] as const) {
    await browser.prefer(scheme);
    await browser.resize(1120, 800);
    await browser.open(`http://127.0.0.1:${server.addr.port}/`);
    await browser.until("document.querySelectorAll('article').length === 3");
    for (const [name, width] of [["wide", 1120], ["phone", 390]] as const) {
      await picture(browser, `status_${name}_${scheme}`, width);
      const wider = await browser.evaluate<number>("document.documentElement.scrollWidth - innerWidth");
      assert.ok(wider <= 0, `${name}: ${wider} pixels stick out`);
      const cut = await browser.evaluate<string[]>(
        "[...document.querySelectorAll('td, dd, h1, h2, h3, .pill')].filter((one) => one.offsetParent !== null && " +
          "one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)",
      );
      assert.deepEqual(cut, [], name);
    }
    const words = await shown(browser);
    for (
      const word of [
        "1 of 3 Odoos does not answer",
        "running for 3 d 4 h",
        "production",
        "down: connection error",
        "account.move.line read_group",
        "Odoo refuses: no right",
        "key:nightly-import",
        "× 480",
      ]
    ) assert.ok(words.includes(word), `${word} is not in\n${words}`);
    const label = await browser.evaluate<string>("document.querySelector('.strip').getAttribute('aria-label')");
    assert.equal(label, "Health of production: up in 60 of the last 60 looks");
  }
  assert.deepEqual(browser.complaints, []);
  const asked = new Set(browser.requests.filter((url) => !url.startsWith("data:")).map((url) => new URL(url).pathname));
  assert.deepEqual([...asked].sort(), ["/", "/status.json"]);
});

chromiumTest("what records or callers are called can't become part of the page", async (browser) => {
  const evil = "<img src=x onerror=alert(1)><script>document.title='owned'</script>";
  const plain = inventedReport(Date.now());
  const report = {
    now: JSON.stringify({
      ...plain,
      name: evil,
      instances: plain.instances.map((one) => ({ ...one, name: evil })),
      writes: plain.writes.map((one) => ({ ...one, caller: evil, client: evil, model: evil })),
    }),
  };
  await using server = servePage(report);
  await browser.open(`http://127.0.0.1:${server.addr.port}/`);
  await browser.until("document.querySelectorAll('article').length === 3");
  assert.equal(await browser.evaluate("document.querySelectorAll('img').length"), 0);
  assert.equal(await browser.evaluate("document.querySelectorAll('script').length"), 1);
  assert.ok((await shown(browser)).includes(evil));
  assert.deepEqual(browser.complaints, []);
});

chromiumTest("a page that can't reach its server says so, keeps what it knew, and comes back", async (browser) => {
  const report = { now: JSON.stringify(inventedReport(Date.now())) };
  await using server = servePage(report);
  await browser.open(`http://127.0.0.1:${server.addr.port}/`, HURRY);
  await browser.until("document.querySelectorAll('article').length === 3");
  const good = report.now;
  report.now = "";
  await browser.until("!document.getElementById('trouble').hidden");
  assert.match(await shown(browser), /it answers 503\. What you see is old[\s\S]*production/);
  report.now = good;
  await browser.until("document.getElementById('trouble').hidden");
});

chromiumTest("the real program's page follows what happens, without a reload", async (browser) => {
  await using server = await startHttp(["--demo"]);
  await using client = await connectHttp(server.url);
  await browser.open(new URL("/", server.url).href, HURRY);
  await browser.until("document.querySelector('article .pill.good') !== null");
  assert.match(await shown(browser), /Odoo answers[\s\S]*No tool has been called yet[\s\S]*Nothing has been changed/);
  const made = await call(client, "create_record", { model: "res.partner", values: { name: "Seen from outside" } });
  assert.ok(!made.isError, made.text);
  await call(client, "search_records", { model: "no.such.model" });
  for (const [place, word] of [["errors", "E005"], ["writes", "res.partner"]]) {
    await browser.until(`document.getElementById('${place}').innerText.includes('${word}')`);
  }
  const words = await shown(browser);
  assert.match(words, /create_record[\s\S]*E005 Not found[\s\S]*local · test 1\.0\.0[\s\S]*create_record/);
  assert.doesNotMatch(words, /Seen from outside/);
  assert.deepEqual(browser.complaints, []);
});

chromiumTest(
  "a browser that was told the key as a password gets the page, and what it asks for by itself",
  async (browser) => {
    await using keys = await createKeys(["boss:admin"]);
    await using server = await startHttp(["--demo", "--security-keys", keys.file]);
    const url = new URL("/", server.url);
    [url.username, url.password] = ["anybody", keys.of("boss")];
    await browser.open(url.href);
    await browser.until("document.querySelector('article') !== null");
    assert.deepEqual(browser.complaints, []);
  },
);

Deno.test("the status page is for admins: others get neither it nor its numbers", async () => {
  await using keys = await createKeys(["boss:admin", "reader:viewer"]);
  await using server = await startHttp(["--demo", "--security-keys", keys.file]);
  const ask = async (path: string, key?: string) => {
    const headers: Record<string, string> = key === undefined ? {} : { authorization: `Basic ${btoa(`x:${key}`)}` };
    const response = await fetch(new URL(path, server.url), { headers });
    await response.body?.cancel();
    return response;
  };
  for (const path of ["/", "/status.json"]) {
    assert.equal((await ask(path)).status, 401, path);
    assert.equal((await ask(path, keys.of("reader"))).status, 403, path);
    const { status, headers } = await ask(path, keys.of("boss"));
    assert.equal(status, 200, path);
    assert.equal(headers.get("cache-control"), "no-store");
  }
  const { headers } = await ask("/", keys.of("boss"));
  assert.equal(headers.get("content-security-policy"), "frame-ancestors 'none'");
});
