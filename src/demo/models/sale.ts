import { access, SALES_MANAGER, SALESPERSON } from "../access.ts";
import type { Row } from "../database.ts";
import { userError } from "../fault.ts";
import {
  char,
  date,
  datetime,
  float,
  integer,
  many2many,
  many2one,
  monetary,
  one2many,
  selection,
  text,
} from "../field.ts";
import type { Environment, FieldDefinition, ModelDefinition, Values } from "../model.ts";
import { format } from "../period.ts";
import { rowOf, rowsOf } from "../value.ts";
import { activities } from "./activity.ts";
import { messagePost, messages } from "./message.ts";
import { saleText } from "./product.ts";
import { SALE_ACTIONS } from "./sale_actions.ts";

const STATES = ["draft:Quotation", "sent:Quotation Sent", "sale:Sales Order", "done:Locked", "cancel:Cancelled"];
const OPEN = { readonly: true, editableIn: ["draft", "sent"] };
const TOTAL = { readonly: true, depends: ["order_line.price_total"] };
const LINE_TOTAL = { readonly: true, depends: ["product_uom_qty", "discount", "price_unit", "tax_id"] };
/** Belgian customers pay this; sales abroad carry no tax. */
const TAX_RATE = 0.21;

/** Quotations and sales orders with their lines. */
export const SALE_MODELS: ModelDefinition[] = [
  {
    model: "sale.order",
    label: "Sales Order",
    order: "date_order desc, id desc",
    access: access([SALES_MANAGER, SALESPERSON], [SALES_MANAGER, SALESPERSON], [SALES_MANAGER]),
    fields: {
      create_date: datetime("Creation Date", { readonly: true }),
      name: char("Order Reference", { required: true, readonly: true, editableIn: ["draft"], default: "New" }),
      origin: char("Source Document", { help: "Reference of the document that generated this sales order request." }),
      client_order_ref: char("Customer Reference"),
      state: selection("Status", STATES, { readonly: true, default: "draft" }),
      date_order: datetime("Order Date", {
        ...OPEN,
        required: true,
        default: (env) => format(env.now),
        help: "Creation date of draft/sent orders,\nConfirmation date of confirmed orders.",
      }),
      validity_date: date("Expiration", { ...OPEN }),
      user_id: many2one("res.users", "Salesperson", { default: (env) => env.uid }),
      partner_id: many2one("res.partner", "Customer", { ...OPEN, required: true }),
      partner_invoice_id: many2one("res.partner", "Invoice Address", { ...OPEN, required: true }),
      partner_shipping_id: many2one("res.partner", "Delivery Address", { ...OPEN, required: true }),
      currency_id: many2one("res.currency", "Currency", { readonly: true, default: (env) => companyCurrency(env) }),
      order_line: one2many("sale.order.line", "order_id", "Order Lines"),
      amount_untaxed: monetary("Untaxed Amount", { ...TOTAL, compute: (row, env) => sum(row, env, "untaxed") }),
      amount_tax: monetary("Taxes", { ...TOTAL, compute: (row, env) => sum(row, env, "tax") }),
      amount_total: monetary("Total", { ...TOTAL, compute: (row, env) => sum(row, env, "total") }),
      note: text("Terms and conditions", { default: "" }),
      team_id: many2one("crm.team", "Sales Team", { default: 1 }),
      company_id: many2one("res.company", "Company", { required: true, default: 1 }),
      invoice_status: selection("Invoice Status", [
        ...["upselling:Upselling Opportunity", "invoiced:Fully Invoiced", "to invoice:To Invoice"],
        "no:Nothing to Invoice",
      ], {
        readonly: true,
        depends: ["state", "order_line.invoice_status"],
        compute: (row, env) => invoiceStatus(row, env),
      }),
      commitment_date: datetime("Delivery Date", {
        help: "This is the delivery date promised to the customer.",
      }),
      tag_ids: many2many("crm.tag", "Tags"),
      opportunity_id: many2one("crm.lead", "Opportunity"),
      activity_ids: activities("sale.order"),
      ...messages("sale.order"),
    },
    prepare: (values, env) => {
      const named = typeof values.name === "string" && values.name !== "" && values.name !== "New";
      const address = values.partner_id ?? false;
      return {
        partner_invoice_id: address,
        partner_shipping_id: address,
        ...values,
        ...(named ? {} : { name: `S${String(env.database.table("sale.order").nextId).padStart(5, "0")}` }),
      };
    },
    checkUnlink: (row) => {
      if (row.state === "draft" || row.state === "cancel") return;
      throw userError(
        "You can not delete a sent quotation or a confirmed sales order. You must first cancel it.",
      );
    },
    methods: { ...SALE_ACTIONS, message_post: messagePost("sale.order") },
  },
  {
    model: "sale.order.line",
    label: "Sales Order Line",
    order: "order_id, sequence, id",
    access: access([SALES_MANAGER, SALESPERSON], [SALESPERSON]),
    displayName: (row, env) =>
      `${rowOf(env, "sale.order", row.order_id)?.name ?? ""} - ${String(row.name).split("\n")[0]}`,
    nameSearch: ["name", "order_id.name"],
    fields: {
      order_id: many2one("sale.order", "Order Reference", { required: true, ondelete: "cascade" }),
      sequence: integer("Sequence", { default: 10 }),
      name: text("Description", { required: true }),
      product_id: many2one("product.product", "Product", { ondelete: "restrict" }),
      product_uom_qty: float("Quantity", { digits: [16, 2], required: true, default: 1 }),
      price_unit: float("Unit Price", { digits: [16, 2], required: true, default: 0 }),
      discount: float("Discount (%)", { digits: [16, 2], default: 0 }),
      price_subtotal: monetary("Subtotal", { ...LINE_TOTAL, compute: (row, env) => amounts(row, env).untaxed }),
      price_tax: float("Total Tax", { ...LINE_TOTAL, compute: (row, env) => amounts(row, env).tax }),
      price_total: monetary("Total", { ...LINE_TOTAL, compute: (row, env) => amounts(row, env).total }),
      qty_delivered: float("Delivered Quantity", { digits: [16, 2] }),
      qty_invoiced: float("Invoiced Quantity", { digits: [16, 2], readonly: true }),
      display_type: selection("Display Type", ["line_section:Section", "line_note:Note"]),
      state: ofOrder("state", selection("Order Status", STATES, { readonly: true })),
      order_partner_id: ofOrder("partner_id", many2one("res.partner", "Customer")),
      salesman_id: ofOrder("user_id", many2one("res.users", "Salesperson", { readonly: true })),
      currency_id: ofOrder("currency_id", many2one("res.currency", "Currency", { readonly: true })),
      company_id: ofOrder("company_id", many2one("res.company", "Company", { readonly: true })),
    },
    prepare: prepareLine,
    check: (row) => {
      if (!row.display_type && !row.product_id) {
        throw userError("Missing required fields on accountable sale order line.");
      }
    },
    checkUnlink: (row, env) => {
      const state = rowOf(env, "sale.order", row.order_id)?.state;
      if (row.display_type || (state !== "sale" && state !== "done")) return;
      throw userError(
        "You can not remove an order line once the sales order is confirmed.\n" +
          "You should rather set the quantity to 0.",
      );
    },
  },
];

