import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import { readVault } from "../../src/lib/vault.ts";

const KEY = "k".repeat(40);
const OTHER = "o".repeat(40);
const NOW = new Date("2026-11-21T10:00:00Z");

Deno.test("what is set is read again by its name with its key, and stands nowhere in the file", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ minLength: 8, unit: "grapheme" }), async (value) => {
      const text = (await readVault("").with("odoo", value, KEY, NOW)).text();
      assert.ok(!text.includes(value));
      assert.equal((await readVault(text).open("odoo", [OTHER, KEY])).reveal(), value);
    }),
    { numRuns: 100 },
  );
});

Deno.test("another key, another name's value and changed bytes open nothing", async () => {
  const vault = await (await readVault("").with("one", "value-one", KEY, NOW)).with("two", "value-two", KEY, NOW);
  const fails = (text: string, name: string, key: string) =>
    assert.rejects(readVault(text).open(name, [key]), (error) => error instanceof Failure && error.code === "E002");
  await fails(vault.text(), "one", OTHER);
  const data = JSON.parse(vault.text());
  const swapped = { ...data, secrets: { one: data.secrets.two, two: data.secrets.one } };
  await fails(JSON.stringify(swapped), "one", KEY);
  const sealed: string = data.secrets.one.sealed;
  for (let at = 0; at < sealed.length - 1; at += 5) {
    const changed = sealed.slice(0, at) + (sealed[at] === "A" ? "B" : "A") + sealed.slice(at + 1);
    await fails(JSON.stringify({ ...data, secrets: { one: { ...data.secrets.one, sealed: changed } } }), "one", KEY);
  }
});

Deno.test("names are listed in order, removed ones are gone, unknown ones are named with those there are", async () => {
  const vault = await (await readVault("").with("b", "x", KEY, NOW)).with("a", "y", KEY, NOW);
  assert.deepEqual(vault.names(), [{ name: "a", set: NOW.toISOString() }, { name: "b", set: NOW.toISOString() }]);
  await assert.rejects(vault.without("b").open("b", [KEY]), /none of this name/);
  assert.throws(() => vault.without("c"), /none of this name/);
});

Deno.test("a file that is no vault is refused, whatever it holds", () => {
  for (const text of ["{", "[]", "{}", '{"version":2,"secrets":{}}', '{"version":1,"secrets":{"a":"b"}}', "null"]) {
    assert.throws(() => readVault(text), /was not written by odoo-mcp secret/);
  }
});
