import assert from "node:assert/strict";
import { cleanEnv, RUN } from "../support/server.ts";
import { runProgram } from "./program.ts";

async function withFile() {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-keys-" });
  const file = `${folder}/keys.json`;
  const key = (...args: string[]) => runProgram(["key", ...args, "--security-keys", file]);
  const list = async (): Promise<Record<string, string>[]> => JSON.parse((await key("list", "--json")).stdout);
  return { folder, file, key, list, [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }) };
}

Deno.test("a key is shown once, alone on stdout, and the file is for its owner alone", async () => {
  await using made = await withFile();
  const { code, stdout, stderr } = await made.key("create", "alice", "--role", "editor", "--expires", "90d");
  assert.equal(code, 0, stderr);
  assert.match(stdout, /^omcp_[a-z0-9]{8}_[\w-]{43}\n$/);
  assert.match(stderr, /alice.*editor.*once/s);
  const secret = stdout.trim().slice("omcp_12345678_".length);
  assert.ok(!stderr.includes(secret) && !(await Deno.readTextFile(made.file)).includes(secret));
  if (Deno.build.os !== "windows") assert.equal((await Deno.stat(made.file)).mode! & 0o777, 0o600);
  const [listed] = await made.list();
  assert.equal(listed?.["prefix"], stdout.slice(5, 13));
  assert.ok(!("hash" in listed!));
  const days = (Date.parse(listed["expires"]!) - Date.parse(listed["created"]!)) / 86_400_000;
  assert.equal(Math.round(days), 90);
  assert.match((await made.key("list")).stdout, /alice +omcp_[a-z0-9]{8}_… +editor +good/);
});

Deno.test("rotating keeps the old key for the overlap and gives the new one as long a life", async () => {
  await using made = await withFile();
  const old = await made.key("create", "alice", "--role", "viewer", "--expires", "10d");
  const fresh = await made.key("rotate", "alice", "--overlap", "1h", "--json");
  const shown = JSON.parse(fresh.stdout);
  assert.match(shown.key, /^omcp_/);
  const [first, second] = await made.list();
  assert.equal(first?.["prefix"], old.stdout.slice(5, 13));
  assert.ok(Date.parse(first["expires"]!) <= Date.now() + 3_600_000);
  assert.equal(second?.["role"], "viewer");
  const life = Date.parse(second["expires"]!) - Date.parse(second["created"]!);
  assert.equal(Math.round(life / 86_400_000), 10);
  const none = await made.key("rotate", "alice", "--overlap", "0m");
  assert.equal(none.code, 0, none.stderr);
  assert.deepEqual((await made.list()).map(({ expires }) => Date.parse(expires!) > Date.now()), [false, false, true]);
});

Deno.test("a key is revoked by name or by its visible part, and no key is revoked twice", async () => {
  await using made = await withFile();
  const { stdout } = await made.key("create", "alice", "--role", "viewer");
  await made.key("create", "bob", "--role", "viewer");
  assert.equal((await made.key("revoke", stdout.slice(5, 13))).code, 0);
  assert.equal((await made.key("revoke", "bob")).code, 0);
  assert.ok((await made.list()).every(({ revoked }) => revoked !== null));
  const again = await made.key("revoke", "bob");
  assert.deepEqual([again.code, /E005.*bob/.test(again.stderr)], [1, true]);
  assert.equal((await made.key("create", "bob", "--role", "viewer")).code, 0, "the name is free again");
});

Deno.test("no key is lost when several are made at once", async () => {
  await using made = await withFile();
  const names = Array.from({ length: 6 }, (_, at) => `agent-${at}`);
  const finished = await Promise.all(names.map((name) => made.key("create", name, "--role", "viewer")));
  for (const { code, stderr } of finished) assert.equal(code, 0, stderr);
  assert.deepEqual((await made.list()).map(({ name }) => name).sort(), names);
});

Deno.test("wrong use is told, and changes nothing", async () => {
  await using made = await withFile();
  await made.key("create", "alice", "--role", "viewer");
  const before = await Deno.readTextFile(made.file);
  const cases: [string[], number, RegExp][] = [
    [["create", "alice", "--role", "viewer"], 1, /alice has one/],
    [["create", "bob"], 2, /--role is missing\. There are viewer, editor, operator, admin/],
    [["create", "bob", "--role", "editr"], 2, /no role "editr"\. Did you mean editor\?/],
    [["create", "bob", "--role", "viewer", "--expires", "soon"], 2, /--expires/],
    [["create", "bob", "--role", "viewer", "--expires", "0d"], 2, /--expires/],
    [["create", "Bob Smith", "--role", "viewer"], 2, /small letters/],
    [["create", "--role", "viewer"], 2, /one name/],
    [["create", "bob", "--role", "viewer", "--overlap", "1h"], 2, /--overlap/],
    [["rotate", "bob"], 1, /E005/],
    [["rotate", "alice", "--overlap", "now"], 2, /--overlap/],
    [["revoke", "bob"], 1, /E005/],
    [["list", "alice"], 2, /no name/],
    [["make"], 2, /create, list, rotate and revoke/],
  ];
  for (const [args, code, words] of cases) {
    const finished = await made.key(...args);
    assert.equal(finished.code, code, `${args}: ${finished.stderr}`);
    assert.match(finished.stderr, words, String(args));
    assert.equal(finished.stdout, "", String(args));
  }
  assert.equal(await Deno.readTextFile(made.file), before);
  const nowhere = await runProgram(["key", "list"]);
  assert.match(nowhere.stderr, /security\.keys is missing/);
});

Deno.test("a keys file others can read is not used", async () => {
  await using made = await withFile();
  await made.key("create", "alice", "--role", "viewer");
  await Deno.chmod(made.file, 0o644);
  for (const args of [["list"], ["create", "bob", "--role", "viewer"], ["revoke", "alice"]]) {
    const { code, stderr } = await made.key(...args);
    assert.deepEqual([code, /chmod 600/.test(stderr)], [1, true], stderr);
  }
});

Deno.test("a role of the settings' own can be given to a key", async () => {
  await using made = await withFile();
  const config = `${made.folder}/config.json`;
  await Deno.writeTextFile(
    config,
    JSON.stringify({ security: { keys: made.file, roles: { sales: { from: "editor" } } } }),
  );
  const args = [...RUN, "key", "create", "sam", "--role", "sales", "--config", config];
  const { code } = await new Deno.Command(Deno.execPath(), { args, env: cleanEnv(), clearEnv: true }).output();
  assert.equal(code, 0);
  assert.equal((await made.list())[0]?.["role"], "sales");
});
