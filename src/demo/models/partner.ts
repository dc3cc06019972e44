import { access, CONTACTS, USER } from "../access.ts";
import type { Row } from "../database.ts";
import { userError } from "../fault.ts";
import { boolean, char, integer, many2many, many2one, one2many, selection, text } from "../field.ts";
import type { Environment, ModelDefinition } from "../model.ts";
import { rowOf, rowsOf } from "../value.ts";
import { activities } from "./activity.ts";
import { messagePost, messages } from "./message.ts";

const ZONES = [
  ...["America/Los_Angeles", "America/New_York", "Asia/Tokyo", "Europe/Berlin", "Europe/Brussels"],
  ...["Europe/London", "Europe/Paris", "UTC"],
];

/** Contacts: people and companies, customers among them. */
export const PARTNER_MODELS: ModelDefinition[] = [
  {
    model: "res.partner",
    label: "Contact",
    order: "display_name",
    access: access([USER], [CONTACTS]),
    displayName: partnerName,
    nameSearch: ["display_name", "email", "ref", "vat"],
    fields: {
      name: char("Name"),
      display_name: char("Display Name", {
        readonly: true,
        compute: (row, env) => partnerName(row, env),
        depends: ["is_company", "name", "parent_id.display_name", "type", "company_name"],
      }),
      ref: char("Reference"),
      lang: selection("Language", ["en_US:English (US)"], {
        default: "en_US",
        help: "All the emails and documents sent to this contact will be translated in this language.",
      }),
      tz: selection("Timezone", ZONES.map((zone) => `${zone}:${zone}`), {
        help:
          "When printing documents and exporting/importing data, time values are computed according to this timezone.",
      }),
      vat: char("Tax ID", { help: "The Tax Identification Number." }),
      website: char("Website Link"),
      comment: text("Notes"),
      active: boolean("Active", { default: true }),
      type: selection("Address Type", [
        ...["contact:Contact", "invoice:Invoice Address", "delivery:Delivery Address"],
        ...["other:Other Address", "private:Private Address"],
      ], { default: "contact", help: "Invoice & Delivery addresses are used in sales orders." }),
      street: char("Street"),
      street2: char("Street2"),
      zip: char("Zip"),
      city: char("City"),
      state_id: many2one("res.country.state", "State", { ondelete: "restrict" }),
      country_id: many2one("res.country", "Country", { ondelete: "restrict" }),
      email: char("Email"),
      phone: char("Phone"),
      mobile: char("Mobile"),
      is_company: boolean("Is a Company", {
        default: false,
        help: "Check if the contact is a company, otherwise it is a person",
      }),
      company_type: selection("Company Type", ["person:Individual", "company:Company"], {
        store: false,
        depends: ["is_company"],
        compute: (row) => row.is_company ? "company" : "person",
      }),
      parent_id: many2one("res.partner", "Related Company"),
      child_ids: one2many("res.partner", "parent_id", "Contact", { domain: [["active", "=", true]] }),
      user_id: many2one("res.users", "Salesperson", { help: "The internal user in charge of this contact." }),
      function: char("Job Position"),
      category_id: many2many("res.partner.category", "Tags"),
      company_id: many2one("res.company", "Company"),
      commercial_partner_id: many2one("res.partner", "Commercial Entity", {
        readonly: true,
        depends: ["is_company", "parent_id.commercial_partner_id"],
        compute: (row, env) => commercialEntity(row, env).id,
      }),
      customer_rank: integer("Customer Rank"),
      supplier_rank: integer("Supplier Rank"),
      sale_order_ids: one2many("sale.order", "partner_id", "Sales Order"),
      sale_order_count: integer("Sale Order Count", {
        readonly: true,
        store: false,
        compute: (row, env) => {
          let count = 0;
          for (const order of rowsOf(env, "sale.order")) {
            const customer = rowOf(env, "res.partner", order.partner_id);
            if (customer !== undefined && (customer === row || customer.parent_id === row.id)) count++;
          }
          return count;
        },
      }),
      opportunity_ids: one2many("crm.lead", "partner_id", "Opportunities", {
        domain: [["type", "=", "opportunity"]],
      }),
      team_id: many2one("crm.team", "Sales Team"),
      color: integer("Color Index", { default: 0 }),
      partner_share: boolean("Share Partner", {
        readonly: true,
        depends: ["user_ids"],
        help:
          "Either customer (not a user), either shared user. Indicated the current partner is a customer without access or with a limited access created for sharing data.",
        compute: (row, env) => [...rowsOf(env, "res.users")].every((user) => user.partner_id !== row.id),
      }),
      contact_address: char("Complete Address", {
        readonly: true,
        store: false,
        compute: (row, env) => {
          const country = rowOf(env, "res.country", row.country_id);
          const place = [row.zip, row.city].filter(Boolean).join(" ");
          return [row.street, row.street2, place, country?.name].filter(Boolean).join("\n");
        },
      }),
      activity_ids: activities("res.partner"),
      ...messages("res.partner"),
    },
    methods: { message_post: messagePost("res.partner") },
    check: (row, env) => {
      if (!row.name && row.type === "contact") throw userError("Contacts require a name");
      const seen = new Set<number>();
      for (let at: Row | undefined = row; at !== undefined; at = rowOf(env, "res.partner", at.parent_id)) {
        if (seen.has(at.id)) throw userError("You cannot create recursive Partner hierarchies.");
        seen.add(at.id);
      }
      if (row.active !== false) return;
      for (const user of rowsOf(env, "res.users")) {
        if (user.partner_id === row.id && user.active !== false) {
          throw userError("You cannot archive a contact linked to an internal user.");
        }
      }
    },
    alsoSet: (values) => {
      if (values.company_type === undefined) return values;
      return { ...values, is_company: values.company_type === "company" };
    },
  },
  {
    model: "res.partner.category",
    label: "Partner Tags",
    order: "name",
    access: access([USER], [CONTACTS]),
    displayName: (row, env) => {
      const parent = rowOf(env, "res.partner.category", row.parent_id);
      return parent === undefined ? String(row.name) : `${parent.name} / ${row.name}`;
    },
    fields: {
      name: char("Tag Name", { required: true, translate: true }),
      color: integer("Color Index"),
      parent_id: many2one("res.partner.category", "Parent Category", { ondelete: "cascade" }),
      active: boolean("Active", { default: true }),
    },
  },
];

/** A contact of a company is named after both, e.g. `Brightwater, Elin Sand`. */
function partnerName(row: Row, env: Environment): string {
  const parent = row.is_company ? undefined : rowOf(env, "res.partner", row.parent_id);
  const unnamed: Record<string, string> = {
    invoice: "Invoice Address",
    delivery: "Delivery Address",
    other: "Other Address",
  };
  const name = String(row.name || unnamed[String(row.type)] || "");
  return parent === undefined ? name : `${parent.name}, ${name}`;
}

function commercialEntity(row: Row, env: Environment): Row {
  const parent = row.is_company ? undefined : rowOf(env, "res.partner", row.parent_id);
  return parent === undefined ? row : commercialEntity(parent, env);
}
