import assert from "node:assert/strict";
import { describeModel } from "../../src/ask/describe.ts";
import { searchFields } from "../../src/ask/search_fields.ts";
import { searchRecords } from "../../src/ask/select.ts";
import { Failure } from "../../src/lib/failure.ts";
import { parseFields } from "../../src/odoo/mod.ts";
import { failureOf } from "../odoo/calls.ts";
import { demoOdoo, FIELDS, recordedOdoo } from "./odoos.ts";

const NAMES = (fields: { name: string }[]) => fields.map(({ name }) => name);

/** A list and a form as 14 computes them: what is hidden when stands in `modifiers`. */
const VIEWS_14 = {
  list: `<tree>
    <field name="name" modifiers="{}"/>
    <field name="validity_date" modifiers="{}"/>
    <field name="priority_level" optional="hide" modifiers="{}"/>
    <field name="amount_total" modifiers="{}"/>
    <field name="locked" invisible="1" modifiers="{&quot;column_invisible&quot;: true}"/>
  </tree>`,
  form: `<form>
    <header>
      <button name="action_confirm" string="Confirm" type="object"
        modifiers="{&quot;invisible&quot;: [[&quot;state&quot;, &quot;not in&quot;, [&quot;sent&quot;]]]}"/>
      <button name="action_confirm" string="Confirm" type="object"
        modifiers="{&quot;invisible&quot;: [[&quot;state&quot;, &quot;not in&quot;, [&quot;draft&quot;]]]}"/>
      <button name="action_cancel" string="Cancel" type="object"
        modifiers="{&quot;invisible&quot;: [&quot;|&quot;, [&quot;state&quot;, &quot;=&quot;, &quot;cancel&quot;], [&quot;id&quot;, &quot;=&quot;, false]]}"/>
      <button name="action_lock" string="Lock" type="object"
        modifiers="{&quot;invisible&quot;: [&quot;|&quot;, [&quot;state&quot;, &quot;!=&quot;, &quot;sale&quot;], [&quot;locked&quot;, &quot;=&quot;, true]]}"/>
      <button name="451" string="Create Invoice" type="action" modifiers="{}"/>
    </header>
    <field name="validity_date" modifiers="{}"/>
    <field name="order_line" modifiers="{}"/>
  </form>`,
};

/** The same as 19 writes it. */
const VIEWS_19 = {
  list: `<list>
    <field name="name"/><field name="validity_date"/><field name="priority_level" optional="hide"/>
    <field name="amount_total"/><field name="locked" column_invisible="True"/>
  </list>`,
  form: `<form>
    <header>
      <button name="action_confirm" string="Confirm" type="object" invisible="state != 'sent'"/>
      <button name="action_confirm" string="Confirm" type="object" invisible="state != 'draft'"/>
      <button name="action_cancel" string="Cancel" type="object" invisible="state == 'cancel' or not id"/>
      <button name="action_lock" string="Lock" type="object" invisible="state != 'sale' or locked"/>
      <button name="sale.report" string="Print" type="action"/>
    </header>
    <field name="validity_date"/>
    <field name="order_line"><list><field name="locked"/></list></field>
  </form>`,
};

const LEAD = parseFields({
  date_closed: { type: "datetime", string: "Closed Date", store: true },
  date_deadline: {
    type: "date",
    string: "Expected Closing",
    store: true,
    help: "Estimate of the date on which the opportunity will be won.",
  },
  date_open: { type: "datetime", string: "Assignation Date", store: true },
  is_blacklisted: { type: "boolean", string: "Blacklist", help: "The contact won't receive mass mailing anymore." },
  lost_reason: { type: "many2one", relation: "crm.lost.reason", string: "Lost Reason", store: true },
  stage_id: { type: "many2one", relation: "crm.stage", string: "Stage", store: true },
  x_lieferdatum: { type: "date", string: "Lieferdatum", store: true },
});

const ACTIONS = {
  mayRun: (action: string) => action !== "action_lock",
  usual: [{ action: "action_confirm", does: "confirm the quotation" }],
};

