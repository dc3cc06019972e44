/** What every Store promises, tried on each of them. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../../src/lib/failure.ts";
import type { Json } from "../../../src/lib/json.ts";
import { openFileStore } from "../../../src/lib/store/file.ts";
import { memoryStore } from "../../../src/lib/store/memory.ts";
import type { Store } from "../../../src/lib/store/store.ts";

interface Made {
  now?: () => number;
  most?: number;
}

const kinds: Record<string, (options?: Made) => Promise<{ store: Store } & AsyncDisposable>> = {
  memory: (options = {}) => {
    const store = memoryStore(options);
    return Promise.resolve({ store, [Symbol.asyncDispose]: () => Promise.resolve(store.close()) });
  },
  file: async (options = {}) => {
    const folder = await Deno.makeTempDir();
    const store = await openFileStore({ file: `${folder}/store.db`, secret: "s".repeat(43), ...options });
    return {
      store,
      async [Symbol.asyncDispose]() {
        store.close();
        await Deno.remove(folder, { recursive: true });
      },
    };
  },
};

for (const [kind, make] of Object.entries(kinds)) {
  Deno.test(`${kind}: a value reads back as it was put, whatever it is`, async () => {
    await using made = await make();
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.jsonValue(), async (key, value) => {
        const plain: Json = JSON.parse(JSON.stringify(value));
        await made.store.put(`test:${key}`, plain, 1000);
        assert.deepEqual(await made.store.get(`test:${key}`), plain);
      }),
      { numRuns: 50 },
    );
    assert.equal(await made.store.get("test:absent\u0000"), null);
  });

  Deno.test(`${kind}: a later put wins, a delete forgets, and what is put can't be changed from outside`, async () => {
    await using made = await make();
    const value = { list: [1] };
    await made.store.put("a:1", value, 1000);
    value.list.push(2);
    assert.deepEqual(await made.store.get("a:1"), { list: [1] });
    await made.store.put("a:1", "second", 1000);
    assert.equal(await made.store.get("a:1"), "second");
    await made.store.delete("a:1");
    assert.equal(await made.store.get("a:1"), null);
    await made.store.delete("a:1");
  });

  Deno.test(`${kind}: a value is gone when its time is over, never before`, async () => {
    let now = 1_000_000;
    await using made = await make({ now: () => now });
    await made.store.put("a:1", 1, 100);
    now += 99;
    assert.equal(await made.store.get("a:1"), 1);
    assert.equal(await made.store.putNew("a:1", 2, 100), false);
    now += 1;
    assert.equal(await made.store.get("a:1"), null);
    assert.equal(await made.store.putNew("a:1", 2, 100), true);
    assert.equal(await made.store.get("a:1"), 2);
  });

  Deno.test(`${kind}: of many putNew at once exactly one is first`, async () => {
    await using made = await make();
    const all = await Promise.all(Array.from({ length: 20 }, (_, at) => made.store.putNew("plan:x", at, 1000)));
    assert.equal(all.filter((first) => first).length, 1);
    assert.equal(await made.store.get("plan:x"), all.indexOf(true));
  });

  Deno.test(`${kind}: full is E014 and nothing is lost; expired values make room, and images leave room for the rest`, async () => {
    let now = 0;
    await using made = await make({ now: () => now, most: 200_000 });
    const big = "x".repeat(30_000);
    let images = 0;
    const refused = await (async () => {
      for (;; images++) await made.store.put(`undo:${images}`, big, 1000);
    })().catch((error: unknown) => error);
    assert.ok(refused instanceof Failure && refused.code === "E014" && refused.retryable);
    assert.ok(images >= 1 && images <= 3, `${images} images fit into half of it`);
    for (let at = 0; at < images; at++) assert.equal(await made.store.get(`undo:${at}`), big);
    assert.equal(await made.store.putNew("plan:a", big, 1000), true);
    now = 1001;
    await made.store.put("undo:again", big, 1000);
    assert.equal(await made.store.get("undo:again"), big);
  });
}
