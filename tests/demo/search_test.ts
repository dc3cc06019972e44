import assert from "node:assert/strict";
import fc from "fast-check";
import { demo, refusal } from "./ask.ts";

Deno.test("a domain's parts must all hold unless | or ! says otherwise", async () => {
  const { count } = demo();
  const companies = await count("res.partner", [["is_company", "=", true]]);
  const belgian = await count("res.partner", [["is_company", "=", true], ["country_id.code", "=", "BE"]]);
  const either = await count("res.partner", ["|", ["is_company", "=", true], ["country_id.code", "=", "BE"]]);
  const inBelgium = await count("res.partner", [["country_id.code", "=", "BE"]]);
  assert.ok(belgian > 0 && belgian < companies);
  assert.equal(either, companies + inBelgium - belgian);
  assert.equal(
    await count("res.partner", ["!", "|", ["is_company", "=", true], ["country_id.code", "=", "BE"]]),
    await count("res.partner", [["is_company", "=", false], ["country_id.code", "!=", "BE"]]),
  );
});

Deno.test("what is not set fits neither a comparison nor its opposite", async () => {
  const { count } = demo();
  const all = await count("sale.order", []);
  const before = await count("sale.order", [["validity_date", "<", "2026-12-01"]]);
  const after = await count("sale.order", ["!", ["validity_date", "<", "2026-12-01"]]);
  const unset = await count("sale.order", [["validity_date", "=", false]]);
  assert.ok(unset > 0 && before > 0);
  assert.equal(before + after + unset, all);
});

Deno.test("a many2one compares with a name, an id, a list or nothing", async () => {
  const { names, count, idOf } = demo();
  const id = await idOf("res.partner", "Maison Corvelle");
  const people = await names("res.partner", [["parent_id", "ilike", "corvelle"]]);
  assert.deepEqual(people, ["Maison Corvelle, Bastien Corvelle", "Maison Corvelle, Noor Attali"]);
  assert.deepEqual(await names("res.partner", [["parent_id", "=", id]]), people);
  assert.deepEqual(await names("res.partner", [["parent_id", "in", [id]]]), people);
  const others = await count("res.partner", [["parent_id", "not ilike", "corvelle"]]);
  assert.equal(others, await count("res.partner", []) - people.length, "partners without a parent count as others");
});

Deno.test("child_of and parent_of follow the hierarchy, by id or by name", async () => {
  const { names, count, idOf } = demo();
  const chairs = await count("product.product", [["categ_id", "=", "All / Chairs"]]);
  assert.ok(chairs > 0);
  assert.equal(await count("product.product", [["categ_id", "child_of", "All"]]), await count("product.product", []));
  assert.equal(await count("product.product", [["categ_id", "child_of", "Chairs"]]), chairs);
  const id = await idOf("res.partner", "Hotel Zandloper");
  assert.deepEqual(await names("res.partner", [["id", "child_of", id]]), [
    "Hotel Zandloper",
    "Hotel Zandloper, Wim Zandloper",
  ]);
  assert.deepEqual(await names("product.category", [["id", "parent_of", 3]]), ["All", "All / Chairs"]);
});

Deno.test("a path leads through one2many lines to a product's category", async () => {
  const { count, rows } = demo();
  const lines = await rows("sale.order.line", [["product_id.categ_id", "ilike", "services"]], ["order_id"]);
  const orders = new Set(lines.map((line) => (line["order_id"] as [number, string])[0]));
  assert.ok(orders.size > 5);
  assert.equal(await count("sale.order", [["order_line.product_id.categ_id", "ilike", "services"]]), orders.size);
});

Deno.test("archived records show only when asked for", async () => {
  const { names } = demo();
  const pepperwood = [["name", "=", "Pepperwood Interiors"]];
  assert.deepEqual(await names("res.partner", pepperwood), []);
  assert.deepEqual(await names("res.partner", pepperwood, { active_test: false }), ["Pepperwood Interiors"]);
  assert.deepEqual(await names("res.partner", [...pepperwood, ["active", "=", false]]), ["Pepperwood Interiors"]);
});

Deno.test("like and its kin follow PostgreSQL: wildcards, case, anchors", async () => {
  const { count } = demo();
  const of = (operator: string, value: string) => count("product.template", [["name", operator, value]]);
  assert.equal(await of("ilike", "desk"), await of("ilike", "DESK"));
  assert.equal(await of("like", "desk"), 0);
  assert.equal(await of("=like", "Desk%"), 1);
  assert.equal(await of("=ilike", "desk l_mp"), 1);
  assert.equal(await of("ilike", "oak%160"), 1);
  assert.equal(await of("=like", "%%".repeat(40) + "\\\\%"), 0, "no pattern takes long");
  assert.equal(await of("ilike", "(") + await of("ilike", "."), 0);
  assert.equal(await of("ilike", "desk") + await of("not ilike", "desk"), await of("ilike", ""));
});

