import type { Database } from "../database.ts";
import type { ModelDefinition } from "../model.ts";
import { format } from "../period.ts";
import { CATEGORIES, LEAD_TAGS, LOST_REASONS, PRODUCTS, STAGES } from "./catalogue.ts";
import { COUNTRIES, CUSTOMERS, STAFF, STATES, SUPPLIERS } from "./people.ts";
import { Random } from "./random.ts";
import { addSales, type Put } from "./sales.ts";

/** User ids of the logins, as in Odoo's own demo. OdooBot is 1. */
export const USER_IDS = { admin: 2, demo: 6, limited: 8, owen: 9 } as const;

/** Fills an empty database with the demo company as it stands at that moment. */
export function fillCompany(database: Database, today: Date, models: ReadonlyMap<string, ModelDefinition>): void {
  const founded = format(new Date(today.getTime() - 550 * 86_400_000));
  const put: Put = (model, values, created = founded) => {
    const stamps = { create_uid: 1, create_date: created, write_uid: 1, write_date: created };
    return database.insert(model, { ...stamps, ...values });
  };
  const random = new Random(20_261_121);
  addTechnical(put, models);
  const countries = addPlaces(put);
  addStaff(database, put, countries);
  const customers = addPartners(put, countries, random);
  const products = addProducts(put);
  for (const [index, [name, won]] of STAGES.entries()) {
    put("crm.stage", { name, sequence: index + 1, is_won: won, fold: false });
  }
  for (const name of LOST_REASONS) put("crm.lost.reason", { name, active: true });
  for (const [index, name] of LEAD_TAGS.entries()) put("crm.tag", { name, color: index + 1 });
  addSales({ database, put, random, today, customers, products });
}

function addTechnical(put: Put, models: ReadonlyMap<string, ModelDefinition>): void {
  for (const { model, label } of models.values()) put("ir.model", { model, name: label, state: "base" });
  put("res.lang", {
    name: "English (US)",
    code: "en_US",
    active: true,
    date_format: "%m/%d/%Y",
    time_format: "%H:%M:%S",
  });
  put("ir.config_parameter", { key: "web.base.url", value: "https://demo.invalid" });
  for (const [name, shortdesc] of [["base", "Base"], ["crm", "CRM"], ["sale_management", "Sales"]]) {
    put("ir.module.module", { name: name!, shortdesc: shortdesc!, state: "installed" });
  }
  for (
    const [name, icon] of [["Email", "fa-envelope"], ["Call", "fa-phone"], ["Meeting", "fa-users"], [
      "To Do",
      "fa-tasks",
    ]]
  ) {
    const id = put("mail.activity.type", { name: name!, icon: icon!, sequence: 10, category: "default" });
    const key = `mail_activity_data_${name!.toLowerCase().replace(" ", "")}`;
    put("ir.model.data", { module: "mail", name: key, model: "mail.activity.type", res_id: id, noupdate: true });
  }
  for (const [key, name, internal] of [["mt_comment", "Discussions", false], ["mt_note", "Note", true]] as const) {
    const id = put("mail.message.subtype", { name, internal, sequence: internal ? 100 : 0 });
    put("ir.model.data", { module: "mail", name: key, model: "mail.message.subtype", res_id: id, noupdate: true });
  }
}

/** External ids let a program find a record whatever its number. */
function addKey(put: Put, name: string, model: string, id: number): number {
  put("ir.model.data", { module: "base", name, model, res_id: id, noupdate: true });
  return id;
}

function addPlaces(put: Put): Map<string, number> {
  const currencies = new Map<string, number>();
  for (
    const [name, symbol, unit] of [["EUR", "€", "Euros"], ["USD", "$", "Dollars"], ["GBP", "£", "Pounds"], [
      "JPY",
      "¥",
      "Yen",
    ]] as const
  ) {
    const whole = name === "JPY";
    const places = { rounding: whole ? 1 : 0.01, decimal_places: whole ? 0 : 2 };
    const position = name === "EUR" ? "after" : "before";
    const active = name === "EUR" || name === "USD";
    const id = put("res.currency", { name, symbol, currency_unit_label: unit, position, active, ...places });
    currencies.set(name, addKey(put, name, "res.currency", id));
  }
  const countries = new Map<string, number>();
  for (const [code, name, phone_code, currency] of COUNTRIES) {
    const id = put("res.country", { code, name, phone_code, currency_id: currencies.get(currency)! });
    countries.set(code, addKey(put, code.toLowerCase(), "res.country", id));
  }
  for (const [code, name, country] of STATES) {
    put("res.country.state", { code, name, country_id: countries.get(country)! });
  }
  return countries;
}

