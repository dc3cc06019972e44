import assert from "node:assert/strict";
import type { JsonObject } from "../../src/lib/json.ts";
import { demo, refusal } from "./ask.ts";

Deno.test("each group's __domain finds exactly its records", async () => {
  const { groups, count } = demo();
  const domain = ["|", ["state", "=", "sale"], ["state", "=", "sent"], ["amount_total", ">", 500]];
  for (
    const groupby of [["state"], ["partner_id"], ["date_order:month"], ["date_order:week"], [
      "user_id",
      "date_order:quarter",
    ]]
  ) {
    const found = await groups("sale.order", { domain, groupby, lazy: false }, { tz: "America/New_York" });
    assert.ok(found.length > 1);
    for (const group of found) assert.equal(await count("sale.order", group["__domain"]!), group["__count"]);
    const total = found.reduce((sum, group) => sum + Number(group["__count"]), 0);
    assert.equal(total, await count("sale.order", domain));
  }
});

Deno.test("lazy groups by the first field alone and says what is left", async () => {
  const { groups } = demo();
  const [first] = await groups("sale.order", { fields: ["amount_total"], groupby: ["state", "date_order:month"] });
  assert.deepEqual(Object.keys(first!), ["state_count", "amount_total", "state", "__domain", "__context"]);
  assert.deepEqual(first!["__context"], { group_by: ["date_order:month"] });
  const byMonth = await groups("sale.order", { fields: ["amount_total"], groupby: ["date_order:month"] });
  assert.ok(byMonth.every((group) => "date_order_count" in group && !("__context" in group)));
});

Deno.test("sums, means, extremes and counts are those of the records", async () => {
  const { groups, rows } = demo();
  const orders = await rows("sale.order", [["state", "=", "sale"]], ["amount_total", "partner_id", "date_order"]);
  const [group] = await groups("sale.order", {
    domain: [["state", "=", "sale"]],
    fields: [
      "amount_total:sum",
      "mean:avg(amount_total)",
      "last:max(date_order)",
      "partner_id:count_distinct",
      "user_id:count",
    ],
    groupby: ["state"],
    lazy: false,
  });
  const amounts = orders.map((order) => Number(order["amount_total"]));
  const sum = amounts.reduce((left, right) => left + right, 0);
  assert.ok(Math.abs(Number(group!["amount_total"]) - sum) < 0.001);
  assert.ok(Math.abs(Number(group!["mean"]) - sum / amounts.length) < 0.001);
  assert.equal(group!["last"], orders.map((order) => order["date_order"]).sort().at(-1));
  assert.equal(group!["partner_id"], new Set(orders.map((order) => (order["partner_id"] as [number])[0])).size);
  assert.equal(group!["user_id"], orders.length);
});

Deno.test("months are cut in the caller's time zone, with bounds in UTC", async () => {
  const { create, groups, idOf } = demo();
  const partner = await idOf("res.partner", "Tulpwerk");
  const id = await create("sale.order", { partner_id: partner, date_order: "2026-10-31 23:30:00" });
  const ask = { domain: [["id", "=", id]], fields: ["amount_total"], groupby: ["date_order:month"], lazy: false };
  const label = async (tz?: string) =>
    (await groups("sale.order", ask, tz === undefined ? {} : { tz }))[0]!["date_order:month"];
  assert.equal(await label(), "October 2026");
  assert.equal(await label("Europe/Brussels"), "November 2026");
  const [group] = await groups("sale.order", ask, { tz: "Europe/Brussels" });
  assert.deepEqual(group!["__domain"], [
    ...["&", "&", ["date_order", ">=", "2026-10-31 23:00:00"], ["date_order", "<", "2026-11-30 23:00:00"]],
    ["id", "=", id],
  ]);
});

Deno.test("stages without leads are shown, empty", async () => {
  const { groups } = demo();
  const found = await groups("crm.lead", {
    domain: [["id", "=", -1]],
    fields: ["expected_revenue"],
    groupby: ["stage_id"],
  });
  assert.deepEqual(
    found.map((group) => [group["stage_id"], group["stage_id_count"], group["expected_revenue"], group["__fold"]]),
    [
      [[1, "New"], 0, false, false],
      [[2, "Qualified"], 0, false, false],
      [[3, "Proposition"], 0, false, false],
      [[4, "Won"], 0, false, false],
    ],
  );
});

Deno.test("groups come in the order of the grouped model, or by a sum when asked", async () => {
  const { groups } = demo();
  const fields = ["amount_total"];
  const names = (found: JsonObject[]) => found.map((group) => (group["partner_id"] as [number, string])[1]);
  const plain = names(await groups("sale.order", { fields, groupby: ["partner_id"] }));
  assert.deepEqual(plain, [...plain].sort(new Intl.Collator("en").compare));
  const best = await groups("sale.order", { fields, groupby: ["partner_id"], orderby: "amount_total desc", limit: 3 });
  const amounts = best.map((group) => Number(group["amount_total"]));
  assert.equal(best.length, 3);
  assert.deepEqual(amounts, [...amounts].sort((left, right) => right - left));
});

Deno.test("no groups give one row, whose empty sums are null", async () => {
  const { groups } = demo();
  const ask = { fields: ["amount_total:sum"], groupby: [], lazy: false };
  assert.deepEqual(await groups("sale.order", { ...ask, domain: [["id", "=", -1]] }), [
    { id: null, __count: 0, amount_total: null },
  ]);
});

Deno.test("what can't be grouped or summed up is refused", async () => {
  const { groups } = demo();
  const code = async (params: JsonObject) => (await refusal(groups("sale.order", params))).code;
  assert.equal(await code({ groupby: ["nosuch"] }), "E004");
  assert.equal(await code({ fields: ["amount_total:nosuch"], groupby: ["state"] }), "E004");
  assert.equal(await code({ fields: ["amount_total:sum", "amount_total:avg"], groupby: ["state"] }), "E004");
  assert.equal(await code({ groupby: ["state"], orderby: "__count desc" }), "E004");
  assert.equal(await code({ groupby: ["order_line"] }), "E999");
});
