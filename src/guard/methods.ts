/** What a parameter of a reading method holds, so that every field it names can be found and checked. */
export type ParameterKind =
  /** Nothing that names a field. */
  | "plain"
  /** A domain in Odoo's list form. */
  | "domain"
  /** Field names, alone or in a list: `amount_total:sum`, `date_order:month`, `alias:sum(amount_total)`, paths. */
  | "fields"
  /** `name desc, id`. */
  | "order"
  /** Values by field name. */
  | "values"
  /** Fields by name, each with the `fields` below it (`onchange` of 17 and later). */
  | "specification";

/**
 * The only methods that count as reading, with all their parameters: a method that is absent is no read, whatever a tool
 * says, and a parameter that is absent could name fields nobody checks. Names are those of Odoo 19, or 14's where only 14
 * has the method. `web_*` and `export_data` are not here: they reach the same data by forms of their own, and
 * `export_data` creates external ids.
 */
export const READ_METHODS: ReadonlyMap<string, Readonly<Record<string, ParameterKind>>> = new Map([
  ["search", { domain: "domain", offset: "plain", limit: "plain", order: "order" }],
  ["search_count", { domain: "domain", limit: "plain" }],
  ["search_read", {
    domain: "domain",
    fields: "fields",
    offset: "plain",
    limit: "plain",
    order: "order",
    load: "plain",
  }],
  ["read", { fields: "fields", load: "plain" }],
  ["read_group", {
    domain: "domain",
    fields: "fields",
    groupby: "fields",
    offset: "plain",
    limit: "plain",
    orderby: "order",
    lazy: "plain",
  }],
  ["formatted_read_group", {
    domain: "domain",
    groupby: "fields",
    aggregates: "fields",
    having: "domain",
    offset: "plain",
    limit: "plain",
    order: "order",
  }],
  ["fields_get", { allfields: "fields", attributes: "plain" }],
  ["default_get", { fields: "fields" }],
  ["onchange", { values: "values", field_names: "fields", fields_spec: "specification" }],
  ["name_search", { name: "plain", domain: "domain", operator: "plain", limit: "plain" }],
  ["get_metadata", {}],
  ["get_views", { views: "plain", options: "plain" }],
  ["fields_view_get", { view_id: "plain", view_type: "plain", toolbar: "plain", submenu: "plain" }],
  ["check_access_rights", { operation: "plain", raise_exception: "plain" }],
  ["check_access_rule", { operation: "plain" }],
  ["has_access", { operation: "plain" }],
  ["has_group", { group_ext_id: "plain" }],
  ["context_get", {}],
  ["check_object_reference", { module: "plain", xml_id: "plain", raise_on_access_error: "plain" }],
]);

/** Methods that answer every field, images and computed ones too, when none are named. */
export const NEEDS_FIELDS: ReadonlySet<string> = new Set(["read", "search_read"]);

/** The only methods that count as writing, with all their parameters. Everything else that changes something is acting. */
export const WRITE_METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ["create", ["vals_list"]],
  ["write", ["vals"]],
  ["unlink", []],
  // Only as `load_form.ts` allows it: to create once. As an action it is a back door.
  ["load", ["fields", "data"]],
  // Only as `message_form.ts` allows it: for the messaging tools. As an action it is a back door.
  ["message_post", ["body", "subject", "body_is_html", "message_type", "subtype_xmlid", "partner_ids"]],
]);

/**
 * Public methods that go round what is checked elsewhere: they create, change, copy, read or run something under a name
 * of their own. No setting opens them. Patterns over the method's name.
 */
export const BACK_DOORS: readonly { pattern: string; why: string }[] = [
  { pattern: "web_*", why: "it reads or writes by a form of its own" },
  { pattern: "copy*", why: "it answers or duplicates all values of a record" },
  { pattern: "update", why: "it writes without the checks of write" },
  { pattern: "load", why: "it creates and overwrites records" },
  { pattern: "load_records", why: "it creates and overwrites records" },
  { pattern: "name_create", why: "it creates records" },
  { pattern: "get_or_create", why: "it creates records" },
  { pattern: "export_data", why: "it reads any field by path and creates external ids" },
  { pattern: "run", why: "it runs a server action" },
  { pattern: "run_*", why: "it runs code of the server's own" },
  { pattern: "method_direct_trigger", why: "it runs a scheduled job" },
  { pattern: "action_server_*", why: "it runs a server action" },
  { pattern: "execute*", why: "it applies settings or runs an import" },
  { pattern: "button_immediate_*", why: "it installs or removes modules" },
  { pattern: "module_uninstall", why: "it removes modules" },
  { pattern: "message_*", why: "it posts or reads messages past the messaging tools" },
  { pattern: "render*", why: "it evaluates a template on the server" },
  { pattern: "generate_email*", why: "it evaluates a template on the server" },
  { pattern: "send_mail*", why: "it sends mail past the messaging tools" },
  { pattern: "sudo", why: "it drops access rights" },
  { pattern: "with_*", why: "it changes who or what the records are seen as" },
  { pattern: "mapped", why: "it reads any field by path" },
  { pattern: "filtered*", why: "it reads any field by path" },
  { pattern: "sorted", why: "it reads any field by path" },
  { pattern: "modified", why: "it recomputes stored fields" },
  { pattern: "flush*", why: "it belongs to the ORM" },
  { pattern: "invalidate_*", why: "it belongs to the ORM" },
  { pattern: "recompute*", why: "it belongs to the ORM" },
  { pattern: "fetch", why: "it belongs to the ORM" },
  { pattern: "search_fetch", why: "it belongs to the ORM" },
  { pattern: "browse", why: "it belongs to the ORM" },
  { pattern: "new", why: "it belongs to the ORM" },
  { pattern: "init", why: "it belongs to the ORM" },
  { pattern: "*impersonat*", why: "it acts as another user" },
  { pattern: "authenticate", why: "it is a login" },
  { pattern: "change_password", why: "it changes credentials" },
  { pattern: "*reset_password*", why: "it changes credentials" },
];

/** What this server may ask for its own needs, past `models.allow` and `models.deny`: only these, and only to read. */
export const SERVER_READS: ReadonlyMap<string, readonly string[]> = new Map([
  ["res.users", ["read", "search_read", "context_get", "has_group"]],
  ["res.company", ["read", "search_read"]],
  ["res.lang", ["read", "search_read"]],
  ["res.currency", ["read", "search_read"]],
  ["ir.model", ["search_read", "search_count"]],
  ["ir.model.fields", ["search_read"]],
  ["ir.model.data", ["check_object_reference"]],
  ["ir.module.module", ["search_read", "search_count"]],
]);