for (const [version, views] of [["14.0", VIEWS_14], ["19.0", VIEWS_19]] as const) {
  const asked = () =>
    recordedOdoo({ version, fields: FIELDS, views: { "sale.order": views }, answers: Array(9).fill(true) });

  Deno.test(`on ${version} fields that people see in list and form come first`, async () => {
    const { fields } = await describeModel(asked(), { model: "sale.order" });
    const names = NAMES(fields);
    assert.deepEqual(names.slice(0, 4), ["name", "amount_total", "validity_date", "partner_id"]);
    assert.ok(names.indexOf("priority_level") < names.indexOf("locked") || !names.includes("locked"));
    assert.ok(names.includes("order_line"));
  });

  Deno.test(`on ${version} buttons are told with the states they belong to, and whether they may be run`, async () => {
    const { actions, not_allowed, fields } = await describeModel(
      asked(),
      { model: "sale.order", include: ["actions"] },
      ACTIONS,
    );
    assert.deepEqual(actions, [
      { action: "action_confirm", label: "Confirm", states: ["draft", "sent"], does: "confirm the quotation" },
      { action: "action_cancel", label: "Cancel", states: ["draft", "sent", "sale"] },
    ]);
    assert.deepEqual([not_allowed, fields], [["action_lock"], []]);
    const all = await describeModel(asked(), { model: "sale.order", include: ["actions"] }, {
      ...ACTIONS,
      mayRun: () => true,
    });
    assert.deepEqual(all.actions?.at(-1), {
      action: "action_lock",
      label: "Lock",
      states: ["sale"],
      hidden_if: "locked",
    });
  });
}

Deno.test("views are read once: a second description or search asks for none", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, views: { "sale.order": VIEWS_14 }, answers: Array(9).fill([]) });
  let views = 0;
  const counted = {
    ...odoo,
    call: (...args: Parameters<typeof odoo.call>) => {
      if (args[1] === "fields_view_get") views++;
      return odoo.call(...args);
    },
  };
  await describeModel(counted, { model: "sale.order" });
  assert.equal(views, 2);
  await describeModel(counted, { model: "sale.order", include: ["actions"] }, ACTIONS);
  await searchRecords(counted, { model: "sale.order" });
  assert.equal(views, 2);
});

Deno.test("a search shows the fields of the list that people look at", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, views: { "sale.order": VIEWS_14 }, answers: [[]] });
  const { columns } = await searchRecords(odoo, { model: "sale.order" });
  assert.deepEqual(columns.slice(0, 5), ["id", "display_name", "amount_total", "validity_date", "partner_id"]);
});

Deno.test("where views can't be read the fields alone decide, and usual actions are told as such", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: Array(8).fill(true) });
  const { fields, actions, notes } = await describeModel(
    odoo,
    { model: "sale.order", include: ["fields", "actions"] },
    ACTIONS,
  );
  assert.deepEqual(NAMES(fields).slice(0, 3), ["name", "partner_id", "state"]);
  assert.deepEqual(actions, [{ action: "action_confirm", does: "confirm the quotation" }]);
  assert.match(notes.join(), /No form view could be read/);
});

Deno.test("a view that is no XML, or none at all, is as good as unread", async () => {
  for (const arch of ["<form><field name='a'></form>", "not a view <"]) {
    const odoo = recordedOdoo({
      fields: FIELDS,
      views: { "sale.order": { list: arch, form: arch } },
      answers: Array(8).fill(true),
    });
    assert.equal((await describeModel(odoo, { model: "sale.order" })).fields[1]?.name, "partner_id");
  }
});

Deno.test("a passing trouble is told, not taken for a missing view", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: Array(8).fill(true) });
  const busy = new Failure("E014", "Cannot ask now: the queue is full.", { retryable: true });
  const away = {
    ...odoo,
    call: (...args: Parameters<typeof odoo.call>) =>
      args[1] === "fields_view_get" ? Promise.reject(busy) : odoo.call(...args),
  };
  assert.equal((await failureOf(describeModel(away, { model: "sale.order" }))).code, "E014");
  assert.ok((await describeModel(odoo, { model: "sale.order" })).fields.length > 0);
});

Deno.test("words find fields in the singular and plural, by what people say, and over relations", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: Array(60).fill(true) });
  const cases: [string, string][] = [
    ["order dates", "date_order"],
    ["the total amount", "amount_total"],
    ["customers", "partner_id"],
    ["client", "partner_id"],
    ["expiration", "validity_date"],
    ["line", "order_line"],
  ];
  for (const [query, name] of cases) {
    const { fields } = await describeModel(odoo, { model: "sale.order", query });
    assert.equal(fields[0]?.name, name, query);
  }
  const { paths } = await describeModel(odoo, { model: "sale.order", query: "customer country code" });
  assert.equal(paths, undefined);
  const country = await describeModel(odoo, { model: "sale.order", query: "customer country" });
  assert.deepEqual(NAMES(country.paths ?? []), ["partner_id.country_id"]);
  const lines = await describeModel(odoo, { model: "sale.order", query: "ordered quantity" });
  assert.deepEqual(NAMES(lines.paths ?? []), ["order_line.product_uom_qty"]);
  const long = await describeModel(odoo, { model: "sale.order", query: "zebra ".repeat(100_000) });
  assert.deepEqual(long.fields, []);
});

