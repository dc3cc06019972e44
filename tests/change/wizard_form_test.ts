import assert from "node:assert/strict";
import fc from "fast-check";
import { readForm } from "../../src/change/wizard_form.ts";
import type { Json } from "../../src/lib/json.ts";

/** As Odoo 14 sends it: conditions as domains in `modifiers`. */
const ON_14 = `<form string="Invoice Sales Order" delete="false">
  <!-- a comment with a <field name="no"/> -->
  <p class="oe_grey">Invoices will be created in draft &amp; can be reviewed.</p>
  <group>
    <field name="method" widget="radio" modifiers="{&quot;required&quot;: true}"/>
    <field name="has_down" invisible="1" modifiers="{&quot;invisible&quot;: true}"/>
    <label for="amount"/>
    <div modifiers="{&quot;invisible&quot;: [[&quot;method&quot;, &quot;!=&quot;, &quot;fixed&quot;]]}">
      <field name="amount" string="Down Payment" modifiers="{&quot;required&quot;: [[&quot;method&quot;, &quot;=&quot;, &quot;fixed&quot;]]}"/>
    </div>
    <field name="deduct" modifiers="{&quot;invisible&quot;: [&quot;|&quot;, [&quot;has_down&quot;, &quot;=&quot;, false], [&quot;method&quot;, &quot;!=&quot;, &quot;delivered&quot;]]}"/>
    <field name="line_ids"><tree><field name="inner"/><button name="inner_button" type="object"/></tree></field>
  </group>
  <footer>
    <button name="create_invoices" string="Create and View" type="object" context="{'open_invoices': True}"/>
    <button name="create_invoices" string="Create" type="object"/>
    <button name="%(other)d" string="Window" type="action"/>
    <button string="Cancel" special="cancel"/>
  </footer>
</form>`;

/** The same as 17 and later send it: conditions as Python. */
const ON_19 = `<form>
  <p>Invoices will be created.</p>
  <field name="method" required="True"/>
  <field name="has_down" invisible="1"/>
  <group invisible="method != 'fixed'"><field name="amount" required="method == 'fixed'"/></group>
  <field name="deduct" invisible="not has_down or method != 'delivered'"/>
  <footer><button name="create_invoices" type="object" string="Create" invisible="not has_down"/></footer>
</form>`;

const at = (values: Record<string, Json>) => (name: string) => values[name];

for (const [version, arch] of [["14", ON_14], ["19", ON_19]] as const) {
  Deno.test(`a form of Odoo ${version} tells which fields show and which are needed`, () => {
    const form = readForm(arch);
    const field = (name: string) => form.fields.find((one) => one.name === name)!;
    assert.equal(field("method").invisible(at({})), false);
    assert.equal(field("has_down").invisible(at({})), true);
    assert.equal(field("amount").invisible(at({ method: "delivered" })), true);
    assert.equal(field("amount").invisible(at({ method: "fixed" })), false);
    assert.equal(field("amount").invisible(at({})), undefined);
    assert.equal(field("amount").required(at({ method: "fixed" })), true);
    assert.equal(field("deduct").invisible(at({ has_down: false })), true, "the other half decides nothing");
    assert.equal(field("deduct").invisible(at({ has_down: true, method: "delivered" })), false);
  });
}

Deno.test("a form's buttons are those that run a method, each once; its text is what a person reads", () => {
  const form = readForm(ON_14);
  assert.deepEqual(form.buttons.map(({ action, label, context }) => [action, label, context]), [
    ["create_invoices", "Create and View", "{'open_invoices': True}"],
  ]);
  assert.deepEqual(form.texts.map(({ text }) => text), ["Invoices will be created in draft & can be reviewed."]);
  assert.deepEqual(form.fields.map(({ name }) => name), ["method", "has_down", "amount", "deduct", "line_ids"]);
  assert.equal(form.fields[2]?.label, "Down Payment");
});

Deno.test("a field that stands in a form twice is hidden only where both are", () => {
  const form = readForm(`<form><field name="d" invisible="t == 'a'"/><field name="d" invisible="t != 'a'"/></form>`);
  assert.equal(form.fields.length, 1);
  assert.equal(form.fields[0]!.invisible(at({ t: "a" })), false);
});

Deno.test("no text is too broken to be read", () => {
  fc.assert(fc.property(fc.string(), (text) => void readForm(text)));
  const piece = fc.constantFrom(
    "<form>",
    "</form>",
    "<field name='a'>",
    "</field>",
    "<field/>",
    "<p>",
    "x",
    "&#99999999;",
  );
  fc.assert(fc.property(fc.array(piece), (pieces) => void readForm(pieces.join(""))));
  assert.equal(readForm(`<field name="a" modifiers="{broken"/>`).fields[0]?.invisible(at({})), false);
});
