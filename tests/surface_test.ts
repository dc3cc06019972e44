import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { isObject, type Json, type JsonObject } from "../src/lib/json.ts";
import { instructions, listing, selectTools, tools } from "../src/mcp/mod.ts";

const ALL = { mode: "guarded", toolsets: ["core", "messaging"], only: [], exclude: [], withoutFeatures: [] };
const listed = selectTools(tools, ALL).listed.map((tool) => listing(tool, ["default"]));

/** The budget of surface.md §1, by o200k: for name, description and input alone, and with everything. */
const PER_TOOL = { input: 220, everything: 290 };

Deno.test("tools/list stays within its token budget", () => {
  const tokens = (value: unknown) => encode(JSON.stringify(value)).length;
  const inputs = tokens(listed.map(({ name, description, inputSchema }) => ({ name, description, inputSchema })));
  const everything = tokens(listed);
  console.log(`tools/list: ${listed.length} tools, ${inputs} tokens for input, ${everything} with everything`);
  assert.ok(inputs <= PER_TOOL.input * listed.length, `${inputs} tokens`);
  assert.ok(everything <= PER_TOOL.everything * listed.length, `${everything} tokens`);
});

Deno.test("server instructions stay under 300 tokens in every mode", () => {
  const names = listed.map((tool) => tool.name);
  for (const mode of ["read-only", "guarded", "open"]) {
    const text = instructions({ mode, tools: names, instances: ["default", "second"] });
    assert.ok(encode(text).length < 300, `${mode}: ${encode(text).length} tokens`);
  }
});

Deno.test("every model vendor accepts the input schemas", () => {
  for (const tool of listed) {
    const schema = tool.inputSchema as JsonObject;
    assert.equal(schema.type, "object", tool.name);
    for (const word of ["anyOf", "oneOf", "allOf"]) {
      assert.ok(!(word in schema), `${tool.name} has a top-level ${word}`);
    }
    visit(schema, tool.name);
  }
});

function visit(schema: Json, place: string): void {
  if (!isObject(schema)) return;
  for (const word of ["$ref", "$defs", "format", "$schema"]) assert.ok(!(word in schema), `${place} has ${word}`);
  if (isObject(schema.properties)) {
    for (const [name, property] of Object.entries(schema.properties)) {
      const at = `${place}.${name}`;
      assert.ok(isObject(property) && ("type" in property || "anyOf" in property), `${at} has no type`);
      if (property.type === "array") assert.ok(isObject(property.items), `${at} has no items`);
      visit(property, at);
    }
  }
  visit(schema.items ?? null, `${place}[]`);
  if (Array.isArray(schema.anyOf)) schema.anyOf.forEach((one, at) => visit(one, `${place}|${at}`));
}

Deno.test("read-only lists no tool that changes anything", () => {
  const { listed, callable } = selectTools(tools, { ...ALL, mode: "read-only" });
  assert.ok(listed.length > 0);
  for (const tool of callable.values()) assert.equal(tool.access, "read", tool.name);
});

Deno.test("an excluded tool takes its aliases with it", () => {
  const { callable } = selectTools(tools, { ...ALL, exclude: ["delete_record"] });
  assert.ok(!callable.has("delete_record") && !callable.has("delete_records"));
});

Deno.test("aliases are callable but listed only in compat", () => {
  const { listed, callable } = selectTools(tools, ALL);
  assert.ok(callable.has("odoo_search") && !listed.some((tool) => tool.name === "odoo_search"));
  const compat = selectTools(tools, { ...ALL, toolsets: ["core", "compat"] });
  assert.ok(compat.listed.some((tool) => tool.name === "odoo_search"));
});

Deno.test("a tool's safety hints follow from its access", () => {
  for (const tool of tools) {
    const annotations = listing(tool, ["default"]).annotations as JsonObject;
    assert.equal(annotations.readOnlyHint, tool.access === "read", tool.name);
    if (tool.access === "destroy" || tool.access === "act") assert.equal(annotations.destructiveHint, true, tool.name);
  }
});
