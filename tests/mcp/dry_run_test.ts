/** The dry run as clients see it: the answer fits the tool's schema, and its plan token is good for the real call. */
import assert from "node:assert/strict";
import { call, connectStdio } from "../support/server.ts";

Deno.test("a dry run's plan token confirms the same call without dry_run, once", async () => {
  await using client = await connectStdio(["demo", "--serve"]);
  const created = await call(client, "create_record", { model: "res.partner", values: { name: "Dry run" } });
  const ids = created.data.ids;
  const tried = await call(client, "delete_record", { model: "res.partner", ids, dry_run: true });
  assert.equal(tried.isError, false, tried.text);
  assert.deepEqual([tried.data.dry_run, tried.data.possible], [true, true]);
  assert.match(tried.text, /would: delete 1 record of res\.partner/);
  const plan = tried.data.plan;
  const other = await call(client, "delete_record", { model: "res.partner", ids: [7], plan });
  assert.equal(other.isError, true, "the token is bound to what was shown");
  const gone = await call(client, "delete_record", { model: "res.partner", ids, plan });
  assert.equal(gone.isError, false, gone.text);
  const again = await call(client, "delete_record", { model: "res.partner", ids, plan });
  assert.equal(again.isError, true);
});

Deno.test("creates and updates can be tried, conflicts are E008, and a company that is none is refused", async () => {
  await using client = await connectStdio(["demo", "--serve"]);
  const lines = { create: [{ product_id: "Oak Desk 160", product_uom_qty: 2 }] };
  const create = await call(client, "create_record", {
    model: "sale.order",
    values: { partner_id: "Brightwater Cycles", order_line: lines },
    dry_run: true,
  });
  assert.deepEqual([create.isError, create.data.possible, create.data.ids], [false, true, undefined], create.text);
  const partner = { model: "res.partner", ids: [7], values: { city: "Bruges" } };
  const update = await call(client, "update_record", { ...partner, dry_run: true });
  assert.equal(update.isError, false, update.text);
  assert.match(update.text, /city: Ghent → Bruges/);
  const late = await call(client, "update_record", { ...partner, if_unchanged_since: "2020-01-01 00:00:00" });
  assert.deepEqual([late.isError, late.data.code], [true, "E008"], late.text);
  const moved = await call(client, "update_record", { ...partner, expect: { city: "Leeds" }, dry_run: true });
  assert.equal(moved.data.code, "E008");
  const strange = await call(client, "update_record", { ...partner, company: "Nowhere" });
  assert.equal(strange.data.code, "E004");
  const status = await call(client, "update_record", {
    model: "sale.order",
    ids: [1],
    values: { state: "sale" },
    dry_run: true,
  });
  assert.deepEqual([status.isError, status.data.possible], [false, false], status.text);
});

Deno.test("the setting actions.write_status opens a status", async () => {
  await using client = await connectStdio(["demo", "--serve", "--actions-write-status"]);
  const values = { state: "sent" };
  const tried = await call(client, "update_record", { model: "sale.order", ids: [1], values, dry_run: true });
  assert.deepEqual([tried.isError, tried.data.refused], [false, undefined], tried.text);
});