function addStaff(database: Database, put: Put, countries: Map<string, number>): void {
  const home = { country_id: countries.get("BE")!, city: "Antwerp", zip: "2000", street: "Kaai 12" };
  const shared = { active: true, lang: "en_US", type: "contact", color: 0 };
  const company = {
    name: "Lindenhof Furniture",
    is_company: true,
    email: "hello@lindenhof.example",
    phone: "+32 3 555 01 00",
  };
  const partner_id = addKey(put, "main_partner", "res.partner", put("res.partner", { ...shared, ...home, ...company }));
  const year = { fiscalyear_last_day: 31, fiscalyear_last_month: "12" };
  addKey(
    put,
    "main_company",
    "res.company",
    put("res.company", { partner_id, currency_id: 1, sequence: 10, user_ids: [2, 6, 8, 9], ...year }),
  );
  put("crm.team", { name: "Europe", sequence: 1, active: true, user_id: USER_IDS.admin, company_id: 1, color: 0 });
  put("crm.team", { name: "Overseas", sequence: 2, active: true, user_id: USER_IDS.owen, company_id: 1, color: 0 });
  const bot = put("res.partner", { ...shared, name: "OdooBot", active: false, email: "bot@lindenhof.example" });
  put("res.users", { login: "__system__", partner_id: bot, active: false, company_id: 1, company_ids: [1] });
  for (const [login, name, job] of STAFF) {
    const email = `${name.split(" ")[0]!.toLowerCase()}@lindenhof.example`;
    const person = { ...shared, ...home, name, email, function: job, parent_id: partner_id, tz: "Europe/Brussels" };
    const partner = put("res.partner", person);
    database.table("res.users").nextId = USER_IDS[login as keyof typeof USER_IDS];
    const team = login === "owen" ? 2 : login === "limited" ? false : 1;
    const user = { login, partner_id: partner, active: true, company_id: 1, company_ids: [1], sale_team_id: team };
    addKey(put, `user_${login}`, "res.users", put("res.users", user));
  }
}

/** Answers the ids of the customer companies. */
function addPartners(put: Put, countries: Map<string, number>, random: Random): number[] {
  const tags = new Map<string, number>();
  const tag = (name: string) => {
    if (!tags.has(name)) tags.set(name, put("res.partner.category", { name, color: tags.size + 1, active: true }));
    return tags.get(name)!;
  };
  const shared = { active: true, lang: "en_US", type: "contact", color: 0 };
  const customers = CUSTOMERS.map(([name, code, city, zip, kind, ...people], index) => {
    const country = COUNTRIES.find(([each]) => each === code)!;
    const domain = `${name.toLowerCase().replace(/[^a-z]+/g, "-")}.example`;
    const phone = () => `+${country[2]} ${random.whole(20, 99)} 555 ${random.whole(1000, 9999)}`;
    const place = { city, zip, country_id: countries.get(code)! };
    const company = { is_company: true, email: `info@${domain}`, phone: phone(), website: `https://www.${domain}` };
    const seller = code === "US" || code === "JP" ? USER_IDS.owen : random.pick([USER_IDS.admin, USER_IDS.demo]);
    const id = put("res.partner", {
      ...{ ...shared, ...place, ...company, name, user_id: seller, category_id: [tag(kind)], customer_rank: 1 },
      ...{ street: `${random.whole(1, 180)} ${random.pick(["Harbour", "Mill", "Station", "Garden"])} Street` },
      ...{ ref: `C${1001 + index}` },
    });
    for (const person of people) {
      const [who = "", job = ""] = person.split("/");
      const email = `${who.replace(/^Dr\. /, "").split(" ")[0]!.toLowerCase()}@${domain}`;
      put("res.partner", { ...shared, ...place, name: who, function: job, email, phone: phone(), parent_id: id });
    }
    return id;
  });
  for (const [name, code, city] of SUPPLIERS) {
    const supplier = { is_company: true, supplier_rank: 1, category_id: [tag("Supplier")] };
    put("res.partner", { ...shared, ...supplier, name, city, country_id: countries.get(code)! });
  }
  const closed = { is_company: true, active: false, comment: "Closed down; kept for its old orders." };
  put("res.partner", {
    ...shared,
    ...closed,
    name: "Pepperwood Interiors",
    city: "Bath",
    country_id: countries.get("GB")!,
  });
  return customers;
}

/** Answers the ids of the products. */
function addProducts(put: Put): number[] {
  const all = put("product.category", { name: "All" });
  const categories = new Map(CATEGORIES.map((name) => [name, put("product.category", { name, parent_id: all })]));
  return PRODUCTS.map(([default_code, name, category, type, list_price, standard_price], index) => {
    const common = { active: true, sale_ok: true, sequence: index + 1 };
    const template = {
      name,
      type,
      default_code,
      list_price,
      categ_id: categories.get(category)!,
      purchase_ok: type !== "service",
    };
    const product_tmpl_id = put("product.template", { ...common, ...template });
    return put("product.product", { product_tmpl_id, standard_price, active: true });
  });
}
