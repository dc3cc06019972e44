import assert from "node:assert/strict";
import { dirname } from "node:path";
import { type Breach, findBreaches } from "../../scripts/rooms.ts";

/** What is found in a tree of these files, as `file:line rule`. */
async function breachesOf(files: Record<string, string>): Promise<string[]> {
  const root = await Deno.makeTempDir({ prefix: "odoo-mcp-rooms-" });
  try {
    for (const [file, text] of Object.entries({ "main.ts": "", "src/lib/a.ts": "", ...files })) {
      await Deno.mkdir(dirname(`${root}/${file}`), { recursive: true });
      await Deno.writeTextFile(`${root}/${file}`, text);
    }
    return (await findBreaches(root)).map(({ file, line, rule }: Breach) => `${file}:${line} ${rule}`);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

Deno.test("a tree that keeps the rules has no breach", async () => {
  const found = await breachesOf({
    "main.ts": 'import { run } from "./src/cli/mod.ts";\nrun();',
    "src/cli/mod.ts": 'export const run = async () => (await import("./call.ts")).call();',
    "src/cli/call.ts": 'import { Client } from "@modelcontextprotocol/client";\nexport const call = () => Client;',
    "src/cli/print.ts": "export const print = () => Deno.stdout;",
    "src/odoo/mod.ts": 'export * from "./call.ts";',
    "src/odoo/call.ts":
      'export type Call = string;\n// console.log( and fetch( in a comment\nexport const at = "http://x";',
    "src/demo/mod.ts": 'import type { Call } from "../odoo/call.ts";\nexport type C = Call;',
    "src/ask/mod.ts":
      'import { at } from "../odoo/mod.ts";\nimport "../lib/a.ts";\nimport "html-to-text";\nexport { at };',
    "src/mcp/mod.ts": 'import "@modelcontextprotocol/server/stdio";\nimport * as z from "zod";\nexport { z };',
  });
  assert.deepEqual(found, []);
});

const CASES: [title: string, files: Record<string, string>, found: string[]][] = [
  ["a room that may not be imported", {
    "src/ask/where.ts": '\nimport { x } from "../mcp/mod.ts";\nexport { x };',
    "src/mcp/mod.ts": "export const x = 1;",
  }, ["src/ask/where.ts:2 ask may not import mcp (../mcp/mod.ts)"]],
  ["an export from a room that may not be imported", {
    "src/lib/b.ts": 'export type { x } from "../odoo/mod.ts";',
    "src/odoo/mod.ts": "export type x = 1;",
  }, ["src/lib/b.ts:1 lib may not import odoo (../odoo/mod.ts)"]],
  ["a lazy import of a room that may not be imported", {
    "src/odoo/rpc.ts": '\n\nexport const x = () => import("../ask/mod.ts");',
    "src/ask/mod.ts": "export const x = 1;",
  }, ["src/odoo/rpc.ts:3 odoo may not import ask (../ask/mod.ts)"]],
  ["a room entered past its door", {
    "src/ask/a.ts": 'import { x } from "../odoo/rpc.ts";\nexport { x };',
    "src/odoo/rpc.ts": "export const x = 1;",
  }, ["src/ask/a.ts:1 odoo is entered through its mod.ts (../odoo/rpc.ts)"]],
  ["a value from a room that gives only its types", {
    "src/demo/a.ts": 'import { x } from "../odoo/call.ts";\nexport { x };',
    "src/odoo/call.ts": "export const x = 1;",
  }, ["src/demo/a.ts:1 demo may import only types of odoo (../odoo/call.ts)"]],
  ["a package of another room", {
    "src/ask/a.ts": 'import "@modelcontextprotocol/server";\nimport "zodiac";\nimport "node:fs";',
  }, [
    "src/ask/a.ts:1 ask may not import this package (@modelcontextprotocol/server)",
    "src/ask/a.ts:2 ask may not import this package (zodiac)",
    "src/ask/a.ts:3 ask may not import this package (node:fs)",
  ]],
  ["files that import each other", {
    "src/ask/a.ts": 'export * from "./b.ts";',
    "src/ask/b.ts": 'import type { c } from "./c.ts";\nexport type B = typeof c;',
    "src/ask/c.ts": '\nimport { B } from "./a.ts";\nexport const c = B;',
  }, [
    "src/ask/a.ts:1 files import each other in a circle (src/ask/a.ts → src/ask/b.ts → src/ask/c.ts → src/ask/a.ts)",
  ]],
  ["the SDK loaded with main.ts", {
    "main.ts": 'import "./src/cli/mod.ts";',
    "src/cli/mod.ts": 'import "./call.ts";',
    "src/cli/call.ts": 'import "@modelcontextprotocol/client/stdio";',
  }, ["src/cli/call.ts:1 @modelcontextprotocol/client/stdio loads with main.ts"]],
  ["a vague name and a file outside the rooms", {
    "src/odoo/cache_manager.ts": "",
    "src/odoo/types.ts": "",
    "src/tool/a.ts": "",
  }, [
    'src/odoo/cache_manager.ts:1 no "manager" in a file name',
    'src/odoo/types.ts:1 no "types" in a file name',
    "src/tool/a.ts:1 there is no room tool",
  ]],
  ["a second writer of stdout, a second fetch, an import of a computed name", {
    "src/cli/doctor.ts":
      'Deno.stdout;\nconsole.log("x");\nawait fetch("http://x");\nawait import(Deno.cwd());\nhandler.fetch();',
  }, [
    "src/cli/doctor.ts:1 only cli/print.ts and mcp/stdio.ts write to stdout",
    "src/cli/doctor.ts:2 only cli/print.ts and mcp/stdio.ts write to stdout",
    "src/cli/doctor.ts:3 only odoo/rpc.ts fetches",
    "src/cli/doctor.ts:4 an import() names its file in the text",
  ]],
];

for (const [title, files, expected] of CASES) {
  Deno.test(`${title} is a breach`, async () => assert.deepEqual(await breachesOf(files), expected));
}
