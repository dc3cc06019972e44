import assert from "node:assert/strict";
import { DatabaseSync } from "node:sqlite";
import { Failure } from "../../../src/lib/failure.ts";
import { openFileStore } from "../../../src/lib/store/file.ts";
import { memoryStore } from "../../../src/lib/store/memory.ts";
import { openLater } from "../../../src/lib/store/open.ts";

const SECRET = "s".repeat(43);

async function folder(): Promise<{ file: string } & AsyncDisposable> {
  const path = await Deno.makeTempDir();
  return { file: `${path}/store.db`, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

Deno.test("a value outlives the Store that put it", async () => {
  await using place = await folder();
  const first = await openFileStore({ file: place.file, secret: SECRET });
  await first.put("undo:token", { before: "Azure Interior" }, 60_000);
  first.close();
  const second = await openFileStore({ file: place.file, secret: SECRET });
  assert.deepEqual(await second.get("undo:token"), { before: "Azure Interior" });
  second.close();
});

Deno.test("the file shows neither values nor what the keys are about, and another secret opens nothing", async () => {
  await using place = await folder();
  const store = await openFileStore({ file: place.file, secret: SECRET });
  await store.put("once:caller-7/my-key", { secret_name: "Azure Interior" }, 60_000);
  store.close();
  const bytes = new TextDecoder("latin1").decode(await Deno.readFile(place.file));
  for (const text of ["Azure", "secret_name", "caller-7", "my-key"]) assert.ok(!bytes.includes(text), text);
  const other = await openFileStore({ file: place.file, secret: "t".repeat(43) });
  assert.equal(await other.get("once:caller-7/my-key"), null);
  other.close();
});

Deno.test("a value that was changed or moved to another key in the file counts as absent", async () => {
  await using place = await folder();
  const store = await openFileStore({ file: place.file, secret: SECRET });
  await store.put("a:1", "one", 60_000);
  await store.put("a:2", "two", 60_000);
  const raw = new DatabaseSync(place.file);
  const [one, two] = raw.prepare("SELECT key, value FROM kept").all() as { key: string; value: Uint8Array }[];
  raw.prepare("UPDATE kept SET value = ? WHERE key = ?").run(one!.value, two!.key);
  const flipped = Uint8Array.from(one!.value, (byte, at) => at === 20 ? byte ^ 1 : byte);
  raw.prepare("UPDATE kept SET value = ? WHERE key = ?").run(flipped, one!.key);
  raw.close();
  assert.deepEqual([await store.get("a:1"), await store.get("a:2")], [null, null]);
  store.close();
});

Deno.test("two processes' Stores on one file see each other's values, and one of them is first", async () => {
  await using place = await folder();
  const two = await Promise.all([1, 2].map(() => openFileStore({ file: place.file, secret: SECRET })));
  for (let round = 0; round < 20; round++) {
    const firsts = await Promise.all(two.map((store, at) => store.putNew(`plan:${round}`, at, 60_000)));
    assert.equal(firsts.filter((first) => first).length, 1);
    assert.equal(await two[0]!.get(`plan:${round}`), await two[1]!.get(`plan:${round}`));
  }
  for (const store of two) store.close();
});

Deno.test("a file that another process keeps locked is E014, and the Store goes on when it is free", async () => {
  await using place = await folder();
  (await openFileStore({ file: place.file, secret: SECRET })).close();
  const other = new DatabaseSync(place.file);
  other.exec("BEGIN EXCLUSIVE");
  const store = openLater(
    () => openFileStore({ file: place.file, secret: SECRET }),
    () => assert.fail("it is only busy"),
  );
  const refused = await store.put("a:1", 1, 1000).catch((error: unknown) => error);
  assert.ok(refused instanceof Failure && refused.code === "E014", String(refused));
  other.exec("ROLLBACK");
  other.close();
  await store.put("a:1", 1, 1000);
  assert.equal(await store.get("a:1"), 1);
  assert.equal(store.lasting, true);
  store.close();
});

Deno.test("a file that is no database is left alone, said once, and memory takes its place", async () => {
  await using place = await folder();
  await Deno.writeTextFile(place.file, "not a database, but somebody's text\n".repeat(100));
  const told: unknown[] = [];
  const store = openLater(() => openFileStore({ file: place.file, secret: SECRET }), (error) => {
    told.push(error);
    return memoryStore();
  });
  await store.put("a:1", 1, 1000);
  assert.equal(await store.get("a:1"), 1);
  assert.equal(store.lasting, false);
  assert.equal(told.length, 1);
  assert.match(await Deno.readTextFile(place.file), /^not a database/);
});
