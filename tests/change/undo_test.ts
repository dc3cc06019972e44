import assert from "node:assert/strict";
import {
  archiveRecords,
  type ChangeOptions,
  createRecords,
  createUndoKeeper,
  runAction,
  runBatch,
  undoChange,
  type UndoKeeper,
  type UndoOffer,
  updateRecords,
} from "../../src/change/mod.ts";
import { INVERSES } from "../../src/change/undo_actions.ts";
import { DEFAULT_ACTIONS } from "../../src/change/action_list.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { failureOf } from "../odoo/calls.ts";
import { agreeing, company, declining } from "./company.ts";

const NONE = { allow: [], deny: [] };

/** Options that keep before-images, on a clock of their own. */
function keeping(clock = { now: Date.now() }, keepMs = 60_000) {
  const options = agreeing();
  const { store, caller } = options;
  return { ...options, undo: createUndoKeeper({ store, caller, keepMs, now: () => clock.now }) };
}

function tokenOf(undo: UndoOffer | undefined): string {
  assert.ok(undo !== undefined && "token" in undo, JSON.stringify(undo));
  return undo.token;
}

async function row(odoo: Odoo, model: string, id: number, fields: string[]): Promise<JsonObject> {
  const rows = await odoo.call(model, "read", { ids: [id], params: { fields }, cache: "never" });
  return (rows as JsonObject[])[0]!;
}

async function someId(odoo: Odoo, model: string, domain: unknown[] = []): Promise<number> {
  const found = await odoo.call(model, "search", { params: { domain: domain as [], limit: 1 } });
  return (found as number[])[0]!;
}

Deno.test("an update costs no more calls with undo than without", async () => {
  const counts: number[] = [];
  for (const options of [agreeing(), keeping()] as (ChangeOptions & { dryRun: false })[]) {
    const { odoo, sent } = await company();
    const id = await someId(odoo, "res.partner");
    sent.length = 0;
    await updateRecords(odoo, { model: "res.partner", ids: [id], values: { phone: "+32 9", city: "Ghent" } }, options);
    counts.push(sent.length);
  }
  assert.equal(counts[0], counts[1]);
});

/** A company whose Odoo moves the city with every phone, as it moves a lead's team with its salesperson. */
function movingCity() {
  return company({
    wrap: (next) => (call, signal) => {
      const vals = call.params["vals"] as JsonObject | undefined;
      const moves = call.method === "write" && vals !== undefined && "phone" in vals && !("city" in vals);
      return next(moves ? { ...call, params: { ...call.params, vals: { ...vals, city: "Moved" } } } : call, signal);
    },
  });
}

Deno.test("what Odoo moved beside is told for each record and put back; what somebody changed since stays and is told", async () => {
  const { odoo } = await movingCity();
  const options = keeping();
  const values = [{ name: "A", phone: "1", city: "Ghent" }, { name: "B", phone: "2" }];
  const { ids } = await createRecords(odoo, { model: "res.partner", values }, options);
  const update = () => updateRecords(odoo, { model: "res.partner", ids, values: { phone: "9" } }, options);
  const cities = () => Promise.all(ids.map(async (id) => (await row(odoo, "res.partner", id, ["city"]))["city"]));
  const first = await update();
  assert.deepEqual(first.records.map(({ also_changed }) => also_changed?.["city"]), [
    { before: "Ghent", after: "Moved" },
    { before: null, after: "Moved" },
  ]);
  const undone = await undoChange(odoo, { token: tokenOf(first.undo) }, options);
  assert.deepEqual([undone.complete, await cities()], [true, ["Ghent", false]]);

  const second = await update();
  await odoo.call("res.partner", "write", { ids: [ids[1]!], params: { vals: { city: "Theirs" } }, effect: "write" });
  const partly = await undoChange(odoo, { token: tokenOf(second.undo) }, options);
  assert.equal(partly.complete, false);
  assert.match(String(partly.could_not), new RegExp(`city of res\\.partner #${ids[1]} was changed since, and stays`));
});

Deno.test("undo of many shows some without their addresses, and says how many more there are", async () => {
  const { odoo } = await company();
  const options = keeping();
  const values = Array.from({ length: 30 }, (_, index) => ({ name: `N${index}`, phone: "1" }));
  const { ids } = await createRecords(odoo, { model: "res.partner", values }, options);
  const { undo } = await updateRecords(odoo, { model: "res.partner", ids, values: { phone: "2" } }, options);
  const answer = await undoChange(odoo, { token: tokenOf(undo) }, options);
  assert.deepEqual([answer.records?.length, answer.more, answer.complete], [10, 20, true]);
});