function ofOrder(name: string, field: FieldDefinition): FieldDefinition {
  return { ...field, related: `order_id.${name}`, store: true, depends: [`order_id.${name}`] };
}

function companyCurrency(env: Environment): number | false {
  const currency = rowOf(env, "res.company", 1)?.currency_id;
  return typeof currency === "number" ? currency : false;
}

/** A line without a text or a price takes the product's; a section or note counts nothing. */
function prepareLine(values: Values, env: Environment): Values {
  if (values.display_type) return { ...values, product_id: false, product_uom_qty: 0, price_unit: 0 };
  const product = typeof values.product_id === "number" ? rowOf(env, "product.product", values.product_id) : undefined;
  if (product === undefined) return values;
  const { name, price } = saleText(env, product);
  return { name, price_unit: price, ...values };
}

function amounts(line: Row, env: Environment): { untaxed: number; tax: number; total: number } {
  const order = rowOf(env, "sale.order", line.order_id);
  const country = rowOf(env, "res.country", rowOf(env, "res.partner", order?.partner_id)?.country_id);
  const net = Number(line.product_uom_qty) * Number(line.price_unit) * (1 - Number(line.discount ?? 0) / 100);
  const untaxed = cents(net);
  const tax = cents(untaxed * (country?.code === "BE" ? TAX_RATE : 0));
  return { untaxed, tax, total: cents(untaxed + tax) };
}

function sum(order: Row, env: Environment, part: "untaxed" | "tax" | "total"): number {
  let sum = 0;
  for (const line of rowsOf(env, "sale.order.line")) if (line.order_id === order.id) sum += amounts(line, env)[part];
  return cents(sum);
}

function invoiceStatus(order: Row, env: Environment): string {
  if (order.state !== "sale" && order.state !== "done") return "no";
  const lines = rowsOf(env, "sale.order.line").filter((line) => line.order_id === order.id && !line.display_type);
  return lines.every((line) => Number(line.qty_invoiced ?? 0) >= Number(line.product_uom_qty))
    ? "invoiced"
    : "to invoice";
}

function cents(amount: number): number {
  return Math.round((amount + Number.EPSILON) * 100) / 100;
}
