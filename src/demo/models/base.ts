import { access, ACCESS_RIGHTS, GROUP_IDS, SETTINGS, USER } from "../access.ts";
import { boolean, char, float, integer, many2many, many2one, one2many, selection, text } from "../field.ts";
import type { ModelDefinition } from "../model.ts";
import { MONTHS } from "../period.ts";

const ACTIVE = boolean("Active", { default: true });

/** Odoo's own models that every company has: people, companies, places, money. */
export const BASE_MODELS: ModelDefinition[] = [
  {
    model: "res.users",
    label: "Users",
    order: "name, login",
    access: access([USER], [ACCESS_RIGHTS]),
    nameSearch: ["name", "login"],
    inherits: { model: "res.partner", by: "partner_id" },
    fields: {
      partner_id: many2one("res.partner", "Related Partner", {
        required: true,
        help: "Partner-related data of the user",
      }),
      login: char("Login", { required: true, help: "Used to log into the system" }),
      active: ACTIVE,
      company_id: many2one("res.company", "Company", {
        required: true,
        help: "The default company for this user.",
        default: 1,
      }),
      company_ids: many2many("res.company", "Companies", { default: [1] }),
      share: boolean("Share User", { readonly: true, compute: () => false, depends: ["groups_id"] }),
      sale_team_id: many2one("crm.team", "User's Sales Team"),
    },
    methods: {
      context_get: (env) => ({ lang: "en_US", tz: env.context.tz ?? "Europe/Brussels" }),
      has_group: (env, _ids, { group_ext_id }) => env.groups.has(GROUP_IDS[String(group_ext_id)] ?? ""),
    },
  },
  {
    model: "res.company",
    label: "Companies",
    order: "sequence, name",
    access: access([USER], [ACCESS_RIGHTS]),
    fields: {
      name: char("Company Name", {
        required: true,
        related: "partner_id.name",
        store: true,
        depends: ["partner_id.name"],
      }),
      sequence: integer("Sequence", { default: 10 }),
      partner_id: many2one("res.partner", "Partner", { required: true }),
      currency_id: many2one("res.currency", "Currency", { required: true }),
      email: char("Email", { related: "partner_id.email", store: true, depends: ["partner_id.email"] }),
      phone: char("Phone", { related: "partner_id.phone", store: true, depends: ["partner_id.phone"] }),
      country_id: many2one("res.country", "Country", { related: "partner_id.country_id", searchable: false }),
      fiscalyear_last_day: integer("Fiscalyear Last Day", { required: true, default: 31 }),
      fiscalyear_last_month: selection(
        "Fiscalyear Last Month",
        MONTHS.map((name, index) => `${index + 1}:${name}`),
        { required: true, default: "12" },
      ),
      user_ids: many2many("res.users", "Accepted Users"),
    },
  },
  {
    model: "res.currency",
    label: "Currency",
    order: "active desc, name",
    access: access([USER], [SETTINGS]),
    fields: {
      name: char("Currency", { required: true, size: 3, help: "Currency Code (ISO 4217)" }),
      symbol: char("Symbol", { required: true, help: "Currency sign, to be used when printing amounts." }),
      rate: float("Current Rate", { readonly: true, store: false }),
      rounding: float("Rounding Factor", { digits: [12, 6], default: 0.01 }),
      decimal_places: integer("Decimal Places", { readonly: true, default: 2, depends: ["rounding"] }),
      position: selection("Symbol Position", ["after:After Amount", "before:Before Amount"], { default: "after" }),
      active: ACTIVE,
      currency_unit_label: char("Currency Unit", { help: "Currency Unit Name" }),
    },
  },
  {
    model: "res.country",
    label: "Country",
    order: "name",
    access: access([USER], [SETTINGS]),
    nameSearch: ["name", "code"],
    fields: {
      name: char("Country Name", { required: true, translate: true, help: "The full name of the country." }),
      code: char("Country Code", { size: 2, help: "The ISO country code in two chars." }),
      currency_id: many2one("res.currency", "Currency"),
      phone_code: integer("Country Calling Code"),
      state_ids: one2many("res.country.state", "country_id", "States"),
    },
  },
  {
    model: "res.country.state",
    label: "Country state",
    order: "code",
    access: access([USER], [SETTINGS]),
    displayName: (row, env) => {
      const country = typeof row.country_id === "number" && env.database.table("res.country").rows.get(row.country_id);
      return country ? `${row.name} (${country.code})` : String(row.name);
    },
    nameSearch: ["name", "code"],
    fields: {
      name: char("State Name", { required: true }),
      code: char("State Code", { required: true, help: "The state code." }),
      country_id: many2one("res.country", "Country", { required: true }),
    },
  },
  {
    model: "res.lang",
    label: "Languages",
    order: "active desc, name",
    access: access([USER], [SETTINGS]),
    fields: {
      name: char("Name", { required: true }),
      code: char("Locale Code", { required: true, help: "This field is used to set/get locales for user" }),
      active: ACTIVE,
      date_format: char("Date Format", { required: true, default: "%m/%d/%Y" }),
      time_format: char("Time Format", { required: true, default: "%H:%M:%S" }),
    },
  },
  {
    model: "ir.config_parameter",
    label: "System Parameter",
    order: "key",
    access: access([SETTINGS], [SETTINGS]),
    displayName: (row) => String(row.key),
    nameSearch: ["key"],
    fields: { key: char("Key", { required: true }), value: text("Value", { required: true }) },
  },
];
