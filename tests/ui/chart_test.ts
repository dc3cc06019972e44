/** The page of the charts in a real browser, shown by a host that is made with the SDK for hosts. */
import assert from "node:assert/strict";
import { chartPage } from "../../src/mcp/ui/chart_page_html.ts";
import { type Context, type Drawn, withChart } from "../support/chart_host.ts";
import { type Chromium, chromiumTest } from "../support/chromium.ts";
import { call, connectStdio } from "../support/server.ts";

const page = await chartPage();

const customer = { name: "partner_id", label: "Customer", type: "many2one" };
const salesperson = { name: "user_id", label: "Salesperson", type: "many2one" };
const stage = { name: "stage_id", label: "Stage", type: "many2one" };
const month = { name: "date_order:month", label: "Order Date (month)", type: "datetime" };
const total = { name: "amount_total:sum", label: "Total (sum)", type: "monetary", currency: "EUR" };
const count = { name: "count", label: "Count", type: "integer" };

const SALES = {
  columns: [customer, total],
  rows: [[[7, "Brightwater Cycles"], 91698.04], [[14, "Maison Corvelle"], 74589], ["(not set)", -12000.5]],
  others: { groups: 5, "amount_total:sum": 30250 },
  totals: { "amount_total:sum": 184536.54 },
  chart: { type: "bar", x: 0, series: [1], title: "Total (sum) by Customer", unit: "EUR" },
  notes: ["The first 3 of 8 groups; the rest is in others."],
};
const MONTHS = Array.from({ length: 11 }, (_, at) => `2026-${String(at + 1).padStart(2, "0")}`);
const BY_MONTH = {
  columns: [month, total, count],
  rows: MONTHS.map((name, at) => [name, at === 4 ? null : 20000 + 1500 * at, 10 + 2 * at]),
  chart: { type: "line", x: 0, series: [1, 2], title: "Sales by month" },
};
const LONG = "Vereinigte Handels- und Transportgesellschaft Nr.";
const MANY = {
  columns: [customer, total],
  rows: Array.from({ length: 70 }, (_, at) => [[at, `${LONG} ${at} mbH & Co. KG`], 4000 - 90 * at]),
  chart: { type: "bar", x: 0, series: [1], title: "Sales by customer" },
};

/** What is painted, with the spaces of a locale as plain ones. */
const painted = (drawn: Drawn) => drawn.texts.map(({ text }) => text.replaceAll(/[\u00a0\u202f]/g, " "));

/** Nothing but the host's own three files was asked for, and nothing was complained about. */
function assertQuiet({ requests, complaints }: Chromium): void {
  const asked = requests.filter((url) => !url.startsWith("data:")).map((url) => new URL(url).pathname);
  assert.deepEqual(asked.sort(), ["/", "/chart", "/host.js"]);
  assert.deepEqual(complaints, []);
}

chromiumTest(
  "a bar for each group and for the others, named below, with money as the host's locale writes it",
  async (browser) => {
    await withChart(browser, page, { theme: "light", locale: "de-DE" }, async (view) => {
      const drawn = await view.show(SALES);
      await view.screenshot("bar");
      const words = painted(drawn);
      const names = ["Brightwater Cycles", "Maison Corvelle", "(not set)", "Others (5)"];
      assert.deepEqual(words.filter((word) => names.includes(word)), names);
      for (const word of ["Total (sum), EUR", "Customer", "0 €", "80.000 €", "-20.000 €"]) {
        assert.ok(words.includes(word), word);
      }
      const heights = drawn.bars.map(({ height }) => height);
      assert.equal(heights.length, 4);
      assert.ok(Math.abs(heights[0]! / heights[1]! - 91698.04 / 74589) < 0.02, "heights are as the values");
      const zero = drawn.bars[0]!.y + heights[0]!;
      assert.ok(Math.abs(drawn.bars[2]!.y - zero) < 2 && heights[2]! > 5, "below zero the bar hangs down");
      assert.match(
        await view.text(),
        /^Total \(sum\) by Customer\n[^]*The first 3 of 8 groups; the rest is in others\./,
      );
      assertQuiet(browser);
    });
  },
);

chromiumTest(
  "a line has a point for each period, a gap where there is no value, and an axis for each unit",
  async (browser) => {
    await withChart(browser, page, { theme: "light", locale: "en-GB" }, async (view) => {
      const drawn = await view.show(BY_MONTH);
      await view.screenshot("line");
      const words = painted(drawn);
      for (const word of ["Jan 2026", "Nov 2026", "€30k", "30", "Total (sum), EUR", "Count"]) {
        assert.ok(words.includes(word), word);
      }
      assert.equal(drawn.points.length, 10);
      assert.equal(drawn.bars.length, 11, "the second series has square points");
      assert.match(await view.text(), /●\nTotal \(sum\)\n■\nCount/);
    });
  },
);

