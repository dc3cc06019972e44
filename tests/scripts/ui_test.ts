import assert from "node:assert/strict";
import { makePage } from "../../scripts/ui.ts";
import { chartPage } from "../../src/mcp/ui/chart_page_html.ts";

// Another Deno brings another bundler, and with it other names in the script: CI and `deno task ok` use this one.
Deno.test({
  name: "the page in the repository is what its source and deno.lock make",
  ignore: !Deno.version.deno.startsWith("2.9."),
  fn: async () => {
    const [made, stands] = [await makePage(), await chartPage()];
    assert.ok(made === stands, "src/mcp/ui/chart_page_html.ts is stale: run deno task ui");
  },
});
