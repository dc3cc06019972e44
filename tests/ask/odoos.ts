import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { createDemo, demoVersion } from "../../src/demo/mod.ts";
import { bindOdoo, type Call, type Execute, type Odoo, readUser, type User } from "../../src/odoo/mod.ts";
import { parseVersion } from "../../src/odoo/version.ts";

const never = new AbortController().signal;

/** An Odoo that keeps what it was asked, without the reads of fields and views. */
export type Watched = Odoo & { calls: Call[] };

function watch(execute: Execute): { execute: Execute; calls: Call[] } {
  const calls: Call[] = [];
  return {
    calls,
    execute: (call, signal) => {
      if (!["fields_get", "fields_view_get", "get_views"].includes(call.method)) calls.push(call);
      return execute(call, signal);
    },
  };
}

/** The demo company on a day in November, as `admin` or a user who may read little. */
export async function demoOdoo(
  login: "admin" | "limited" = "admin",
  today = new Date("2026-11-20T09:30:00Z"),
): Promise<Watched> {
  const company = createDemo({ today, login });
  const user = await readUser(company, login === "admin" ? 2 : 8, never);
  const { execute, calls } = watch(company);
  const odoo = bindOdoo({
    instance: "demo",
    webUrl: null,
    execute,
    version: () => Promise.resolve(demoVersion),
    user: () => Promise.resolve(user),
    signal: never,
  });
  return { ...odoo, calls };
}

/** What an Odoo of any version is made of: fields by model, and answers of other methods in the order of the calls. */
export interface Script {
  version?: string;
  timeZone?: string;
  webUrl?: string | null;
  fields: { [model: string]: JsonObject };
  /** List and form by model; what has none may not be seen. */
  views?: { [model: string]: { list: string; form: string } };
  answers?: (Json | Failure)[];
}

/** An Odoo that answers recorded answers, one a call. */
export function recordedOdoo(script: Script): Watched {
  const answers = [...script.answers ?? []];
  // What is known of fields and views is kept by the answer's identity: each Odoo has its own.
  const described = structuredClone(script.fields);
  const { execute, calls } = watch((call) => {
    if (call.method === "fields_get") {
      const fields = described[call.model];
      if (fields !== undefined) return Promise.resolve(fields);
      return Promise.reject(new Failure("E005", `Cannot use ${call.model}: there is no such model.`));
    }
    const views = script.views?.[call.model];
    if (call.method === "get_views" && views !== undefined) {
      const { list, form } = views;
      return Promise.resolve({ views: { list: { arch: list }, form: { arch: form } }, models: {} });
    }
    if (call.method === "fields_view_get" && views !== undefined) {
      return Promise.resolve({ arch: call.params["view_type"] === "form" ? views.form : views.list, fields: {} });
    }
    if (call.method === "get_views" || call.method === "fields_view_get") {
      return Promise.reject(new Failure("E003", `You are not allowed to see the views of ${call.model}.`));
    }
    const answer = answers.shift();
    if (answer === undefined) throw new Error(`No answer left for ${call.model}.${call.method}`);
    return answer instanceof Failure ? Promise.reject(answer) : Promise.resolve(answer);
  });
  const user: User = {
    id: 2,
    name: "Ann",
    login: "ann",
    language: "en_US",
    timeZone: script.timeZone ?? "Europe/Brussels",
    company: { id: 1, name: "Main" },
    companies: [{ id: 1, name: "Main" }],
  };
  const odoo = bindOdoo({
    instance: "recorded",
    webUrl: script.webUrl ?? null,
    execute,
    version: () => Promise.resolve(parseVersion(script.version ?? "14.0")!),
    user: () => Promise.resolve(user),
    signal: never,
  });
  return { ...odoo, calls };
}

const stored = { store: true, searchable: true, sortable: true };

/** Fields of a few models in the shape of `fields_get` 14 and 19, enough for every type. */
export const FIELDS: { [model: string]: JsonObject } = {
  "sale.order": {
    id: { type: "integer", string: "ID", ...stored },
    display_name: { type: "char", string: "Display Name", store: false, searchable: false, sortable: false },
    name: { type: "char", string: "Order Reference", required: true, ...stored },
    partner_id: { type: "many2one", string: "Customer", relation: "res.partner", required: true, ...stored },
    state: {
      type: "selection",
      string: "Status",
      selection: [["draft", "Quotation"], ["sent", "Quotation Sent"], ["sale", "Sales Order"], ["cancel", "Cancelled"]],
      ...stored,
    },
    date_order: { type: "datetime", string: "Order Date", required: true, ...stored },
    validity_date: { type: "date", string: "Expiration", ...stored },
    amount_total: { type: "monetary", string: "Total", currency_field: "currency_id", ...stored },
    currency_id: { type: "many2one", string: "Currency", relation: "res.currency", ...stored },
    note: { type: "html", string: "Terms", ...stored },
    locked: { type: "boolean", string: "Locked", ...stored },
    priority_level: { type: "integer", string: "Level", ...stored },
    signature: { type: "binary", string: "Signature", ...stored, sortable: false },
    order_line: {
      type: "one2many",
      string: "Order Lines",
      relation: "sale.order.line",
      relation_field: "order_id",
      store: true,
      searchable: true,
      sortable: false,
    },
    tag_ids: { type: "many2many", string: "Tags", relation: "crm.tag", store: true, searchable: true, sortable: false },
    is_late: { type: "boolean", string: "Late", store: false, searchable: true, sortable: false },
    expected_date: {
      type: "datetime",
      string: "Expected Date",
      store: false,
      searchable: false,
      sortable: false,
      depends: ["order_line.customer_lead"],
    },
    access_token: { type: "char", string: "Security Token", ...stored },
    create_uid: { type: "many2one", string: "Created by", relation: "res.users", ...stored },
  },
  "sale.order.line": {
    id: { type: "integer", string: "ID", ...stored },
    name: { type: "text", string: "Description", ...stored },
    order_id: { type: "many2one", string: "Order", relation: "sale.order", ...stored },
    product_uom_qty: { type: "float", string: "Quantity", ...stored },
    create_date: { type: "datetime", string: "Created on", ...stored },
  },
  "res.partner": {
    id: { type: "integer", string: "ID", ...stored },
    name: { type: "char", string: "Name", ...stored },
    email: { type: "char", string: "Email", ...stored },
    active: { type: "boolean", string: "Active", ...stored },
    country_id: { type: "many2one", string: "Country", relation: "res.country", ...stored },
    parent_id: { type: "many2one", string: "Related Company", relation: "res.partner", ...stored },
    create_date: { type: "datetime", string: "Created on", ...stored },
  },
  "res.country": {
    id: { type: "integer", string: "ID", ...stored },
    name: { type: "char", string: "Country Name", required: true, translate: true, ...stored },
    vat_label: { type: "char", string: "Vat Label", translate: true, ...stored },
    code: { type: "char", string: "Country Code", size: 2, ...stored },
  },
  "crm.tag": {
    id: { type: "integer", string: "ID", ...stored },
    name: { type: "char", string: "Tag Name", required: true, ...stored },
  },
};