Deno.test("fields that fit some of the words follow those that fit most, the best first", () => {
  const names = (query: string) => NAMES(searchFields(LEAD, query));
  assert.deepEqual(names("lost closed date"), ["date_closed", "lost_reason"]);
  assert.deepEqual(names("closed date"), ["date_closed"]);
  assert.deepEqual(names("lost zebra"), ["lost_reason"]);
});

Deno.test("words match the words of fields or their beginnings, never what stands in the midst of one", () => {
  const names = (query: string) => NAMES(searchFields(LEAD, query));
  assert.deepEqual(names("won"), ["stage_id"]);
  assert.deepEqual(names("mailing"), ["is_blacklisted"]);
  assert.deepEqual(names("list"), []);
  assert.deepEqual(names("black"), ["is_blacklisted"]);
  // The head of a compound stands at its end.
  assert.deepEqual(names("datum"), ["x_lieferdatum"]);
});

Deno.test("a related model that is closed takes no part in a search for words", async () => {
  const fields = { "sale.order": FIELDS["sale.order"]!, "sale.order.line": FIELDS["sale.order.line"]! };
  const odoo = recordedOdoo({ fields, answers: Array(9).fill(true) });
  const { paths, fields: own } = await describeModel(odoo, { model: "sale.order", query: "customer country" });
  assert.deepEqual([paths, NAMES(own)[0]], [undefined, "partner_id"]);
});

Deno.test("a model is described by what one may do and the fields that matter", async () => {
  const odoo = await demoOdoo("limited");
  const { rights, fields, more } = await describeModel(odoo, { model: "res.partner" });
  assert.deepEqual(rights, { create: false, read: true, write: false, unlink: false });
  assert.ok(fields.length <= 12 && more! > 0);
  assert.ok(NAMES(fields).includes("name") && NAMES(fields).includes("email"));
  assert.deepEqual(fields.find(({ name }) => name === "name"), { name: "name", label: "Name", type: "char" });
});

Deno.test("fields are found by words, or told in full by name", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: Array(12).fill(true) });
  const found = await describeModel(odoo, { model: "sale.order", query: "customer" });
  assert.equal(found.fields[0]?.name, "partner_id");
  const byValue = await describeModel(odoo, { model: "sale.order", query: "quotation" });
  assert.equal(byValue.fields[0]?.name, "state");
  const named = await describeModel(odoo, {
    model: "sale.order",
    fields: ["expected_date", "order_line"],
    include: ["fields", "relations"],
  });
  assert.deepEqual(named.fields[0], {
    name: "expected_date",
    label: "Expected Date",
    type: "datetime",
    computed: true,
    searchable: false,
    sortable: false,
    groupable: false,
    readonly: false,
    depends: ["order_line.customer_lead"],
  });
  assert.equal(named.fields[1]?.inverse, "order_id");
  assert.ok(named.relations?.some(({ model, fields }) => model === "sale.order.line" && fields.includes("order_line")));
});

Deno.test("words that fit nothing are told so, unknown fields come back with close ones", async () => {
  const odoo = recordedOdoo({ fields: FIELDS, answers: Array(4).fill(true) });
  const none = await describeModel(odoo, { model: "sale.order", query: "zebra" });
  assert.deepEqual(none.fields, []);
  assert.match(none.notes[0]!, /No field fits "zebra"/);
  assert.deepEqual(
    (await failureOf(describeModel(odoo, { model: "sale.order", fields: ["stat"] }))).details["closest"],
    ["state"],
  );
  const failure = await failureOf(describeModel(odoo, { model: "sale.order", include: ["action"] }));
  assert.deepEqual([failure.code, failure.details["closest"]], ["E004", ["actions"]]);
});

Deno.test("rights that Odoo no longer tells are null", async () => {
  const gone = new Failure("E005", "Cannot call res.partner.check_access_rights: there is no such method.");
  const odoo = recordedOdoo({ fields: FIELDS, answers: [gone, gone, gone, gone] });
  assert.deepEqual((await describeModel(odoo, { model: "res.partner" })).rights, {
    create: null,
    read: null,
    write: null,
    unlink: null,
  });
});
