import assert from "node:assert/strict";
import fc from "fast-check";
import { createRecords } from "../../src/change/mod.ts";
import { onceKey, onlyOnce, partOf } from "../../src/change/once.ts";
import { createOnce } from "../../src/change/once_create.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";
import type { Odoo, Wrap } from "../../src/odoo/mod.ts";
import { broken, failureOf, refused } from "../odoo/calls.ts";
import { agreeing, company } from "./company.ts";

const KEY = "7f2c";

/** Options of a call with a key. */
function keyed(key = KEY, change: Partial<ReturnType<typeof agreeing>> = {}) {
  return { ...agreeing(), idempotencyKey: key, ...change };
}

async function count(odoo: Odoo, name: string): Promise<number> {
  const params = { domain: [["name", "=", name]] };
  return Number(await odoo.call("res.partner", "search_count", { params, context: { active_test: false } }));
}

const ANN = { model: "res.partner", values: { name: "Ann Once", color: 3, country_id: "Belgium", is_company: true } };

Deno.test("a repeat with the same key answers the first records, and sends nothing", async () => {
  const { odoo, changes } = await company();
  const options = keyed();
  const first = await createRecords(odoo, ANN, options);
  assert.equal(first.repeated, undefined);
  assert.equal(first.records[0]?.differs, undefined);
  const again = await createRecords(odoo, ANN, options);
  assert.deepEqual([again.ids, again.repeated], [first.ids, true]);
  assert.equal(again.records[0]?.display_name, "Ann Once");
  assert.deepEqual(changes(), ["load"]);
  assert.equal(await count(odoo, "Ann Once"), 1);
});

Deno.test("another key, or the same of another caller, makes another record", async () => {
  const { odoo } = await company();
  const options = keyed();
  const first = await createRecords(odoo, ANN, options);
  const second = await createRecords(odoo, ANN, { ...options, idempotencyKey: "other" });
  const third = await createRecords(odoo, ANN, { ...options, caller: "somebody else" });
  assert.equal(new Set([...first.ids, ...second.ids, ...third.ids]).size, 3);
});

Deno.test("the same key with other values is refused, with the Store and from what stands in Odoo", async () => {
  const { odoo } = await company();
  const options = keyed();
  const { ids } = await createRecords(odoo, ANN, options);
  for (const store of [options.store, memoryStore()]) {
    for (
      const other of [{ ...ANN, values: { ...ANN.values, color: 4 } }, { model: "crm.lead", values: { name: "Ann" } }]
    ) {
      const failure = await failureOf(createRecords(odoo, other, { ...options, store }));
      assert.equal(failure.code, "E008");
      assert.match(failure.message, /used before with other arguments/);
      assert.ok(!JSON.stringify(failure).includes(`${ids[0]}`), "a mismatch tells nothing of the first call");
    }
  }
});

Deno.test("after a crash, or on a replica with another Store, Odoo itself knows the key", async () => {
  const { odoo, changes } = await company();
  const values = ["A", "B", "C"].map((name) => ({ name: `Crash ${name}` }));
  const first = await createRecords(odoo, { model: "res.partner", values }, keyed());
  const again = await createRecords(odoo, { model: "res.partner", values }, keyed());
  assert.deepEqual([again.ids, again.repeated, again.notes], [first.ids, true, undefined]);
  assert.deepEqual(changes(), ["load"]);
});