Deno.test("a bare date against a datetime means the whole day, as on Odoo 14", async () => {
  const { rows, count } = demo();
  const [order] = await rows("sale.order", [["state", "=", "sale"]], ["date_order"]);
  const day = String(order!["date_order"]).slice(0, 10);
  const on = await count("sale.order", [["date_order", ">=", day], ["date_order", "<=", day]]);
  assert.ok(on >= 1);
  assert.equal(
    await count("sale.order", [["date_order", ">", day]]),
    await count("sale.order", [["date_order", ">", `${day} 23:59:59`]]),
  );
});

Deno.test("a condition on a field that can't be searched is dropped, as Odoo 14 does", async () => {
  const { count } = demo();
  assert.equal(await count("res.partner", [["contact_address", "ilike", "nowhere"]]), await count("res.partner", []));
});

Deno.test("records sort by several fields, a many2one by its own model's order", async () => {
  const { rows } = demo();
  const orders = await rows("sale.order", [], ["partner_id", "amount_total"]);
  const sorted = await rows("sale.order", [], ["partner_id", "amount_total"], "partner_id, amount_total desc");
  const collator = new Intl.Collator("en");
  const expected = [...orders].sort((left, right) =>
    collator.compare((left["partner_id"] as [number, string])[1], (right["partner_id"] as [number, string])[1]) ||
    Number(right["amount_total"]) - Number(left["amount_total"]) || Number(left["id"]) - Number(right["id"])
  );
  assert.deepEqual(sorted, expected);
});

Deno.test("limit and offset page through everything once", async () => {
  const { ask } = demo();
  const all = await ask("res.partner", "search", { domain: [] }) as number[];
  const pages = await Promise.all(
    [0, 15, 30, 45].map((offset) => ask("res.partner", "search", { domain: [], offset, limit: 15 })),
  );
  assert.deepEqual(pages.flat(), all);
  assert.deepEqual(await ask("res.partner", "search", { domain: [], limit: 0 }), all);
});

Deno.test("name_search looks into names, codes and e-mail addresses", async () => {
  const { ask } = demo();
  const search = (model: string, name: string) => ask(model, "name_search", { name, limit: 5 });
  assert.deepEqual(await search("res.partner", "brightwater c"), [
    [7, "Brightwater Cycles"],
    [8, "Brightwater Cycles, Elin Sandvoort"],
    [9, "Brightwater Cycles, Joris Maeckel"],
    [10, "Brightwater Cycling"],
    [11, "Brightwater Cycling, Harriet Quill"],
  ]);
  assert.deepEqual(await search("product.product", "chr-task"), [[5, "[CHR-TASK] Task Chair"]]);
});

Deno.test("any domain of known fields answers or is refused as a Failure, and its opposite finds the rest", async () => {
  const { ask, count } = demo();
  const all = await count("res.partner", []);
  // An empty text is like everything and unlike nothing set, as on the real Odoo 14: those two overlap.
  const text = fc.string({ minLength: 1, maxLength: 8 });
  const leaf = fc.oneof(
    fc.tuple(
      fc.constantFrom("name", "email", "city", "parent_id", "country_id"),
      fc.constantFrom("=", "!=", "ilike", "not ilike", "in", "not in"),
      text,
    ),
    fc.tuple(
      fc.constantFrom("id", "color", "customer_rank"),
      fc.constantFrom("=", "!=", "<", ">=", "in"),
      fc.integer({ min: -5, max: 50 }),
    ),
    fc.tuple(fc.constantFrom("is_company", "parent_id", "name"), fc.constantFrom("=", "!="), fc.constant(false)),
  );
  const tree: fc.Arbitrary<unknown[]> = fc.letrec<{ node: unknown[] }>((tie) => ({
    node: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      leaf.map((each) => [each]),
      fc.tuple(fc.constantFrom("&", "|"), tie("node"), tie("node")).map((
        [join, left, right],
      ) => [join, ...left, ...right]),
      tie("node").map((part) => ["!", ...part]),
    ),
  })).node;
  await fc.assert(
    fc.asyncProperty(tree, async (domain) => {
      const found = await ask("res.partner", "search_count", { domain: domain as never }) as number;
      const rest = await ask("res.partner", "search_count", { domain: ["!", ...domain] as never }) as number;
      assert.equal(found + rest, all);
    }),
    { numRuns: 300 },
  );
});

Deno.test("rubbish as a domain is refused as E004, never taken for all records", async () => {
  const { ask } = demo();
  for (
    const domain of [
      "name = a",
      ["name", "=", "a"],
      [["name", "="]],
      ["|", ["name", "=", "a"]],
      [["name", "~~", "a"]],
      [
        ["nosuch", "=", 1],
      ],
      [["country_id.nosuch", "=", 1]],
      [["name.x", "=", 1]],
      [[{}, "=", 1]],
      ["!"],
      [null],
      [["id", "=", "abc"]],
    ]
  ) {
    const failure = await refusal(ask("res.partner", "search", { domain }));
    assert.equal(failure.code, "E004", JSON.stringify(domain));
  }
});