Deno.test("several records get their own old values back", async () => {
  const { odoo } = await company();
  const options = keeping();
  const made = await createRecords(odoo, {
    model: "res.partner",
    values: [{ name: "A", phone: "1" }, { name: "B", phone: "2" }, { name: "C", phone: "2" }],
  }, options);
  const changed = await updateRecords(odoo, { model: "res.partner", ids: made.ids, values: { phone: "9" } }, options);
  const answer = await undoChange(odoo, { token: tokenOf(changed.undo) }, options);
  assert.equal(answer.complete, true);
  // Records that get the same are written in one call.
  assert.equal(answer.restored.length, 2);
  const phones = await Promise.all(
    made.ids.map(async (id) => (await row(odoo, "res.partner", id, ["phone"]))["phone"]),
  );
  assert.deepEqual(phones, ["1", "2", "2"]);
});

Deno.test("an update that moved nothing offers no undo", async () => {
  const { odoo } = await company();
  const options = keeping();
  const { ids } = await createRecords(odoo, { model: "res.partner", values: { name: "Same", phone: "1" } }, options);
  const same = await updateRecords(odoo, { model: "res.partner", ids, values: { phone: "1" } }, options);
  assert.equal(same.undo, undefined);
});

Deno.test("without a keeper no answer speaks of undo, and undo says that it is off", async () => {
  const { odoo } = await company();
  const answer = await createRecords(odoo, { model: "res.partner", values: { name: "Off" } }, agreeing());
  assert.equal(answer.undo, undefined);
  assert.equal((await failureOf(undoChange(odoo, { token: "x" }, agreeing()))).code, "E013");
});

Deno.test("archiving goes back, and undoing changes what it says and nothing else", async () => {
  const { odoo, changes, sent } = await company();
  const options = keeping();
  const { ids } = await createRecords(odoo, { model: "res.partner", values: { name: "Archive" } }, options);
  const archived = await archiveRecords(odoo, { model: "res.partner", ids }, options);
  assert.ok("archived" in archived);
  sent.length = 0;
  const dry = await undoChange(odoo, { token: tokenOf(archived.undo) }, { ...options, dryRun: true });
  assert.deepEqual([dry.dry_run, changes()], [true, []]);
  await undoChange(odoo, { token: tokenOf(archived.undo) }, options);
  assert.deepEqual(changes(), ["write"]);
  assert.equal((await row(odoo, "res.partner", ids[0]!, ["active"]))["active"], true);
});

Deno.test("what a create made is deleted without asking within the hour, with asking after it", async () => {
  const clock = { now: Date.now() };
  const { odoo, changes, sent } = await company();
  const fresh = keeping(clock, 10 * 3_600_000);
  const partner_id = await someId(odoo, "res.partner");
  const make = () => createRecords(odoo, { model: "sale.order", values: { partner_id } }, fresh);
  const first = await make();
  fresh.plans.length = 0;
  await undoChange(odoo, { token: tokenOf(first.undo) }, fresh);
  assert.equal(fresh.plans.length, 0);

  clock.now -= 2 * 3_600_000;
  const second = await make();
  sent.length = 0;
  const { confirm } = declining();
  await assert.rejects(undoChange(odoo, { token: tokenOf(second.undo) }, { ...fresh, confirm }));
  assert.deepEqual(changes(), []);
  // A declined plan has used nothing up.
  await undoChange(odoo, { token: tokenOf(second.undo) }, fresh);
  assert.equal(fresh.plans.at(0)?.effect, "delete");
  assert.deepEqual(changes(), ["unlink"]);
});

Deno.test("a created record that changed since is not taken back", async () => {
  const { odoo, changes, sent } = await company();
  const options = keeping();
  const made = await createRecords(odoo, { model: "res.partner", values: { name: "Theirs", phone: "1" } }, options);
  await odoo.call("res.partner", "write", { ids: made.ids, params: { vals: { phone: "2" } }, effect: "write" });
  sent.length = 0;
  const failure = await failureOf(undoChange(odoo, { token: tokenOf(made.undo) }, options));
  assert.equal(failure.code, "E008");
  assert.match(failure.message, /phone is "2", was left as "1"/);
  assert.deepEqual(changes(), []);
});

