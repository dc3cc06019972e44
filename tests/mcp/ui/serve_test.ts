/** How clients learn of the page of the charts, over the wire. */
import assert from "node:assert/strict";
import { connectHttp, connectStdio, type Era, startHttp } from "../../support/server.ts";

const URI = "ui://odoo-mcp/chart";
const MIME_TYPE = "text/html;profile=mcp-app";

type Connected = Awaited<ReturnType<typeof connectStdio>>;

async function pageOf(client: Connected): Promise<{ named: unknown; listed: boolean }> {
  const { tools } = await client.listTools();
  for (const { name, _meta } of tools) assert.ok(name === "analytics_query" || _meta === undefined, name);
  const { resources } = await client.listResources();
  const named = tools.find(({ name }) => name === "analytics_query")?._meta;
  return { named, listed: resources.some(({ uri, mimeType }) => uri === URI && mimeType === MIME_TYPE) };
}

for (const era of ["2025-11-25", "2026-07-28"] satisfies Era[]) {
  Deno.test(`${era}: the chart's page is named and listed only to a client that shows MCP Apps`, async () => {
    await using shows = await connectStdio(["--demo"], { era, showsApps: true });
    assert.deepEqual(await pageOf(shows), { named: { ui: { resourceUri: URI } }, listed: true });
    await using other = await connectStdio(["--demo"], { era });
    assert.deepEqual(await pageOf(other), { named: undefined, listed: false });
  });
}

Deno.test("the page is one document that asks for no network", async () => {
  await using client = await connectStdio(["--demo"], { showsApps: true });
  const { contents: [page] } = await client.readResource({ uri: URI });
  assert.ok(page !== undefined && "text" in page);
  assert.equal(page.mimeType, MIME_TYPE);
  assert.deepEqual(page._meta, { ui: { csp: { connectDomains: [], resourceDomains: [] }, prefersBorder: true } });
  assert.match(page.text, /^<!DOCTYPE html>/i);
  assert.match(page.text, /content="default-src 'none'; script-src 'sha256-/);
  assert.doesNotMatch(page.text.replace(/<script[^]*<\/script>/, ""), /\b(src|href)=/);
});

Deno.test("a 2025 client over HTTP, whose capabilities are not known, is told of the page, and no list offers it", async () => {
  await using server = await startHttp(["--demo"]);
  await using client = await connectHttp(server.url, "2025-11-25");
  assert.deepEqual(await pageOf(client), { named: { ui: { resourceUri: URI } }, listed: false });
});

for (const feature of ["charts", "resources"]) {
  Deno.test(`without features.${feature} no tool names a page`, async () => {
    await using client = await connectStdio(["--demo", `--no-features-${feature}`], { showsApps: true });
    const { tools } = await client.listTools();
    assert.ok(tools.every(({ _meta }) => _meta === undefined));
    await assert.rejects(client.readResource({ uri: URI }));
  });
}
