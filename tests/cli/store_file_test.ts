import assert from "node:assert/strict";
import { storeFolder, withStore } from "../../src/cli/store_file.ts";
import { loadSettings } from "../../src/config/mod.ts";

const KEY = "k".repeat(40);

function settings(args: Record<string, string>) {
  const loaded = loadSettings({ args: { "odoo-url": "https://odoo.example.com", ...args }, env: {} });
  assert.ok("settings" in loaded, JSON.stringify(loaded));
  return loaded.settings;
}

async function inFolder(run: (folder: string) => void): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("the first start makes a file and a key that only this user may read, the second finds them", async () => {
  await inFolder((folder) => {
    const given = settings({ "store-file": `${folder}/deep/store.db` });
    const first = withStore(given);
    assert.equal(first.warning, undefined);
    assert.equal(first.settings.store.file, `${folder}/deep/store.db`);
    const key = first.settings.store.key!.reveal();
    assert.match(key, /^[\w-]{43}$/);
    for (const [name, mode] of [["", 0o700], ["/store.db", 0o600], ["/store.db.key", 0o600]] as const) {
      if (Deno.build.os !== "windows") assert.equal(Deno.statSync(`${folder}/deep${name}`).mode! & 0o777, mode, name);
    }
    assert.equal(withStore(given).settings.store.key!.reveal(), key);
    assert.equal(storeFolder(given), `${folder}/deep`);
  });
});

Deno.test("a key of the settings is used instead, and none is written", async () => {
  await inFolder((folder) => {
    const made = withStore(settings({ "store-file": `${folder}/store.db`, "store-key": KEY }));
    assert.equal(made.settings.store.key!.reveal(), KEY);
    assert.deepEqual([...Deno.readDirSync(folder)].map(({ name }) => name), ["store.db"]);
  });
});

Deno.test("a place that can't be written means memory and one warning, with the key of the settings kept", async () => {
  await inFolder((folder) => {
    Deno.writeTextFileSync(`${folder}/file`, "");
    const { settings: made, warning } = withStore(
      settings({ "store-file": `${folder}/file/store.db`, "store-key": KEY }),
    );
    assert.equal(made.store.file, undefined);
    assert.equal(made.store.key!.reveal(), KEY);
    assert.match(warning ?? "", /last only until this server stops/);
    assert.ok(!warning?.includes(KEY));
  });
});

Deno.test("the demo, a read-only server and one without an Odoo write no file", async () => {
  await inFolder((folder) => {
    const file = `${folder}/store.db`;
    for (const one of [{ demo: "true" }, { mode: "read-only" }]) {
      const { settings: made, warning } = withStore(settings({ "store-file": file, ...one } as Record<string, string>));
      assert.deepEqual([made.store.file, warning], [undefined, undefined]);
    }
    const without = loadSettings({ args: { "store-file": file }, env: {} });
    assert.ok("settings" in without);
    assert.deepEqual(withStore(without.settings).settings.store, {});
    assert.deepEqual([...Deno.readDirSync(folder)], []);
  });
});

Deno.test("a key that is short or holds a space is refused at the start, and not repeated", () => {
  for (const key of ["short-key", `${KEY} ${KEY}`]) {
    const refused = loadSettings({ args: { "store-key": key }, env: {} });
    assert.ok("problems" in refused);
    assert.ok(!JSON.stringify(refused).includes(key));
  }
});