Deno.test("records that are gone are told, and the others restored", async () => {
  const { odoo } = await company();
  const options = keeping();
  const values = [{ name: "A", phone: "1" }, { name: "B", phone: "1" }];
  const { ids } = await createRecords(odoo, { model: "res.partner", values }, options);
  const changed = await updateRecords(odoo, { model: "res.partner", ids, values: { phone: "2" } }, options);
  await odoo.call("res.partner", "unlink", { ids: [ids[0]!], effect: "write" });
  const answer = await undoChange(odoo, { token: tokenOf(changed.undo) }, options);
  assert.equal(answer.complete, false);
  assert.deepEqual(answer.could_not, [`res.partner #${ids[0]} is not there any more`]);
  assert.equal((await row(odoo, "res.partner", ids[1]!, ["phone"]))["phone"], "1");
});

Deno.test("where Odoo refuses everything the token stays good", async () => {
  let broken = false;
  const { odoo } = await company({
    wrap: (next) => (call, signal) =>
      broken && call.method === "write" ? Promise.reject(new Failure("E004", "Odoo's own rule")) : next(call, signal),
  });
  const options = keeping();
  const { ids } = await createRecords(odoo, { model: "res.partner", values: { name: "A", phone: "1" } }, options);
  const { undo } = await updateRecords(odoo, { model: "res.partner", ids, values: { phone: "2" } }, options);
  broken = true;
  assert.equal((await failureOf(undoChange(odoo, { token: tokenOf(undo) }, options))).message, "Odoo's own rule");
  broken = false;
  assert.equal((await undoChange(odoo, { token: tokenOf(undo) }, options)).complete, true);
});

Deno.test("a confirmed quotation goes back; an action without a way back says so at once", async () => {
  const { odoo } = await company();
  const options = { ...keeping(), actions: NONE };
  const id = await someId(odoo, "sale.order", [["state", "=", "draft"]]);
  const acted = await runAction(odoo, { model: "sale.order", ids: [id], action: "action_confirm" }, options);
  assert.ok("undo" in acted);
  const answer = await undoChange(odoo, { token: tokenOf(acted.undo as UndoOffer) }, options);
  assert.deepEqual(options.plans.at(-1)?.effect, "act");
  assert.equal((await row(odoo, "sale.order", id, ["state"]))["state"], "draft");
  assert.match(String(answer.remains), /mails it sent stay sent/);
});

Deno.test("what was written in one status is not taken back in another", async () => {
  const { odoo } = await company();
  const options = { ...keeping(), actions: NONE };
  const id = await someId(odoo, "sale.order", [["state", "=", "draft"]]);
  const request = { model: "sale.order", ids: [id], values: { client_order_ref: "new" } };
  const { undo } = await updateRecords(odoo, request, options);
  const acted = await runAction(odoo, { model: "sale.order", ids: [id], action: "action_confirm" }, options);
  const refused = await failureOf(undoChange(odoo, { token: tokenOf(undo) }, options));
  assert.match(refused.message, /state is "sale", was left as "draft"/);
  assert.equal((await row(odoo, "sale.order", id, ["client_order_ref"]))["client_order_ref"], "new");
  assert.ok("undo" in acted);
  await undoChange(odoo, { token: tokenOf(acted.undo as UndoOffer) }, options);
  assert.equal((await undoChange(odoo, { token: tokenOf(undo) }, options)).complete, true);
});

Deno.test("a token is its caller's and its Store's, ends with its time, and is used up by one", async () => {
  const clock = { now: 1_000_000_000_000 };
  const store = memoryStore({ now: () => clock.now });
  const keeper = (caller: string) => createUndoKeeper({ store, caller, keepMs: 60_000, now: () => clock.now });
  const image = { did: "change 1 record of res.partner", steps: [{ model: "res.partner", records: [] }] };
  const offer = await keeper("one").keep(image);
  const token = tokenOf(offer);
  assert.ok("token" in offer && offer.until === "2001-09-09T01:47:40Z" && offer.note !== undefined);
  assert.deepEqual((await keeper("one").find(token)).image, image);
  assert.equal((await failureOf(keeper("two").find(token))).details["reason"], "unknown");
  assert.equal((await failureOf(keeper('one",').find(token))).details["reason"], "unknown");

  await keeper("one").claim(token);
  assert.equal((await failureOf(keeper("one").claim(token))).details["reason"], "used");
  assert.equal((await failureOf(keeper("one").find(token))).details["reason"], "used");
  await keeper("one").release(token);
  await keeper("one").find(token);
  clock.now += 60_001;
  const expired = await failureOf(keeper("one").find(token));
  assert.deepEqual([expired.code, expired.details["reason"]], ["E005", "expired"]);
  assert.match(expired.message, /ended at 2001-09-09T01:47:40Z/);
});

