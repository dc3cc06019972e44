import assert from "node:assert/strict";
import { createRecords, deleteRecords, updateRecords } from "../../src/change/mod.ts";
import { sleep } from "../../src/lib/abort.ts";
import type { Failure } from "../../src/lib/failure.ts";
import type { Call, Wrap } from "../../src/odoo/mod.ts";
import { broken, failureOf, never } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

/** How one write on its way is broken. */
type Break = "arrives" | "lost" | "late" | "passes";

/** Breaks the writes in turn: it arrives and its answer is lost, it is lost itself, or it arrives a moment later. */
function breaking(...breaks: Break[]): Wrap {
  let nth = 0;
  return (next) => async (call, signal) => {
    if (call.effect === "read") return await next(call, signal);
    const how = breaks[nth++] ?? "passes";
    if (how === "passes") return await next(call, signal);
    if (how === "arrives") await next(call, signal);
    if (how === "late") sleep(700, never).then(() => next(call, never)).catch(() => {});
    throw broken;
  };
}

/** A company whose clock agrees with ours; looks end soon where `soon` is set. */
async function live(wrap: Wrap, soon = false) {
  const signal = soon ? AbortSignal.timeout(900) : never;
  return await company({ wrap, today: new Date(), signal });
}

const LOST = /answer was lost/;

Deno.test("an update whose answer was lost is found, told as done, and sent once", async () => {
  const { odoo, changes } = await live(breaking("arrives"));
  const answer = await updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 3 } }, agreeing());
  assert.deepEqual(answer.records[0]?.changed, { color: { before: 0, after: 3 } });
  assert.match(answer.notes?.join() ?? "", LOST);
  assert.deepEqual(changes(), ["write"]);
});

Deno.test("an update that never arrived is looked for, then sent again", async () => {
  const { odoo, sent, changes } = await live(breaking("lost"));
  const answer = await updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 3 } }, agreeing());
  assert.deepEqual(answer.records[0]?.changed, { color: { before: 0, after: 3 } });
  assert.match(answer.notes?.join() ?? "", /sent again/);
  assert.deepEqual(changes(), ["write", "write"]);
  const writes = sent.flatMap(({ method }, index) => method === "write" ? [index] : []);
  assert.ok(
    sent.slice(writes[0], writes[1]).some(({ method }) => method === "read"),
    "it was not looked at in between",
  );
});

Deno.test("an update that creates lines is never sent twice, but its lines are found", async () => {
  const values = { child_ids: { create: [{ name: "New contact" }] } };
  const found = await live(breaking("arrives"));
  const answer = await updateRecords(found.odoo, { model: "res.partner", ids: [7], values }, agreeing());
  assert.match(answer.notes?.join() ?? "", LOST);
  assert.deepEqual(found.changes(), ["write"]);

  const lost = await live(breaking("lost"), true);
  const failure = await failureOf(
    updateRecords(lost.odoo, { model: "res.partner", ids: [7], values }, agreeing()),
  );
  assert.equal(failure.code, "E009");
  assert.deepEqual(lost.changes(), ["write"]);
});

Deno.test("when somebody else was at the record meanwhile, an update is not sent again", async () => {
  const theirs: Wrap = (next) => async (call, signal) => {
    if (call.effect === "read") return await next(call, signal);
    await sleep(1100, never); // write_date has whole seconds
    await next({ ...call, params: { vals: { color: 9 } } }, signal);
    throw broken;
  };
  const { odoo, changes } = await company({ wrap: theirs, today: new Date(), signal: AbortSignal.timeout(2500) });
  const failure = await failureOf(
    updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 3 } }, agreeing()),
  );
  assert.equal(failure.code, "E009");
  assert.match(failure.hint, /changed meanwhile.*Read res\.partner ids \[7\] with fields \["write_date","color"\]/);
  assert.deepEqual(changes(), ["write"]);
});

