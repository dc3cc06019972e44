import assert from "node:assert/strict";
import type { AnalyticsInput } from "../../src/ask/analytics.ts";
import { analytics, searchRecords } from "../../src/ask/mod.ts";
import type { SearchInput } from "../../src/ask/select.ts";
import { Failure } from "../../src/lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { ARGUMENT_EXAMPLES } from "../../src/mcp/argument_examples.ts";
import { argumentNames, parseArguments } from "../../src/mcp/arguments.ts";
import type { Tool } from "../../src/mcp/define.ts";
import { tools } from "../../src/mcp/mod.ts";
import { demoOdoo } from "../ask/odoos.ts";

const WRONG: [string, Json, RegExp][] = [
  ["domain", "[('state','=','sale')]", /domain is a text, not a list/],
  ["domain", { state: "sale" }, /domain is an object, not a list/],
  ["domain", 7, /domain is 7, not a list/],
  ["where", 5, /where is 5, not a list/],
  ["where", '[{"field":"state"}]', /where is a text, not a list/],
  ["measures", 5, /measures is 5, not a list/],
  ["group_by", true, /group_by is true, not a list/],
  ["group_by", [{ field: "date_order" }], /group_by\[0\] is an object, not a text/],
  ["having", 5, /having is 5, not a list/],
  ["fields", { name: 1 }, /fields is an object, not a list/],
  ["fields", [1], /fields\[0\] is 1, not a text/],
  ["order", ["name"], /order is a list, not a text/],
  ["limit", "x", /limit is a text, not a number/],
  ["ids", ["S1"], /ids\[0\] is a text, not a number/],
  ["include", 5, /include is 5, not a list/],
  ["query", ["x"], /query is a list, not a text/],
  ["chart", "column", /chart is "column", not one of auto, bar, line, pie/],
  ["compare", true, /compare is true, not one of previous_period, last_year/],
];

Deno.test("an argument of the wrong shape is told in plain words, with an example where the shape is not plain", () => {
  const reading = tools.filter(({ access, aliasOf }) => access === "read" && aliasOf === undefined);
  for (const tool of reading) {
    for (const [name, value, words] of WRONG) {
      if (!argumentNames(tool.input).includes(name)) continue;
      const failure = refusal(tool, { ...needed(tool.name), [name]: value });
      assert.equal(failure.code, "E004");
      assert.match(failure.message, words, tool.name);
      const example = ARGUMENT_EXAMPLES[name];
      if (example !== undefined) {
        assert.ok(failure.hint.includes(`"${name}": ${JSON.stringify(example)}`), `${tool.name}: ${failure.hint}`);
      }
    }
    const [missing] = Object.keys(needed(tool.name));
    if (missing === undefined) continue;
    const failure = refusal(tool, {});
    assert.match(failure.message, new RegExp(`${missing} is missing`));
    assert.match(failure.hint, new RegExp(`"${missing}": `));
  }
});

function refusal(tool: Tool, args: JsonObject): Failure {
  try {
    parseArguments(tool, { model: "sale.order", ...args });
  } catch (error) {
    assert.ok(error instanceof Failure);
    return error;
  }
  assert.fail(`${tool.name} takes ${JSON.stringify(args)}`);
}

/** Arguments without which a tool does not run. */
function needed(tool: string): JsonObject {
  if (tool === "complex_search") return { where: [] };
  if (tool === "analytics_query") return { measures: ["count"] };
  return ["get_record", "get_metadata", "list_messages"].includes(tool) ? { ids: [1] } : {};
}

Deno.test("every example is taken as it stands, on any model", async () => {
  const odoo = await demoOdoo();
  const examples = ARGUMENT_EXAMPLES as unknown as AnalyticsInput & SearchInput;
  for (const tool of tools.filter(({ access, aliasOf }) => access === "read" && aliasOf === undefined)) {
    const names = argumentNames(tool.input);
    for (const [name, example] of Object.entries(ARGUMENT_EXAMPLES)) {
      if (names.includes(name)) parseArguments(tool, { model: "res.partner", ...needed(tool.name), [name]: example });
    }
  }
  const { where, domain, fields, order, group_by, measures, having } = examples;
  assert.ok((await searchRecords(odoo, { model: "res.partner", where, fields, order })).columns.length > 1);
  assert.ok((await searchRecords(odoo, { model: "res.partner", domain })).columns.length > 1);
  assert.ok((await analytics(odoo, { model: "res.partner", group_by, measures, having })).columns.length > 1);
});

Deno.test("one item alone stands for a list of one", () => {
  const parsed = (tool: string, args: JsonObject) => {
    const found = tools.find(({ name }) => name === tool)!;
    const input = parseArguments(found, { model: "sale.order", ...args });
    assert.ok(isObject(input));
    return input;
  };
  const condition = { field: "state", op: "=", value: "sale" };
  assert.deepEqual(parsed("complex_search", { where: condition }).where, [condition]);
  assert.deepEqual(parsed("get_record", { ids: 7 }).ids, [7]);
  assert.deepEqual(parsed("describe_model", { include: "actions" }).include, ["actions"]);
  const { measures, group_by, having } = parsed("analytics_query", {
    measures: "count",
    group_by: "state",
    having: "count > 5",
  });
  assert.deepEqual([measures, group_by, having], [["count"], ["state"], ["count > 5"]]);
});