Deno.test("a repeat never writes over what people changed since; what can't be told any more is said", async () => {
  const { odoo } = await company();
  const options = keyed();
  const { ids } = await createRecords(odoo, ANN, options);
  await new Promise((resolve) => setTimeout(resolve, 1100)); // write_date has whole seconds
  await odoo.call("res.partner", "write", {
    ids,
    params: { vals: { name: "Renamed", active: false } },
    effect: "write",
  });
  const known = await createRecords(odoo, ANN, options);
  assert.equal(known.records[0]?.display_name, "Renamed");
  assert.match(known.notes?.join() ?? "", /^Archived since the first call: Renamed #\d+\. Nothing was created anew/);
  const forgotten = await createRecords(odoo, ANN, keyed());
  assert.equal(forgotten.records[0]?.display_name, "Renamed");
  assert.match(forgotten.notes?.join() ?? "", /whether the first call had the same values can't be told/);
});

Deno.test("records that were deleted since are not made again under the same key", async () => {
  const { odoo } = await company();
  const options = keyed();
  const { ids } = await createRecords(odoo, ANN, options);
  await odoo.call("res.partner", "unlink", { ids, effect: "write" });
  const failure = await failureOf(createRecords(odoo, ANN, options));
  assert.equal(failure.code, "E008");
  assert.match(failure.message, /deleted since/);
  assert.match(failure.hint, /take a fresh idempotency_key/);
  assert.equal(await count(odoo, "Ann Once"), 0);
});

/** Breaks the first writes: `arrives` loses the answer only. */
function breaking(...breaks: ("arrives" | "lost")[]): Wrap {
  let nth = 0;
  return (next) => async (call, signal) => {
    const how = call.effect === "read" ? undefined : breaks[nth++];
    if (how === undefined) return await next(call, signal);
    if (how === "arrives") await next(call, signal);
    throw broken;
  };
}

Deno.test("a keyed create whose answer was lost is found; one that was lost itself is sent again, and is there once", async () => {
  for (const breaks of [["arrives"], ["lost"], ["lost", "arrives"], ["lost", "lost"]] as const) {
    const { odoo } = await company({ wrap: breaking(...breaks) });
    const answer = await createRecords(odoo, ANN, keyed());
    assert.equal(await count(odoo, "Ann Once"), 1, breaks.join());
    assert.equal(answer.records[0]?.display_name, "Ann Once");
    assert.match(answer.notes?.join() ?? "", /lost on the way/);
  }
});

Deno.test("a call that ended with nothing known is finished by its repeat", async () => {
  for (const how of ["arrives", "lost"] as const) {
    const { odoo } = await company({ wrap: breaking(how) });
    const options = keyed();
    const ending: Odoo = { ...odoo, signal: AbortSignal.abort() };
    const failure = await failureOf(createRecords(ending, ANN, options));
    assert.equal(failure.code, "E009", how);
    assert.match(failure.hint, /same idempotency_key/);
    const again = await createRecords(odoo, ANN, options);
    assert.deepEqual([again.ids.length, again.repeated], [1, how === "arrives" ? true : undefined]);
    assert.equal(await count(odoo, "Ann Once"), 1);
  }
});

Deno.test("several calls with one key at the same moment make one record", async () => {
  const { odoo } = await company();
  const options = keyed();
  const answers = await Promise.all(Array.from({ length: 5 }, () => createRecords(odoo, ANN, options)));
  assert.equal(new Set(answers.flatMap(({ ids }) => ids)).size, 1);
  assert.equal(await count(odoo, "Ann Once"), 1);
});

Deno.test("a call that surely made nothing leaves the key free for a corrected one", async () => {
  const { odoo } = await company();
  const options = keyed();
  const lead = { model: "sale.order", values: { client_order_ref: "no customer" } };
  const failure = await failureOf(createRecords(odoo, lead, options));
  assert.equal(failure.code, "E004");
  assert.doesNotMatch(failure.message, /import/, "Odoo's own words, not those of its import");
  const made = await createRecords(odoo, { ...lead, values: { partner_id: 7 } }, options);
  assert.equal(made.ids.length, 1);

  const offline = await company({
    wrap: (next) => (call, signal) => call.effect === "read" ? next(call, signal) : Promise.reject(refused),
  });
  const store = memoryStore();
  assert.equal(await failureOf(createRecords(offline.odoo, ANN, keyed("offline", { store }))), refused);
  assert.equal(
    (await createRecords(odoo, { ...ANN, values: { name: "B" } }, keyed("offline", { store }))).ids.length,
    1,
  );
});

Deno.test("a user without rights is told so in Odoo's words", async () => {
  const { odoo } = await company({ login: "limited" });
  assert.equal((await failureOf(createRecords(odoo, ANN, keyed()))).code, "E003");
});

Deno.test("values that don't fit an import are created once all the same, and the answer says it is weaker", async () => {
  const model = "res.partner";
  const odd: [string, JsonObject | JsonObject[]][] = [
    ["records that name different fields", [{ name: "Odd one" }, { name: "Odd two", color: 1 }]],
    ["a new tag", { name: "Odd", category_id: { create: [{ name: "New tag" }] } }],
    ["an empty list of lines", { name: "Odd", child_ids: [] }],
    ["lines of lines", { name: "Odd", child_ids: { create: [{ name: "x", child_ids: { create: [{ name: "y" }] } }] } }],
  ];
  for (const [label, values] of odd) {
    const { odoo, changes } = await company({ wrap: breaking("arrives") });
    const options = keyed();
    const request = { model, values };
    const first = await createRecords(odoo, request, options);
    assert.match(first.notes?.join() ?? "", /protects less well here/, label);
    assert.deepEqual(changes(), ["create"], label);
    for (const store of [options.store, memoryStore()]) {
      const again = await createRecords(odoo, request, { ...options, store });
      assert.deepEqual([again.ids, again.repeated], [first.ids, true], label);
    }
    assert.deepEqual(changes(), ["create"], label);
  }
});

Deno.test("an unknown outcome of a create that does not fit is not repeated for a while", async () => {
  const { odoo, changes } = await company({ wrap: breaking("lost"), signal: AbortSignal.timeout(1500) });
  const options = keyed();
  const request = { model: "res.partner", values: [{ name: "Odd one" }, { name: "Odd two", color: 1 }] };
  assert.equal((await failureOf(createRecords(odoo, request, options))).code, "E009");
  const fresh = await company();
  const again = await failureOf(createRecords(fresh.odoo, request, options));
  assert.equal(again.code, "E009");
  assert.match(again.message, /under way, or was cut off/);
  assert.deepEqual([changes(), fresh.changes()], [["create"], []]);
});

Deno.test("lines, tags, dates and empty values arrive as create would have brought them", async () => {
  const { odoo, changes } = await company();
  const values = {
    partner_id: "Brightwater Cycles",
    client_order_ref: null,
    note: null,
    commitment_date: "2026-12-01T10:00",
    order_line: {
      create: [
        { product_id: "Oak Desk 160", product_uom_qty: 0.1, discount: 12.5 },
        { product_id: 5, product_uom_qty: 3, discount: 0 },
      ],
    },
  };
  const plain = await createRecords(odoo, { model: "sale.order", values }, agreeing());
  const once = await createRecords(odoo, { model: "sale.order", values }, keyed());
  assert.deepEqual(changes(), ["create", "load"]);
  const look = async (id: number) => {
    const fields = ["partner_id", "client_order_ref", "note", "commitment_date", "amount_total"];
    const [order] = await odoo.call("sale.order", "read", { ids: [id], params: { fields } }) as JsonObject[];
    const lines = await odoo.call("sale.order.line", "search_read", {
      params: {
        domain: [["order_id", "=", id]],
        fields: ["product_id", "product_uom_qty", "discount", "price_unit"],
        order: "id",
      },
    }) as JsonObject[];
    return [{ ...order, id: 0 }, lines.map((line) => ({ ...line, id: 0 }))];
  };
  assert.deepEqual(await look(once.ids[0]!), await look(plain.ids[0]!));
  assert.equal(once.records[0]?.differs, undefined);
});

Deno.test("whatever values are sent, a key brings what create alone brings", async () => {
  const { odoo } = await company();
  const text = fc.string({ unit: "grapheme" }).filter((one) => one !== "" && !/[\p{Cc}\p{Cs}]/u.test(one));
  const second = fc.date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
    .map((date) => `${date.toISOString().slice(0, 19)}Z`);
  const values = fc.record({
    partner_id: fc.constantFrom(7, 8, 10),
    client_order_ref: fc.option(text),
    note: fc.option(text),
    commitment_date: fc.option(second),
    order_line: fc.array(
      fc.record({
        product_id: fc.constantFrom(1, 2, 5),
        // No negative zero: JSON has none.
        product_uom_qty: fc.double({ min: -1e6, max: 1e6, noNaN: true }).map((number) => number + 0),
        discount: fc.constantFrom(0, 12.5, 100),
        name: text,
      }),
      { minLength: 1, maxLength: 3 },
    ).map((create) => ({ create })),
  }, { requiredKeys: ["partner_id", "order_line"] });
  const look = async (ids: number[]) => {
    const fields = ["partner_id", "client_order_ref", "note", "commitment_date", "amount_total", "order_line"];
    const [order] = await odoo.call("sale.order", "read", { ids, params: { fields } }) as JsonObject[];
    const { order_line: lines, id: _, ...rest } = order!;
    const inner = ["product_id", "product_uom_qty", "discount", "name"];
    const rows = await odoo.call("sale.order.line", "read", { ids: lines as number[], params: { fields: inner } });
    return [rest, (rows as JsonObject[]).map(({ id: _, ...line }) => line)];
  };
  await fc.assert(
    fc.asyncProperty(values, async (order) => {
      const request = { model: "sale.order", values: order };
      const plain = await createRecords(odoo, request, agreeing());
      // A key of its own for every run: shrinking would repeat one with other values, which is rightly refused.
      const once = await createRecords(odoo, request, keyed(crypto.randomUUID()));
      assert.deepEqual(await look(once.ids), await look(plain.ids));
    }),
    { numRuns: 60 },
  );
});

Deno.test("parts of a key are keys of their own, each creating its chunk once", async () => {
  const { odoo } = await company();
  const options = keyed();
  const whole = await onceKey(odoo, options, KEY, "the batch");
  const chunk = async (nth: number) => {
    const values = [0, 1, 2].map((place) => ({ name: `Chunk ${nth}.${place}` }));
    return (await createOnce(odoo, await partOf(whole, `${nth}`, values), "res.partner", values)).result;
  };
  const ids = [...await chunk(1), ...await chunk(2)];
  assert.equal(new Set(ids).size, 6);
  assert.deepEqual([...await chunk(1), ...await chunk(2)], ids);
});

Deno.test("what the Store alone protects is done once, and an uncertain one is not repeated", async () => {
  const { odoo } = await company();
  const options = keyed();
  const key = (payload: string) => onceKey(odoo, options, KEY, payload);
  let runs = 0;
  const run = () => Promise.resolve({ message: ++runs });
  const blind = { looksFirst: false };
  assert.deepEqual(await onlyOnce(await key("a"), "Look.", run, blind), {
    result: { message: 1 },
    repeated: false,
    notes: [],
  });
  assert.deepEqual(await onlyOnce(await key("a"), "Look.", run, blind), {
    result: { message: 1 },
    repeated: true,
    notes: [],
  });
  assert.equal((await failureOf(onlyOnce(await key("b"), "Look.", run, blind))).code, "E008");

  const lost = await onceKey(odoo, options, "lost", "a");
  assert.equal(await failureOf(onlyOnce(lost, "Look.", () => Promise.reject(broken), blind)), broken);
  const again = await failureOf(onlyOnce(lost, "Look at the messages.", run, blind));
  assert.equal(again.code, "E009");
  assert.match(again.hint, /^Look at the messages\./);
  // Nor when Odoo is surely not at it any more: nothing tells whether it was done.
  await options.store.delete(`once-under-way:${lost.hash}`);
  assert.equal((await failureOf(onlyOnce(lost, "Look.", run, blind))).code, "E009");
  // What looks for itself may go on then.
  const looking = await onlyOnce(lost, "Look.", () => Promise.resolve({ found: true }), { looksFirst: true });
  assert.deepEqual(looking.result, { found: true });

  const free = await onceKey(odoo, options, "free", "a");
  await failureOf(onlyOnce(free, "Look.", () => Promise.reject(new Failure("E004", "no")), blind));
  assert.equal((await onlyOnce(free, "Look.", run, blind)).repeated, false);
  assert.equal(runs, 2);
});

Deno.test("a store that fails after the change does not make a failure of what is done", async () => {
  const { odoo } = await company();
  const store = memoryStore();
  const full = new Failure("E014", "Cannot keep what this needs: the store of this server is full");
  const failing: typeof store = {
    ...store,
    put: (key, value, ttl) =>
      JSON.stringify(value).includes('"done"') ? Promise.reject(full) : store.put(key, value, ttl),
  };
  for (const values of [ANN.values, [{ name: "Odd one" }, { name: "Odd two", color: 1 }]]) {
    const request = { model: "res.partner", values };
    const options = keyed(crypto.randomUUID(), { store: failing });
    const first = await createRecords(odoo, request, options);
    assert.match(first.notes?.join() ?? "", /It is done, but the store of this server could not keep the result/);
    const again = await createRecords(odoo, request, options);
    assert.deepEqual([again.ids, again.repeated], [first.ids, true]);
  }
  const never: typeof store = { ...store, put: () => Promise.reject(full) };
  assert.equal(await failureOf(createRecords(odoo, ANN, keyed("full", { store: never }))), full);
  assert.equal(await count(odoo, "Ann Once"), 1, "nothing is sent that can't be remembered");
});

Deno.test("a key of no use is refused", async () => {
  const { odoo, changes } = await company();
  for (const key of ["", "  ", "x".repeat(256)]) {
    assert.equal((await failureOf(createRecords(odoo, ANN, keyed(key)))).code, "E004");
  }
  assert.deepEqual(changes(), []);
});