chromiumTest("a pie names each slice with its value and share", async (browser) => {
  const rows = [[[1, "New"], 52000], [[2, "Won"], 78000], [[3, `${LONG} 3`], 70000]];
  const answer = { columns: [stage, total], rows, chart: { type: "pie", x: 0, series: [1], title: "Pipeline" } };
  await withChart(browser, page, { theme: "light", locale: "en-US" }, async (view) => {
    const { slices } = await view.show(answer);
    await view.screenshot("pie");
    assert.equal(new Set(slices.map(({ colour }) => colour)).size, 3);
    const legend = (await view.text()).replaceAll("\n", " ");
    for (const text of ["New €52,000.00 (26%)", "Won €78,000.00 (39%)", `${LONG} 3 €70,000.00 (35%)`]) {
      assert.ok(legend.includes(text), `${legend} has ${text}`);
    }
  });
});

chromiumTest("months by salesperson are drawn as bars side by side, in the colours of the legend", async (browser) => {
  const people = ["Ann", "Bob", "Cleo"];
  const rows = MONTHS.flatMap((name, at) => people.map((person, of) => [name, [of, person], 1000 * (at + of + 1)]));
  const chart = { type: "bar", x: 0, series: [2], title: "Sales by month and salesperson" };
  await withChart(browser, page, { theme: "dark", locale: "en-US" }, async (view) => {
    const { bars } = await view.show({ columns: [month, salesperson, total], rows, chart });
    await view.screenshot("months_by_salesperson_dark");
    assert.equal(bars.length, 33);
    assert.equal(new Set(bars.map(({ colour }) => colour)).size, 3);
    assert.match(await view.text(), /Ann\n■\nBob\n■\nCleo/);
  });
});

chromiumTest(
  "many long names lie beside their bars, shortened to what tells them apart, and what is not drawn is told",
  async (browser) => {
    for (const width of [720, 360]) {
      await withChart(browser, page, { theme: "light", locale: "en-US" }, async (view) => {
        const drawn = await view.show(MANY);
        await view.screenshot(`many_${width}`);
        assert.equal(drawn.bars.length, 40);
        assert.ok(painted(drawn).some((word) => word.endsWith("13 mbH & Co. KG")));
        assert.ok(drawn.texts.every(({ x }) => x >= 0 && x <= width), "no text starts outside");
        const rows = [...new Set(drawn.bars.map(({ y }) => Math.round(y)))].sort((a, b) => a - b);
        assert.ok(rows.every((y, at) => at === 0 || y - rows[at - 1]! >= 20), "each has a line of its own");
        assert.match(await view.text(), /The first 40 of 70 groups are drawn; all stand in the table\./);
        assert.ok(
          await view.inside<boolean>("document.documentElement.scrollWidth <= innerWidth"),
          "nothing sticks out",
        );
        assert.equal(await view.inside("document.querySelectorAll('tbody tr').length"), 70);
      }, width);
    }
  },
);

chromiumTest("dark and light follow the host, and the person's system where the host says nothing", async (browser) => {
  const ground = "getComputedStyle(document.body).backgroundColor";
  await browser.prefer("dark");
  await withChart(browser, page, {}, async (view) => {
    const first = await view.show(SALES);
    assert.equal(await view.inside(ground), "rgb(22, 27, 34)");
    await view.outside("host.context({ theme: 'light' })");
    const second = await view.drawn();
    assert.equal(await view.inside(ground), "rgb(255, 255, 255)");
    assert.notEqual(first.bars[0]?.colour, second.bars[0]?.colour);
    await view.outside("host.context({ theme: 'dark' })");
    await view.screenshot("bar_dark");
    assert.equal(await view.inside(ground), "rgb(22, 27, 34)");
  });
  const variables = { "--color-background-primary": "rgb(250, 240, 230)", "--color-text-primary": "rgb(60, 30, 10)" };
  await withChart(browser, page, { theme: "light", styles: { variables } }, async (view) => {
    await view.show(SALES);
    assert.equal(await view.inside(ground), variables["--color-background-primary"]);
    assert.equal(await view.inside("getComputedStyle(document.body).color"), variables["--color-text-primary"]);
  });
});

chromiumTest("text from records is only ever text", async (browser) => {
  const evil = `<img src=x onerror="top.hacked=globalThis.hacked=1"></script><script>hacked=1</script>{{x}}`;
  const hostile = {
    columns: [{ ...customer, label: evil }, { ...total, label: evil }, { ...count, label: evil }],
    rows: [[[1, evil], 5, 1], [[2, "javascript:hacked=1"], 3, 2], ["https://example.invalid/x.png", 2, 3]],
    others: { groups: evil, "amount_total:sum": { [evil]: 3 } },
    totals: { [evil]: evil, count: evil },
    compared: evil,
    chart: { type: "bar", x: 0, series: [1, 2], title: evil, unit: evil },
    notes: [evil],
  };
  await withChart(browser, page, { theme: "light", locale: evil }, async (view) => {
    for (const type of ["bar", "line", "pie"]) {
      const drawn = await view.show({ ...hostile, chart: { ...hostile.chart, type } });
      assert.ok(drawn.texts.length + drawn.slices.length >= 3);
      assert.equal(
        await view.inside("document.querySelectorAll('img, a, iframe, script:not([type=module])').length"),
        0,
      );
      assert.equal(await view.inside("document.getElementById('title').textContent"), evil);
    }
    assert.equal(await view.inside("typeof hacked"), "undefined");
    assert.equal(await view.outside("typeof hacked"), "undefined");
    assertQuiet(browser);
  });
});

