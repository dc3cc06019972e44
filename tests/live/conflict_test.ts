/** Conflicts on a real Odoo: what changed since it was read is not written over, and contended writes are made once. */
import assert from "node:assert/strict";
import { getMetadata, getRecords } from "../../src/ask/mod.ts";
import { createRecords, updateRecords } from "../../src/change/mod.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { agreeing } from "../change/company.ts";
import { failureOf } from "../odoo/calls.ts";
import { liveTest } from "../support/live.ts";
import { connectLive } from "../support/live_connection.ts";

for (const protocol of ["jsonrpc", "xmlrpc"] as const) {
  liveTest(`what was read may be written; what someone changed since may not, over ${protocol}`, async (live) => {
    await using main = connectLive(live, protocol);
    await using other = connectLive(live, protocol, { user: "demo", password: "demo" });
    const { odoo } = main;
    const model = "res.partner";
    const values = { name: `Conflict ${protocol}`, country_id: "Belgium", city: "Ghent" };
    const { ids } = await createRecords(odoo, { model, values }, agreeing());
    main.keep(model, ids);
    const fields = ["write_date", "city", "country_id", "category_id"];
    const [seen] = (await getRecords(odoo, { model, ids, fields })).records;
    const { write_date: since, id: _, url: __, ...expect } = seen as JsonObject;
    const shown = { if_unchanged_since: String(since), expect };
    await updateRecords(odoo, { model, ids, values: { comment: "a" }, ...shown }, agreeing());
    const [raw] = await odoo.call(model, "read", { ids, params: { fields: ["write_date"] } }) as JsonObject[];
    const [metadata] = (await getMetadata(odoo, { model, ids })).records;
    for (const if_unchanged_since of [String(raw!["write_date"]), metadata!.changed!]) {
      const same = { model, ids, values: { comment: "a" }, if_unchanged_since };
      assert.equal((await updateRecords(odoo, same, { ...agreeing(), dryRun: true })).model, model);
    }
    // 14 hides what is less than a second.
    await new Promise((resolve) => setTimeout(resolve, 1100));
    await updateRecords(other.odoo, { model, ids, values: { city: "Leeds" } }, agreeing());
    main.sent.length = 0;
    const update = (seen: { if_unchanged_since?: string; expect?: Record<string, unknown> }) =>
      failureOf(updateRecords(odoo, { model, ids, values: { city: "Bruges", phone: "1" }, ...seen }, agreeing()));
    const late = await update({ if_unchanged_since: String(raw!["write_date"]) });
    const [conflict] = late.details["conflicts"] as JsonObject[];
    assert.equal(late.code, "E008");
    assert.equal((conflict?.["changed_by"] as JsonObject)["name"], (await other.odoo.user()).name);
    assert.deepEqual(conflict?.["present"], { city: "Leeds", phone: null });
    const values2 = await update({ expect: { city: "Ghent", country_id: "Belgium" } });
    assert.equal(values2.code, "E008");
    assert.match(values2.message, /city is "Leeds", not "Ghent"/);
    assert.deepEqual(main.changes(), []);
    await updateRecords(odoo, { model, ids, values: { city: "Bruges" }, expect: { city: "Leeds" } }, agreeing());
  });
}

liveTest("writes that contend for one record are all made, each once", async (live) => {
  await using main = connectLive(live, "jsonrpc");
  const model = "res.partner";
  const { ids } = await createRecords(main.odoo, { model, values: { name: "Contended" } }, agreeing());
  main.keep(model, ids);
  const others = [connectLive(live, "jsonrpc"), connectLive(live, "xmlrpc"), connectLive(live, "jsonrpc")];
  try {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        updateRecords(others[index % 3]!.odoo, {
          model,
          ids,
          values: { child_ids: { create: [{ name: `Child ${index}` }] } },
        }, agreeing())),
    );
    assert.equal(answers.length, 12);
    const children = await main.odoo.call(model, "search_read", {
      params: { domain: [["parent_id", "=", ids[0]!]], fields: ["name"] },
    }) as { id: number; name: string }[];
    main.keep(model, children.map(({ id }) => id));
    assert.deepEqual(
      children.map(({ name }) => name).sort(),
      Array.from({ length: 12 }, (_, index) => `Child ${index}`).sort(),
    );
  } finally {
    for (const other of others) await other[Symbol.asyncDispose]();
  }
});
