import { access, SALES_MANAGER, USER } from "../access.ts";
import type { Row, Value } from "../database.ts";
import { boolean, char, float, integer, many2one, one2many, selection, text } from "../field.ts";
import type { Environment, FieldDefinition, ModelDefinition } from "../model.ts";
import { rowOf, rowsOf, valueOf } from "../value.ts";

const PRICE = { digits: [16, 2] as [number, number], help: "Price at which the product is sold to customers." };

const TEMPLATE_FIELDS: Record<string, FieldDefinition> = {
  name: char("Name", { required: true, translate: true }),
  sequence: integer("Sequence", { default: 1 }),
  description_sale: text("Sales Description", {
    translate: true,
    help: "A description of the Product that you want to communicate to your customers.",
  }),
  type: selection("Product Type", ["consu:Consumable", "service:Service", "product:Storable Product"], {
    required: true,
    default: "consu",
    help: "A storable product is a product for which you manage stock.",
  }),
  categ_id: many2one("product.category", "Product Category", {
    required: true,
    default: 1,
    help: "Select category for the current product",
  }),
  list_price: float("Sales Price", { ...PRICE, default: 1 }),
  sale_ok: boolean("Can be Sold", { default: true }),
  purchase_ok: boolean("Can be Purchased", { default: true }),
  currency_id: many2one("res.currency", "Currency", {
    readonly: true,
    store: false,
    searchable: false,
    compute: (_row, env) => rowOf(env, "res.company", 1)?.currency_id ?? false,
  }),
};

/** What is sold. Each template has one variant here: the demo company sells no sizes or colours. */
export const PRODUCT_MODELS: ModelDefinition[] = [
  {
    model: "product.template",
    label: "Product Template",
    order: "name",
    access: access([USER], [SALES_MANAGER]),
    displayName: (row) => codedName(row.default_code, String(row.name)),
    nameSearch: ["name", "default_code"],
    fields: {
      ...TEMPLATE_FIELDS,
      active: boolean("Active", { default: true }),
      default_code: char("Internal Reference"),
      product_variant_ids: one2many("product.product", "product_tmpl_id", "Products", { required: true }),
    },
    afterCreate: (row, env) => {
      if (variantOf(row, env) !== undefined) return;
      const { id, create_uid, create_date, write_uid, write_date } = row;
      const stamps = { create_uid, create_date, write_uid, write_date } as Record<string, Value>;
      env.database.insert("product.product", { ...stamps, product_tmpl_id: id, active: true });
    },
  },
  {
    model: "product.product",
    label: "Product",
    order: "default_code, name, id",
    access: access([USER], [SALES_MANAGER]),
    displayName: (row, env) => {
      const template = rowOf(env, "product.template", row.product_tmpl_id);
      return codedName(template?.default_code, String(template?.name ?? ""));
    },
    nameSearch: ["default_code", "name", "barcode"],
    inherits: { model: "product.template", by: "product_tmpl_id" },
    fields: {
      product_tmpl_id: many2one("product.template", "Product Template", { required: true, ondelete: "cascade" }),
      // Odoo keeps it on the variant; with one variant each, both show the same.
      default_code: char("Internal Reference", { related: "product_tmpl_id.default_code", store: true }),
      barcode: char("Barcode", {
        help: "International Article Number used for product identification.",
      }),
      active: boolean("Active", { default: true }),
      lst_price: float("Public Price", {
        digits: [16, 2],
        related: "list_price",
        searchable: false,
        depends: ["list_price", "price_extra"],
      }),
      standard_price: float("Cost", { digits: [16, 2], store: false, searchable: true }),
    },
    afterUnlink: (row, env) => {
      if (typeof row.product_tmpl_id === "number") {
        env.database.table("product.template").rows.delete(row.product_tmpl_id);
      }
    },
  },
  {
    model: "product.category",
    label: "Product Category",
    order: "complete_name",
    access: access([USER], [SALES_MANAGER]),
    displayName: completeName,
    nameSearch: ["complete_name"],
    fields: {
      name: char("Name", { required: true }),
      complete_name: char("Complete Name", {
        readonly: true,
        depends: ["name", "parent_id.complete_name"],
        compute: (row, env) => completeName(row, env),
      }),
      parent_id: many2one("product.category", "Parent Category", { ondelete: "cascade" }),
      child_id: one2many("product.category", "parent_id", "Child Categories"),
      product_count: integer("# Products", {
        readonly: true,
        store: false,
        compute: (row, env) => {
          let count = 0;
          for (const template of rowsOf(env, "product.template")) if (template.categ_id === row.id) count++;
          return count;
        },
      }),
    },
  },
];

/** What a line of an order says about a product when nobody wrote anything else, and what it costs. */
export function saleText(env: Environment, product: Row): { name: string; price: number } {
  const definition = env.models.get("product.product")!;
  const name = definition.displayName!(product, env);
  const description = valueOf(env, definition, product, "description_sale");
  return {
    name: description ? `${name}\n${description}` : name,
    price: Number(valueOf(env, definition, product, "list_price")),
  };
}

function codedName(code: unknown, name: string): string {
  return code ? `[${code}] ${name}` : name;
}

function variantOf(template: Row, env: Environment): Row | undefined {
  return rowsOf(env, "product.product").find((row) => row.product_tmpl_id === template.id);
}

function completeName(row: Row, env: Environment): string {
  const parent = rowOf(env, "product.category", row.parent_id);
  return parent === undefined ? String(row.name) : `${completeName(parent, env)} / ${row.name}`;
}