chromiumTest("the page's own policy lets it reach nothing, whatever its host allows", async (browser) => {
  await withChart(browser, page, {}, async (view) => {
    const tries = ["fetch('/')", "fetch('https://example.invalid/')", "import('/host.js')", "eval('1')"];
    for (const attempt of tries) {
      assert.equal(
        await view.inside(`(async () => ${attempt})().then(() => "reached", () => "refused")`),
        "refused",
        attempt,
      );
    }
  });
});

chromiumTest("the numbers stand in a table that opens by keyboard and says what it is", async (browser) => {
  await withChart(browser, page, { theme: "light", locale: "en-US" }, async (view) => {
    await view.show({ ...SALES, totals: { "amount_total:sum": { EUR: 184536.54, USD: 12 } } });
    assert.equal(await view.inside("document.getElementById('details').open"), false);
    const label = await view.inside<string>("document.querySelector('canvas').getAttribute('aria-label')");
    assert.equal(label, "Bar chart: Total (sum) by Customer, 4 groups. The table has the numbers.");
    await browser.press("Tab");
    await browser.press("Enter");
    assert.equal(await view.inside("document.getElementById('details').open"), true);
    await view.screenshot("table");
    const table = "[...document.querySelectorAll('tr')].map((row) => [...row.cells].map((cell) => cell.textContent))";
    assert.deepEqual(await view.inside(table), [
      ["Customer", "Total (sum)"],
      ["Brightwater Cycles", "€91,698.04"],
      ["Maison Corvelle", "€74,589.00"],
      ["(not set)", "-€12,000.50"],
      ["Others (5)", "€30,250.00"],
      ["Total", "€184,536.54\n$12.00"],
    ]);
    assert.equal(await view.inside("document.querySelectorAll('th[scope=col]').length"), 2);
    assert.equal(await view.inside("document.querySelector('caption').textContent"), "Total (sum) by Customer");
  });
});

chromiumTest("where there is no chart to draw, a sentence or the table stands instead", async (browser) => {
  const { chart: _, ...plain } = SALES;
  await withChart(browser, page, { theme: "light" }, async (view) => {
    assert.match(await view.text(), /Waiting for the numbers/);
    await view.show(plain);
    assert.equal(await view.inside("document.getElementById('details').open"), true);
    assert.equal(await view.inside("document.getElementById('chart').hidden"), true);
    await view.screenshot("no_chart");
    await view.show({ columns: SALES.columns, rows: [], notes: [] });
    assert.equal((await view.text()).trim(), "No records match, so there is nothing to show.");
    const failure = JSON.stringify({ code: "E004", message: "Cannot use measures: x is unknown" });
    await view.outside(`host.result({ isError: true, content: [{ type: "text", text: ${JSON.stringify(failure)} }] })`);
    await view.drawn();
    assert.equal((await view.text()).trim(), "Cannot use measures: x is unknown");
    await view.outside("host.cancel()");
    await view.drawn();
    assert.equal((await view.text()).trim(), "The question was cancelled.");
    await view.outside("host.teardown()");
    assertQuiet(browser);
  });
});

chromiumTest("the host learns how tall the page is, with and without its table", async (browser) => {
  await withChart(browser, page, { theme: "light" }, async (view) => {
    await view.show(SALES);
    await browser.until("host.height > 300");
    const closed = await view.outside<number>("host.height");
    await view.inside("document.getElementById('details').open = true");
    await browser.until(`host.height > ${closed + 50}`);
  });
});

chromiumTest("an answer of the real server is drawn by the page the real server hands out", async (browser) => {
  await using client = await connectStdio(["--demo"], { showsApps: true });
  const { tools } = await client.listTools();
  const tool = tools.find(({ name }) => name === "analytics_query");
  assert.deepEqual(tool?._meta, { ui: { resourceUri: "ui://odoo-mcp/chart" } });
  const { contents: [served] } = await client.readResource({ uri: "ui://odoo-mcp/chart" });
  assert.ok(served !== undefined && "text" in served);
  const ask = { model: "sale.order", measures: ["amount_total:sum", "count"], where: [] };
  const context: Context = { theme: "light", locale: "en-US" };
  await withChart(browser, served.text, context, async (view) => {
    const bars = await call(client, "analytics_query", { ...ask, group_by: ["partner_id"], limit: 5, chart: "bar" });
    assert.ok(!bars.isError, bars.text);
    const drawn = await view.show(bars.data);
    await view.screenshot("demo_bar");
    assert.ok(drawn.bars.length >= 5);
    const lines = await call(client, "analytics_query", {
      ...ask,
      group_by: ["date_order:month"],
      where: [{ field: "date_order", op: "=", value: "this_year" }],
      compare: "last_year",
      chart: "line",
    });
    assert.ok(!lines.isError, lines.text);
    assert.ok((await view.show(lines.data)).points.length > 5);
    await view.screenshot("demo_line");
    assertQuiet(browser);
  });
});
