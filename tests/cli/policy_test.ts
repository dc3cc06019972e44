import assert from "node:assert/strict";
import { createKey, writeKeys } from "../../src/guard/mod.ts";
import { runProgram } from "./program.ts";

const CONFIG = JSON.stringify({
  demo: true,
  security: {
    roles: {
      sales: {
        from: "editor",
        models: { deny: ["hr.*"] },
        fields: { hide: ["res.partner.vat"], mask: ["email"] },
        actions: { allow: ["sale.order.*"] },
      },
    },
  },
});
const WITH_CONFIG = ["--config", "config.json"];
const files = { "config.json": CONFIG };

Deno.test("policy explain says allowed or not, by which rule, and which fields are closed", async () => {
  const explain = async (...words: string[]) => {
    const { code, stdout, stderr } = await runProgram(["policy", "explain", ...words, "--json", ...WITH_CONFIG], {
      files,
    });
    assert.equal(code, 0, stderr);
    return JSON.parse(stdout);
  };
  const open = await explain("sales", "search_records", "res.partner");
  assert.deepEqual(
    [open.verdict, open.rule, open.hidden, open.masked],
    ["allowed", "", ["res.partner.vat"], ["email"]],
  );
  const tool = await explain("role:sales", "delete_record", "res.partner");
  assert.deepEqual([tool.verdict, tool.rule], ["refused", "role"]);
  const model = await explain("sales", "get_record", "hr.employee");
  assert.deepEqual([model.verdict, model.rule], ["refused", "security.roles.sales.models.deny"]);
  const floor = await explain("local", "search_records", "ir.config_parameter");
  assert.deepEqual([floor.role, floor.verdict, floor.rule], ["admin", "refused", "floor:model"]);
  const alias = await explain("viewer", "delete_records", "res.partner");
  assert.equal(alias.verdict, "refused");
});

Deno.test("policy explain tells people the same in words, and what it does not ask", async () => {
  const { code, stdout } = await runProgram([
    "policy",
    "explain",
    "sales",
    "update_record",
    "sale.order",
    ...WITH_CONFIG,
  ], {
    files,
  });
  assert.equal(code, 0);
  assert.match(stdout, /^allowed {2}sales \(role sales\) update_record sale\.order/);
  assert.match(stdout, /masked +email/);
  assert.match(stdout, /Odoo's own rights/);
});

Deno.test("policy explain knows callers by their keys", async () => {
  const { entry } = await createKey({ name: "alice", role: "sales", expires: null });
  const folder = await Deno.makeTempDir();
  try {
    const path = `${folder}/keys.json`;
    await Deno.writeTextFile(path, writeKeys([entry]), { mode: 0o600 });
    const ask = (caller: string) =>
      runProgram(
        [
          "policy",
          "explain",
          caller,
          "delete_record",
          "res.partner",
          "--json",
          "--security-keys",
          path,
          ...WITH_CONFIG,
        ],
        { files },
      );
    const known = JSON.parse((await ask("key:alice")).stdout);
    assert.deepEqual([known.role, known.verdict], ["sales", "refused"]);
    const strange = await ask("key:bob");
    assert.equal(strange.code, 1);
    assert.match(strange.stderr, /no key of that name/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("what does not exist is no answer but a mistake", async () => {
  for (
    const [words, message] of [
      [["viewr", "get_record", "res.partner"], /Did you mean viewer/],
      [["viewer", "get_recrd", "res.partner"], /Did you mean get_record/],
    ] as const
  ) {
    const { code, stderr } = await runProgram(["policy", "explain", ...words, "--demo"]);
    assert.equal(code, 1);
    assert.match(stderr, message);
  }
  for (const words of [[], ["explain"], ["explain", "a", "b"], ["test"], ["show"], ["test", "a", "b"]]) {
    assert.equal((await runProgram(["policy", ...words, "--demo"])).code, 2, words.join());
  }
});

const EXPECTED = [
  { role: "viewer", tool: "create_record", model: "res.partner", expect: "refused", note: "viewers only read" },
  { role: "sales", tool: "search_records", model: "res.partner", field: "vat", expect: "hidden" },
  { role: "sales", tool: "search_records", model: "crm.lead", field: "email_from", expect: "masked" },
  { role: "sales", tool: "search_records", model: "res.partner", field: "name", expect: "allowed" },
  { role: "admin", tool: "search_records", model: "res.users", field: "password", expect: "hidden" },
  { role: "admin", tool: "update_record", model: "res.users", field: "login", expect: "refused" },
  { caller: "local", tool: "run_action", model: "sale.order", action: "action_confirm", expect: "allowed" },
  { caller: "local", tool: "run_action", model: "sale.order", action: "web_save", expect: "refused" },
];

Deno.test("policy test ends with 0 when all is as expected, and with 1 and the differences otherwise", async () => {
  const run = (list: unknown, ...more: string[]) =>
    runProgram(["policy", "test", "expected.json", ...WITH_CONFIG, ...more], {
      files: { ...files, "expected.json": JSON.stringify(list) },
    });
  const good = await run(EXPECTED);
  assert.deepEqual([good.code, good.stdout.trim()], [0, "8 expectations, 0 different"], good.stderr);
  const wrong = [...EXPECTED, { role: "editor", tool: "delete_record", model: "sale.order", expect: "allowed" }];
  const bad = await run(wrong);
  assert.equal(bad.code, 1);
  assert.match(bad.stdout, /editor +delete_record +sale\.order +allowed +refused +role/);
  const json = JSON.parse((await run(wrong, "--json")).stdout);
  assert.deepEqual([json.ok, json.tested, json.different.length], [false, 9, 1]);
});

Deno.test("expectations that can't be read fail, whatever else holds", async () => {
  const [good] = EXPECTED;
  const wrong: [unknown, RegExp][] = [
    ["{", /no JSON/],
    [[], /empty/],
    [{}, /no list/],
    [[{ ...good, expect: "maybe" }], /\[0\]\.expect is not one of allowed, refused/],
    [[good, { ...good, tols: 1 }], /\[1\]\.tols is unknown/],
    [[{ ...good, caller: "local" }], /caller or role/],
    [[{ ...good, model: "" }], /\[0\]\.model is missing/],
    [[{ ...good, role: "nobody" }], /no such role/],
  ];
  for (const [list, message] of wrong) {
    const text = list === "{" ? "{" : JSON.stringify(list);
    const { code, stderr } = await runProgram(["policy", "test", "expected.json", ...WITH_CONFIG], {
      files: { ...files, "expected.json": text },
    });
    assert.equal(code, 1, text);
    assert.match(stderr, message);
  }
  const absent = await runProgram(["policy", "test", "gone.json", ...WITH_CONFIG], { files });
  assert.equal(absent.code, 1);
  assert.match(absent.stderr, /does not exist/);
});
