import assert from "node:assert/strict";
import { scanView } from "../../src/ask/view_scan.ts";

Deno.test("a field counts where it is shown, and fields of lines belong to another model", async () => {
  const { fields } = await scanView(`<form>
    <field name="state" invisible="1"/>
    <group invisible="1"><field name="secret"/></group>
    <field name="state"/>
    <field name="order_line"><list><field name="price_unit"/></list></field>
    <field name="note" optional="hide"/>
  </form>`);
  assert.deepEqual(fields, [
    { name: "state", hidden: false, optional: false },
    { name: "secret", hidden: true, optional: false },
    { name: "order_line", hidden: false, optional: false },
    { name: "note", hidden: false, optional: true },
  ]);
});

Deno.test("a button is hidden by what it stands in as well, and named by its text where it has no label", async () => {
  const { buttons, fields } = await scanView(`<form>
    <div invisible="not active"><button name="action_a" type="object" string="A" invisible="state != 'x'"/></div>
    <button name="action_b" type="object"><span>Customer</span> <span>Preview</span></button>
    <button name="action_c" type="object"><field name="invoice_count" string="Invoices"/></button>
    <button name="action_d" type="object" string="D" invisible="1"/>
    <button name="%(sale.act)d" type="object" string="No method"/>
    <button special="cancel" string="Close"/>
    <field name="lines"><list><button name="action_e" type="object" string="E"/></list></field>
  </form>`);
  assert.deepEqual(buttons, [
    { method: "action_a", label: "A", hiddenIf: ["not active", "state != 'x'"] },
    { method: "action_b", label: "Customer Preview", hiddenIf: [] },
    { method: "action_c", label: "Invoices", hiddenIf: [] },
  ]);
  assert.deepEqual(fields.map(({ name }) => name), ["lines"]);
});

Deno.test("up to 16 the computed modifiers say what is hidden, whatever the attributes beside them", async () => {
  const { buttons, fields } = await scanView(
    `<form><field name="a" invisible="context.get('x')" modifiers="{}"/>
    <field name="b" modifiers="{&quot;invisible&quot;: [[&quot;a&quot;, &quot;=&quot;, 1]]}"/>
    <field name="c" modifiers="{&quot;invisible&quot;: true}"/>
    <button name="go" type="object" string="Go" states="x" modifiers="{&quot;invisible&quot;: [[&quot;state&quot;, &quot;not in&quot;, [&quot;x&quot;]]]}"/></form>`,
  );
  assert.deepEqual(fields.map(({ hidden }) => hidden), [false, false, true]);
  assert.deepEqual(buttons[0]?.hiddenIf, [[["state", "not in", ["x"]]]]);
});

Deno.test("what is no XML is a SyntaxError", async () => {
  await assert.rejects(scanView("<form><field></form>"), SyntaxError);
});
