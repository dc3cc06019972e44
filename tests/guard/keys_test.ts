import assert from "node:assert/strict";
import fc from "fast-check";
import {
  createKey,
  endOf,
  isKeyOf,
  type KeyEntry,
  looksLikeKey,
  prefixOf,
  readKeys,
  writeKeys,
} from "../../src/guard/keys.ts";
import { createKeyring, revokeInStore } from "../../src/guard/keyring.ts";
import { Failure } from "../../src/lib/failure.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";

const EDITOR = { name: "alice", role: "editor", expires: null };

Deno.test("a key is omcp_<prefix>_<256 bits>, and what is kept of it holds the prefix but not the key", async () => {
  const { key, entry } = await createKey(EDITOR);
  assert.match(key, /^omcp_[a-z0-9]{8}_[A-Za-z0-9_-]{43}$/);
  assert.equal(prefixOf(key), entry.prefix);
  assert.ok(looksLikeKey(key));
  const secret = key.slice("omcp_12345678_".length);
  assert.ok(!writeKeys([entry]).includes(secret));
  assert.ok(await isKeyOf(entry, key));
});

Deno.test("no two keys are alike", async () => {
  const keys = await Promise.all(Array.from({ length: 200 }, () => createKey(EDITOR)));
  assert.equal(new Set(keys.map(({ key }) => key)).size, 200);
});

Deno.test("no other text passes for a key", async () => {
  const { key, entry } = await createKey(EDITOR);
  const keyring = createKeyring(memoryStore(), [entry]);
  const changed = fc.nat(key.length - 1).chain((at) =>
    fc.constantFrom(..."abzAZ09_-").map((letter) => key.slice(0, at) + letter + key.slice(at + 1))
  );
  const other = fc.oneof(
    changed,
    fc.string(),
    fc.nat(key.length).map((at) => key.slice(0, at)),
    fc.string({ minLength: 1 }).map((more) => key + more),
  );
  await fc.assert(fc.asyncProperty(other, async (text) => {
    fc.pre(text !== key);
    assert.ok("why" in await keyring.find(text));
  }));
});

Deno.test("a key works until the moment it expires", async () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const { key, entry } = await createKey({ ...EDITOR, expires: "2026-11-21T12:00:01.000Z" }, now);
  assert.equal(endOf(entry, now), null);
  assert.deepEqual(await createKeyring(memoryStore(), [entry], () => now).find(key), entry);
  assert.deepEqual(await createKeyring(memoryStore(), [entry], () => now + 1000).find(key), { why: "expired" });
});

Deno.test("a revocation in the file and one in the store both work at once", async () => {
  const { key, entry } = await createKey(EDITOR);
  const store = memoryStore();
  const here = createKeyring(store, [entry]);
  const replica = createKeyring(store, [entry]);
  assert.deepEqual(await replica.find(key), entry);
  here.replace([{ ...entry, revoked: "2026-11-21T12:00:00Z" }]);
  assert.deepEqual(await here.find(key), { why: "revoked" });
  assert.deepEqual(await replica.find(key), entry, "its copy of the file is behind");
  await revokeInStore(store, entry);
  assert.deepEqual(await replica.find(key), { why: "revoked" });
});

Deno.test("while one key replaces another both work, and then the new one alone", async () => {
  const now = Date.parse("2026-11-21T12:00:00Z");
  const old = await createKey({ ...EDITOR, expires: "2026-11-22T12:00:00.000Z" }, now);
  const fresh = await createKey(EDITOR, now);
  let clock = now;
  const keyring = createKeyring(memoryStore(), [old.entry, fresh.entry], () => clock);
  for (const { key, entry } of [old, fresh]) assert.deepEqual(await keyring.find(key), entry);
  clock += 86_400_000;
  assert.deepEqual(await keyring.find(old.key), { why: "expired" });
  assert.deepEqual(await keyring.find(fresh.key), fresh.entry);
});

Deno.test("no key is good while the store can't tell whether it was revoked", async () => {
  const { key, entry } = await createKey(EDITOR);
  const keyring = createKeyring({ get: () => Promise.reject(new Failure("E014", "busy")) }, [entry]);
  await assert.rejects(keyring.find(key), { code: "E014" });
});

Deno.test("a keys file comes back as it was written", async () => {
  const entries = await Promise.all(
    ["alice", "bob"].map(async (name) => (await createKey({ name, role: "viewer", expires: null })).entry),
  );
  assert.deepEqual(readKeys(writeKeys(entries)), { entries });
});

Deno.test("a keys file with anything wrong in it is refused as a whole", async () => {
  const { entry } = await createKey(EDITOR);
  const file = (...keys: unknown[]) => JSON.stringify({ version: 1, keys });
  const changed = (change: Partial<Record<keyof KeyEntry | "other", unknown>>) => file(entry, { ...entry, ...change });
  const cases: [string, RegExp][] = [
    ["", /not JSON/],
    ["[]", /no list of keys/],
    [JSON.stringify({ version: 2, keys: [] }), /no list of keys/],
    [JSON.stringify({ version: 1 }), /no list of keys/],
    [file("alice"), /number 1 has no valid form/],
    [file(entry, entry), /two of its keys have the prefix/],
    [changed({ prefix: "ABCDEFGH" }), /number 2 has no valid prefix/],
    [changed({ name: "Alice" }), /name/],
    [changed({ name: "../alice" }), /name/],
    [changed({ hash: "" }), /hash/],
    [changed({ role: 1 }), /role/],
    [changed({ created: "yesterday" }), /created/],
    [changed({ expires: "2026-13-41T00:00:00Z" }), /expires/],
    [changed({ expires: undefined }), /expires/],
    [changed({ revoked: false }), /revoked/],
    [changed({ other: 1, prefix: "abcdefgh" }), /other/],
  ];
  for (const [text, words] of cases) {
    const read = readKeys(text);
    assert.ok("problem" in read, text);
    assert.match(read.problem, words, text);
    assert.ok(!read.problem.includes(entry.hash));
  }
});
