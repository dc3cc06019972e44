import assert from "node:assert/strict";
import { makePage, PAGES } from "../../scripts/ui.ts";
import { chartPage } from "../../src/mcp/ui/chart_page_html.ts";
import { statusPage } from "../../src/status/mod.ts";

// Another Deno brings another bundler, and with it other names in the script: CI and `deno task ok` use this one.
Deno.test({
  name: "the pages in the repository are what their sources and deno.lock make",
  ignore: !Deno.version.deno.startsWith("2.9."),
  fn: async () => {
    for (const [source, stands] of [[PAGES.chart, await chartPage()], [PAGES.status, await statusPage()]] as const) {
      assert.ok(await makePage(source) === stands, `${source.name}_html.ts is stale: run deno task ui`);
    }
  },
});