Deno.test("a Store that fails, and values too large for it, never fail the change", async () => {
  const image = (note: string) => ({
    did: "change",
    steps: [{ model: "res.partner", records: [{ id: 1, before: { note }, after: { note: "" } }] }],
  });
  const store = memoryStore({ most: 10 });
  const keeper: UndoKeeper = createUndoKeeper({ store, caller: "one", keepMs: 1000 });
  assert.match(
    JSON.stringify(await keeper.keep(image("x".repeat(100)))),
    /"impossible":".*store of this server is full/,
  );
  const large = await createUndoKeeper({ store: memoryStore(), caller: "one", keepMs: 1000 })
    .keep(image("x".repeat(5_000_000)));
  assert.ok("impossible" in large && /too large/.test(large.impossible));
});

Deno.test("the table of ways back names only actions that may be run, and each once for a state", () => {
  const allowed = new Set(DEFAULT_ACTIONS.flatMap(({ model, action }) => [`${model} ${action}`, `* ${action}`]));
  const seen = new Set<string>();
  for (const { model, action, by = [], from, write } of INVERSES) {
    for (const each of [action, ...by]) assert.ok(allowed.has(`${model} ${each}`), `${model} ${each}`);
    assert.ok(by.length > 0 || (write ?? []).length > 0, `${model} ${action}`);
    const key = `${model} ${action} ${from ?? "*"}`;
    assert.ok(!seen.has(key), key);
    seen.add(key);
  }
});

Deno.test("a batch is taken back as a whole: its updates first, then what it created; deletes are told", async () => {
  const { odoo, changes, sent } = await company();
  const options = keeping();
  const { ids } = await createRecords(odoo, {
    model: "res.partner",
    values: [{ name: "A", phone: "1" }, { name: "B", phone: "2" }, { name: "Gone" }],
  }, options);
  const batch = await runBatch(odoo, {
    on_error: "stop",
    operations: [
      { op: "update", model: "res.partner", ids: [ids[0]!], values: { phone: "8" } },
      { op: "create", model: "res.partner", values: { name: "New" } },
      { op: "update", model: "res.partner", ids: ids.slice(0, 2), values: { phone: "9", city: "Ghent" } },
      { op: "delete", model: "res.partner", ids: [ids[2]!] },
    ],
  }, options);
  assert.equal(batch.complete, true);
  sent.length = 0;
  const answer = await undoChange(odoo, { token: tokenOf(batch.undo) }, options);
  assert.deepEqual(changes(), ["write", "write", "write"]);
  assert.match(answer.restored.join("\n"), /^write .*\nwrite .*\narchive res\.partner New #\d+$/);
  assert.deepEqual(answer.could_not, [`delete res.partner Gone #${ids[2]}`]);
  const rows = await Promise.all(ids.slice(0, 2).map((id) => row(odoo, "res.partner", id, ["phone", "city"])));
  assert.deepEqual(rows.map(({ phone, city }) => [phone, city]), [["1", false], ["2", false]]);
});

Deno.test("where the first of several actions back is refused, the next is not run", async () => {
  const { odoo, changes, sent } = await company({
    wrap: (next) => (call, signal) =>
      call.method === "action_cancel" ? Promise.reject(new Failure("E004", "It is locked")) : next(call, signal),
  });
  const options = { ...keeping(), actions: NONE };
  const id = await someId(odoo, "sale.order", [["state", "=", "draft"]]);
  const acted = await runAction(odoo, { model: "sale.order", ids: [id], action: "action_confirm" }, options);
  assert.ok("undo" in acted);
  sent.length = 0;
  const token = tokenOf(acted.undo as UndoOffer);
  assert.equal((await failureOf(undoChange(odoo, { token }, options))).message, "It is locked");
  assert.deepEqual(changes(), ["action_cancel"]);
  assert.equal((await row(odoo, "sale.order", id, ["state"]))["state"], "sale");
});