Deno.test("a delete whose answer was lost is found gone, and one that never arrived is sent again", async () => {
  for (const [how, expected] of [["arrives", ["unlink"]], ["lost", ["unlink", "unlink"]]] as const) {
    const { odoo, changes } = await live(breaking(how));
    const answer = await deleteRecords(odoo, { model: "res.partner", ids: [11] }, agreeing());
    assert.match(answer.notes?.join() ?? "", /lost on the way/);
    assert.deepEqual(changes(), expected);
    assert.equal(await odoo.call("res.partner", "search_count", { params: { domain: [["id", "=", 11]] } }), 0);
  }
});

Deno.test("a create whose answer was lost is found among what this user created since, and sent once", async () => {
  const { odoo, changes } = await live(breaking("arrives"));
  const values = [{ name: "Ann", color: 3 }, { name: "Ann", color: 3 }, { name: "Bob" }];
  const answer = await createRecords(odoo, { model: "res.partner", values }, agreeing());
  assert.deepEqual(answer.records.map(({ display_name }) => display_name), ["Ann", "Ann", "Bob"]);
  assert.equal(new Set(answer.ids).size, 3);
  assert.match(answer.notes?.join() ?? "", LOST);
  assert.deepEqual(changes(), ["create"]);
});

Deno.test("a create that arrives after its answer was given up is found by looking on", async () => {
  const { odoo, changes } = await live(breaking("late"));
  const answer = await createRecords(odoo, { model: "res.partner", values: { name: "Slow" } }, agreeing());
  assert.equal(answer.records[0]?.display_name, "Slow");
  assert.deepEqual(changes(), ["create"]);
});

Deno.test("a create that is not found is E009 with what to check, and never sent twice", async () => {
  const { odoo, changes } = await live(breaking("lost"), true);
  const failure = await failureOf(createRecords(odoo, { model: "res.partner", values: { name: "Ann" } }, agreeing()));
  assert.equal(failure.code, "E009");
  assert.equal(failure.applied, "unknown");
  assert.match(failure.hint, /Odoo may still be at it.*Search res\.partner with domain \[\["create_uid","=",2\]/);
  assert.match(failure.hint, /Repeat only what is missing/);
  assert.deepEqual(changes(), ["create"]);
});

Deno.test("of two equal creates the lost one does not take the other's record for its own", async () => {
  const { odoo } = await live(breaking("lost"), true);
  const options = agreeing();
  const request = { model: "res.partner", values: { name: "Twin" } };
  const [lost, made] = await Promise.allSettled([
    createRecords(odoo, request, options),
    createRecords(odoo, request, options),
  ]);
  assert.deepEqual([lost.status, made.status], ["rejected", "fulfilled"]);
  assert.equal(((lost as PromiseRejectedResult).reason as Failure).code, "E009");
});

Deno.test("an older record of the same values is not taken for a lost one", async () => {
  const { odoo } = await live(breaking("passes", "lost"), true);
  const options = agreeing();
  const request = { model: "res.partner", values: { name: "Same" } };
  await createRecords(odoo, request, options);
  assert.equal((await failureOf(createRecords(odoo, request, options))).code, "E009");
});

Deno.test("what Odoo refuses after a lost answer keeps its own words", async () => {
  let nth = 0;
  const wrap: Wrap = (next) => async (call, signal) => {
    if (call.effect === "write" && nth++ === 0) throw broken;
    return await next(call, signal);
  };
  const { odoo } = await company({ wrap, login: "limited", today: new Date() });
  const failure = await failureOf(
    updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 1 } }, agreeing()),
  );
  assert.equal(failure.code, "E003");
});

Deno.test("looks pass by every cache and read no more than what was written", async () => {
  const { odoo, sent } = await live(breaking("arrives"));
  await updateRecords(odoo, { model: "res.partner", ids: [7], values: { color: 3 } }, agreeing());
  const after: Call[] = sent.slice(sent.findIndex(({ method }) => method === "write") + 1);
  const [look] = after;
  assert.equal(look?.cache, "never");
  assert.deepEqual(look?.params["fields"], ["display_name", "color", "write_date", "write_uid"]);
});
