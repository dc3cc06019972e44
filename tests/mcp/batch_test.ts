/** Batches as clients see them: schema, plan token, key, cancellation. */
import assert from "node:assert/strict";
import { call, connectStdio } from "../support/server.ts";

const partner = (name: string) => ({ op: "create", model: "res.partner", values: { name } });

Deno.test("a batch's dry run gives a token for the whole batch, good for just that one", async () => {
  await using client = await connectStdio(["demo", "--serve"]);
  const batch = {
    operations: [partner("Batch A"), { op: "update", model: "res.partner", ids: ["$1.id", 7], values: { color: 4 } }, {
      op: "delete",
      model: "res.partner",
      ids: [11],
    }],
    on_error: "undo",
  };
  const tried = await call(client, "batch_operation", { ...batch, dry_run: true });
  assert.equal(tried.isError, false, tried.text);
  assert.deepEqual([tried.data.dry_run, tried.data.possible], [true, true]);
  const asked = await call(client, "batch_operation", batch);
  assert.equal(asked.data.code, "E010");
  const { plan } = tried.data;
  const other = await call(client, "batch_operation", { ...batch, on_error: "stop", plan });
  assert.equal(other.data.code, "E010", "the token is bound to what was shown");
  const done = await call(client, "batch_operation", { ...batch, plan });
  assert.equal(done.isError, false, done.text);
  assert.equal(done.data.complete, true);
  const again = await call(client, "batch_operation", { ...batch, plan });
  assert.equal(again.isError, true);
});

Deno.test("a key makes a batch once, and its token takes it back", async () => {
  await using client = await connectStdio(["demo", "--serve"]);
  const batch = { operations: [partner("Key A"), partner("Key B")], idempotency_key: "batch-key" };
  const count = async () =>
    (await call(client, "count_records", { model: "res.partner", domain: [["name", "=like", "Key %"]] })).data.count;
  const first = await call(client, "batch_operation", batch);
  const again = await call(client, "batch_operation", batch);
  assert.deepEqual([again.data.repeated, again.data.items], [true, first.data.items]);
  assert.equal(await count(), 2);
  const undone = await call(client, "undo", { token: first.data.undo!.token });
  // The demo company does not tell what belongs to records, so they are archived.
  assert.match(undone.text, /remains: 2 records of res\.partner archived, not deleted/);
  assert.equal(await count(), 0);
});

Deno.test("tools that are switched off are off in a batch as well", async () => {
  await using client = await connectStdio(["demo", "--serve", "--exclude-tools", "delete_record,run_action"]);
  const remove = { op: "delete", model: "res.partner", ids: [11] };
  const refused = await call(client, "batch_operation", { operations: [remove] });
  assert.deepEqual([refused.data.code, refused.isError], ["E011", true]);
  assert.match(String(refused.data.message), /delete_record off/);
  const act = { op: "action", model: "sale.order", ids: [1], action: "action_confirm" };
  assert.equal((await call(client, "batch_operation", { operations: [act], on_error: "stop" })).data.code, "E011");
  assert.equal((await call(client, "batch_operation", { operations: [partner("Allowed")] })).isError, false);
});
