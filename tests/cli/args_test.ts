import assert from "node:assert/strict";
import { readArgs } from "../../src/cli/args.ts";

function flags(...args: string[]): Record<string, string[]> {
  const read = readArgs(args);
  assert.deepEqual(read.unknown, []);
  return read.flags;
}

Deno.test("a flag's value stands behind it or behind an equals sign", () => {
  assert.deepEqual(flags("--http-port", "80", "--mode=open"), { "http-port": ["80"], mode: ["open"] });
  assert.deepEqual(flags("--odoo-password=-a=b"), { "odoo-password": ["-a=b"] });
  assert.deepEqual(flags("--odoo-password=a\nb"), { "odoo-password": ["a\nb"] });
});

Deno.test("a switch needs no value, may have one, and is turned off with no-", () => {
  const { words, flags } = readArgs(["--demo", "call", "x", "--no-features-batch", "--features-cache", "false"]);
  assert.deepEqual(words, ["call", "x"]);
  assert.deepEqual(flags, { demo: ["true"], "features-batch": ["false"], "features-cache": ["false"] });
});

Deno.test("a missing value is empty, and takes no other flag for one", () => {
  assert.deepEqual(flags("--mode", "--http-port", "80", "--odoo-url"), {
    mode: [""],
    "http-port": ["80"],
    "odoo-url": [""],
  });
  assert.deepEqual(flags("--http-port", "-1"), { "http-port": ["-1"] });
});

Deno.test("flags of Instances are known by their form, whatever their name", () => {
  assert.deepEqual(flags("--instances-my-shop-api-key", "k"), { "instances-my-shop-api-key": ["k"] });
});

Deno.test("a flag given several times keeps every value", () => {
  assert.deepEqual(flags("--tools", "a", "--tools", "b"), { tools: ["a", "b"] });
});

Deno.test("words come in any place, - is one of them, and behind -- everything is", () => {
  assert.deepEqual(readArgs(["call", "--json", "x", "-"]).words, ["call", "x", "-"]);
  assert.deepEqual(readArgs(["call", "--", "--json", "-x"]).words, ["call", "--json", "-x"]);
});

Deno.test("what is neither setting nor switch is unknown and swallows nothing", () => {
  for (const flag of ["--htp-port", "--constructor", "--__proto__", "-x", "--no-mode", "--=x", "---"]) {
    const read = readArgs([flag, "call"]);
    assert.equal(read.unknown.length, 1, flag);
    assert.deepEqual(read.words, ["call"], flag);
  }
  assert.deepEqual(readArgs(["--pasword=hunter2"]).unknown, ["--pasword"]);
});
