import assert from "node:assert/strict";
import { createDemo } from "../../src/demo/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { Secret } from "../../src/lib/secret.ts";
import { createRpc, createSession, type Execute } from "../../src/odoo/mod.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";

type Login = "admin" | "demo" | "limited";
type CallArguments = [
  model: string,
  method: string,
  params?: JsonObject,
  ids?: number[] | undefined,
  context?: JsonObject,
];
type Ask = (...call: CallArguments) => Promise<Json>;

/** Asks as the server itself does: with the user's language, which Odoo 14 needs for the texts of constraints. */
function asker(execute: Execute): Ask {
  return (model, method, params, ids, context) =>
    execute({
      model,
      method,
      params: params ?? {},
      ...(ids === undefined ? {} : { ids }),
      context: { lang: "en_US", ...context },
      effect: "act",
      origin: "caller",
    }, AbortSignal.timeout(60_000));
}

async function both(live: LiveOdoo, login: Login, run: (ask: Ask, side: "demo" | "real") => Promise<void>) {
  await run(asker(createDemo({ today: new Date(), login })), "demo");
  const rpc = createRpc({ baseUrl: live.url });
  const password = login === "admin" ? live.password : login;
  const username = login === "admin" ? live.username : login;
  const who = { database: live.database, username, password: new Secret(password) };
  try {
    await run(asker(createSession({ ...who, protocol: "jsonrpc" }, rpc).execute), "real");
  } finally {
    rpc.close();
  }
}

/**
 * What a value is made of: the keys of objects, the types of leaves, all elements of a list taken together. `false`
 * stands for an empty value of any type, so it fits everything.
 */
function shape(value: Json, key = ""): Json {
  // A domain's leaves hold what was asked; that it is a list is its shape.
  if (key === "__domain") return "domain";
  if (Array.isArray(value)) {
    const pair = value.length === 2 && typeof value[0] === "number" && typeof value[1] === "string";
    return pair ? "pair" : { list: value.map((item) => shape(item)).reduce(merge, false) };
  }
  if (isObject(value)) {
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shape(item, name)]));
  }
  return value === false || value === null ? false : typeof value;
}

function merge(left: Json, right: Json): Json {
  if (left === false) return right;
  if (right === false) return left;
  if (!isObject(left) || !isObject(right)) return left;
  const keys = [...Object.keys(left), ...Object.keys(right).filter((key) => !(key in left))];
  return Object.fromEntries(keys.map((key) => [key, merge(left[key] ?? false, right[key] ?? false)]));
}

/** Fills each side's unknowns from the other, so that only what contradicts is left. */
function sameShape(demo: Json, real: Json, step: string): void {
  const known = (mine: Json, other: Json): Json => {
    if (mine === false) return other;
    if (!isObject(mine) || !isObject(other)) return mine;
    return Object.fromEntries(Object.keys(mine).sort().map((key) => [key, known(mine[key]!, other[key] ?? "absent")]));
  };
  assert.deepEqual(known(demo, real), known(real, demo), step);
}

/** Runs the same steps on both sides; `keep` names what later steps need. */
async function outcomes(
  ask: Ask,
  steps: Step[],
): Promise<Map<string, { shape?: Json; code?: string; text?: string }>> {
  const kept: Record<string, number> = {};
  const found = new Map<string, { shape?: Json; code?: string; text?: string }>();
  for (const { name, keep, call } of steps) {
    const [model, method, params, ids, context] = call(kept);
    try {
      const answer = await ask(model, method, params, ids, context);
      if (keep !== undefined) kept[keep] = firstId(answer);
      found.set(name, { shape: shape(answer) });
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      found.set(name, { code: error.code, text: error.message });
    }
  }
  return found;
}

function firstId(answer: Json): number {
  const first = Array.isArray(answer) ? answer[0] : answer;
  return isObject(first ?? null) ? Number((first as JsonObject)["id"]) : Number(first);
}

interface Step {
  name: string;
  keep?: string;
  call: (kept: Record<string, number>) => CallArguments;
}

function step(name: string, call: Step["call"] | CallArguments, keep?: string): Step {
  return { name, call: typeof call === "function" ? call : () => call, ...(keep === undefined ? {} : { keep }) };
}

/** Texts that name ids, users or installed groups can't be equal; their first line can. */
const firstLine = (text = "") => text.split("\n")[0];

async function compare(live: LiveOdoo, login: Login, t: Deno.TestContext, steps: Step[], texts = false) {
  const sides: Record<string, Awaited<ReturnType<typeof outcomes>>> = {};
  await both(live, login, async (ask, side) => {
    sides[side] = await outcomes(ask, steps);
  });
  for (const { name } of steps) {
    await t.step(name, () => {
      const [demo, real] = [sides["demo"]!.get(name)!, sides["real"]!.get(name)!];
      assert.equal(demo.code, real.code, `demo: ${demo.text}\nreal: ${real.text}`);
      if (texts && demo.code === "E004") assert.equal(firstLine(demo.text), firstLine(real.text));
      if (demo.shape !== undefined) sameShape(demo.shape, real.shape!, name);
    });
  }
}

const MONTHLY = { domain: [["state", "=", "sale"]], fields: ["amount_total:sum"] };

liveTest("the demo company answers reads in the shapes of the real Odoo 14", async (live, t) => {
  await compare(live, "admin", t, [
    step("search", ["res.partner", "search", { domain: [], limit: 3, order: "name desc, id" }]),
    step("search_count", ["res.partner", "search_count", {
      domain: ["|", ["is_company", "=", true], ["email", "!=", false]],
    }]),
    step("search_read of partners", ["res.partner", "search_read", {
      domain: [["country_id.code", "!=", false]],
      fields: ["name", "email", "country_id", "category_id", "create_date", "child_ids", "type", "is_company", "color"],
    }]),
    step("search_read of orders", ["sale.order", "search_read", {
      domain: [],
      fields: [
        "name",
        "partner_id",
        "amount_total",
        "state",
        "date_order",
        "validity_date",
        "order_line",
        "currency_id",
      ],
      limit: 5,
    }]),
    step("search_read of leads", ["crm.lead", "search_read", {
      domain: [["partner_id", "not ilike", "azure"]],
      fields: ["name", "stage_id", "expected_revenue", "probability", "priority", "tag_ids", "date_deadline", "active"],
    }]),
    step("search_read of products", ["product.product", "search_read", {
      domain: [["categ_id", "child_of", 1]],
      fields: ["name", "default_code", "lst_price", "list_price", "categ_id", "type", "standard_price"],
      limit: 5,
    }]),
    step("read of all fields", ["crm.tag", "search_read", { domain: [], limit: 2 }]),
    step("read of nobody", ["res.partner", "read", { fields: ["name"] }, [99_999_999]]),
    step("read without names", ["res.users", "read", { fields: ["name", "company_id"], load: "" }, [2]]),
    step("the session's user", ["res.users", "read", {
      fields: ["name", "login", "lang", "tz", "company_id", "company_ids"],
    }, [2]]),
    step("context_get", ["res.users", "context_get"]),
    step("has_group", ["res.users", "has_group", { group_ext_id: "base.group_system" }]),
    step("name_search", ["res.country", "name_search", { name: "be", limit: 3 }]),
    step("name_search within a domain", ["res.partner", "name_search", {
      name: "a",
      domain: [["is_company", "=", true]],
      operator: "ilike",
      limit: 2,
    }]),
    step("name_get", ["res.partner", "name_get", {}, [1]]),
    step("default_get", ["sale.order", "default_get", {
      fields: ["state", "date_order", "company_id", "user_id", "order_line", "note"],
    }]),
    step("default_get with the context", [
      "crm.lead",
      "default_get",
      { fields: ["name", "type", "user_id"] },
      undefined,
      { default_name: "x" },
    ]),
    step("get_metadata", ["res.country", "get_metadata", {}, [1]]),
    step("check_access_rights", ["sale.order", "check_access_rights", { operation: "unlink", raise_exception: false }]),
    step("list of models", ["ir.model", "search_read", {
      domain: [["model", "like", "sale.order"]],
      fields: ["model", "name", "transient"],
    }]),
    step("a group by month", ["sale.order", "read_group", { ...MONTHLY, groupby: ["date_order:month"] }]),
    step("groups of two", ["sale.order", "read_group", {
      ...MONTHLY,
      groupby: ["state", "date_order:week"],
      lazy: false,
    }]),
    step("lazy groups of two", ["sale.order", "read_group", { ...MONTHLY, groupby: ["user_id", "state"] }]),
    step("groups without a sum", ["crm.lead", "read_group", {
      domain: [],
      fields: ["id"],
      groupby: ["partner_id"],
      lazy: false,
    }]),
    step("empty stages", ["crm.lead", "read_group", {
      domain: [["id", "=", -1]],
      fields: ["expected_revenue"],
      groupby: ["stage_id"],
    }]),
    step("no groups", ["sale.order", "read_group", {
      domain: [["id", "=", -1]],
      fields: ["amount_total:sum", "last:max(date_order)"],
      groupby: [],
      lazy: false,
    }]),
    step("named sums", ["sale.order", "read_group", {
      domain: [],
      fields: ["mean:avg(amount_total)", "last:max(date_order)", "partner_id:count_distinct"],
      groupby: ["state"],
      lazy: false,
      orderby: "mean desc",
      limit: 2,
    }]),
    step("groups by an inherited field", ["product.product", "read_group", {
      domain: [],
      fields: ["list_price:avg"],
      groupby: ["categ_id"],
      lazy: false,
    }]),
  ]);
});

liveTest("the demo company changes records as the real Odoo 14 does", async (live, t) => {
  const line = (
    { product }: Record<string, number>,
  ) => [0, 0, { product_id: product!, product_uom_qty: 2, price_unit: 10 }];
  await compare(live, "admin", t, [
    // A service: goods would leave transfers behind in the real one.
    step("a product to sell", ["product.product", "search", {
      domain: [["sale_ok", "=", true], ["type", "=", "service"]],
      limit: 1,
    }], "product"),
    step("create one", ["res.partner", "create", { vals_list: { name: "Parity", email: false } }], "partner"),
    step(
      "create a list",
      ({ partner }) => ["res.partner", "create", { vals_list: [{ name: "Child", parent_id: partner! }] }],
      "child",
    ),
    step(
      "write",
      (
        { partner },
      ) => ["res.partner", "write", { vals: { phone: "1", country_id: 1, category_id: [[6, 0, []]] } }, [partner!]],
    ),
    step(
      "what was written",
      (
        { partner },
      ) => ["res.partner", "read", {
        fields: ["phone", "child_ids", "country_id", "category_id", "write_uid", "write_date"],
      }, [partner!]],
    ),
    step(
      "a contact's names",
      (
        { child },
      ) => ["res.partner", "read", { fields: ["display_name", "commercial_partner_id", "company_type"] }, [child!]],
    ),
    step("archive", ({ child }) => ["res.partner", "action_archive", {}, [child!]]),
    step("unarchive", ({ child }) => ["res.partner", "action_unarchive", {}, [child!]]),
    step(
      "an order",
      (
        kept,
      ) => ["sale.order", "create", {
        vals_list: {
          partner_id: kept["partner"]!,
          order_line: [line(kept), [0, 0, { display_type: "line_note", name: "n" }]],
        },
      }],
      "order",
    ),
    step(
      "its values",
      (
        { order },
      ) => ["sale.order", "read", {
        fields: [
          "name",
          "state",
          "amount_total",
          "order_line",
          "partner_invoice_id",
          "team_id",
          "user_id",
          "note",
          "company_id",
        ],
      }, [order!]],
    ),
    step(
      "its lines",
      (
        { order },
      ) => ["sale.order.line", "search_read", {
        domain: [["order_id", "=", order!]],
        fields: [
          "name",
          "display_name",
          "product_uom_qty",
          "price_unit",
          "price_total",
          "display_type",
          "state",
          "order_partner_id",
        ],
      }],
    ),
    step("mark as sent", ({ order }) => ["sale.order", "action_quotation_sent", {}, [order!]]),
    step("delete a sent quotation", ({ order }) => ["sale.order", "unlink", {}, [order!]]),
    step("confirm", ({ order }) => ["sale.order", "action_confirm", {}, [order!]]),
    step("confirm twice", ({ order }) => ["sale.order", "action_confirm", {}, [order!]]),
    step("lock", ({ order }) => ["sale.order", "action_done", {}, [order!]]),
    step("unlock", ({ order }) => ["sale.order", "action_unlock", {}, [order!]]),
    step("delete its customer", ({ partner }) => ["res.partner", "unlink", {}, [partner!]]),
    step("cancel", ({ order }) => ["sale.order", "action_cancel", {}, [order!]]),
    step("back to draft", ({ order }) => ["sale.order", "action_draft", {}, [order!]]),
    step("delete a draft", ({ order }) => ["sale.order", "unlink", {}, [order!]]),
    step(
      "a lead",
      ({ partner }) => ["crm.lead", "create", { vals_list: { name: "Parity", partner_id: partner! } }],
      "lead",
    ),
    step(
      "its values",
      (
        { lead },
      ) => ["crm.lead", "read", {
        fields: [
          "stage_id",
          "team_id",
          "type",
          "probability",
          "contact_name",
          "user_id",
          "date_open",
          "date_last_stage_update",
          "company_id",
          "company_currency",
        ],
      }, [lead!]],
    ),
    step("win it", ({ lead }) => ["crm.lead", "action_set_won", {}, [lead!]]),
    step("won", ({ lead }) => ["crm.lead", "read", { fields: ["stage_id", "probability", "date_closed"] }, [lead!]]),
    step("lose it", ({ lead }) => ["crm.lead", "action_set_lost", { lost_reason: 1 }, [lead!]]),
    step(
      "lost",
      ({ lead }) => ["crm.lead", "read", { fields: ["probability", "active", "lost_reason", "date_closed"] }, [lead!]],
    ),
    step("an activity's model", ["ir.model", "search", { domain: [["model", "=", "crm.lead"]] }], "model"),
    step(
      "an activity",
      (
        kept,
      ) => ["mail.activity", "create", {
        vals_list: { res_model_id: kept["model"]!, res_id: kept["lead"]!, activity_type_id: 1, summary: "s" },
      }],
      "activity",
    ),
    step(
      "its values",
      (
        { activity },
      ) => ["mail.activity", "read", {
        fields: ["res_model", "res_name", "state", "display_name", "user_id", "date_deadline", "note"],
      }, [activity!]],
    ),
    step("delete the lead", ({ lead }) => ["crm.lead", "unlink", {}, [lead!]]),
    step("delete the partners", ({ partner, child }) => ["res.partner", "unlink", {}, [child!, partner!]]),
    step("delete them again", ({ partner }) => ["res.partner", "unlink", {}, [partner!]]),
  ]);
});

liveTest("the demo company refuses what the real Odoo 14 refuses, with the same code and text", async (live, t) => {
  const partners = (
    params: JsonObject,
  ): CallArguments => ["res.partner", "search_read", { domain: [], fields: ["name"], limit: 1, ...params }];
  await compare(live, "admin", t, [
    step("unknown model", ["no.such", "search", { domain: [] }]),
    step("unknown method", ["res.partner", "no_such", {}, [1]]),
    step("private method", ["res.partner", "_compute_display_name", {}, [1]]),
    step("unknown parameter", ["res.partner", "search", { domain: [], nosuch: 1 }]),
    step("unknown field in fields", partners({ fields: ["nosuch"] })),
    step("unknown field in order", partners({ order: "nosuch desc" })),
    step("bad order", partners({ order: "name; drop" })),
    step("unknown field in domain", partners({ domain: [["nosuch", "=", 1]] })),
    step("unknown field in a path", partners({ domain: [["country_id.nosuch", "=", 1]] })),
    step("unknown operator", partners({ domain: [["name", "~~", 1]] })),
    step("a domain of two", partners({ domain: [["name", "="]] })),
    step("a domain cut short", partners({ domain: ["|", ["name", "=", "a"]] })),
    step("a domain as text", partners({ domain: "name = a" })),
    step("a bare leaf", partners({ domain: ["name", "=", "a"] })),
    step("a number that is none", partners({ domain: [["id", "=", "abc"]] })),
    step("a date that is none", ["crm.lead", "search", { domain: [["create_date", ">", "2026-13-45"]] }]),
    step("unknown group", ["sale.order", "read_group", { domain: [], fields: [], groupby: ["nosuch"] }]),
    step("group by x2many", ["res.partner", "read_group", { domain: [], fields: [], groupby: ["category_id"] }]),
    step("unknown aggregate", ["sale.order", "read_group", {
      domain: [],
      fields: ["amount_total:nosuch"],
      groupby: ["state"],
    }]),
    step("order groups by count", ["sale.order", "read_group", {
      domain: [],
      fields: ["amount_total"],
      groupby: ["state"],
      orderby: "__count desc",
    }]),
    step("write nobody", ["res.partner", "write", { vals: { city: "Y" } }, [99_999_999]]),
    step("confirm nothing", ["sale.order", "action_confirm", {}, [99_999_999]]),
    step("unknown field in values", ["res.partner", "write", { vals: { nosuch: 1 } }, [1]]),
    step("wrong selection", ["res.partner", "write", { vals: { type: "nosuch" } }, [1]]),
    step("wrong number", ["res.partner", "write", { vals: { color: "abc" } }, [1]]),
    step("number too large", ["res.partner", "write", { vals: { color: 9_999_999_999 } }, [1]]),
    step("unknown target", ["res.partner", "write", { vals: { country_id: 99_999_999 } }, [1]]),
    step("wrong x2many", ["res.partner", "write", { vals: { category_id: "x" } }, [1]]),
    step("a circle of parents", ["res.partner", "write", { vals: { parent_id: 1 } }, [1]]),
    step("no name", ["res.partner", "create", { vals_list: { email: "a@b" } }]),
    step("no customer", ["sale.order", "create", { vals_list: {} }]),
    step("no subject", ["crm.lead", "create", { vals_list: {} }]),
    step("no document", ["mail.activity", "create", { vals_list: { summary: "x" } }]),
    step("a datetime of ISO form", ["crm.lead", "search_count", {
      domain: [["create_date", ">", "2024-12-31T10:00:00Z"]],
    }]),
    step("delete a used country", ["res.company", "unlink", {}, [1]]),
    step("another company", ["sale.order", "search", { domain: [] }, undefined, { allowed_company_ids: [99_999] }]),
  ], true);
});

liveTest("the demo company's restricted users may and may not what the real ones may", async (live, t) => {
  await compare(live, "limited", t, [
    step("read partners", ["res.partner", "search_read", { domain: [], fields: ["name"], limit: 1 }]),
    step("read products", ["product.product", "search_read", { domain: [], fields: ["name"], limit: 1 }]),
    step("read orders", ["sale.order", "search", { domain: [] }]),
    step("read leads", ["crm.lead", "search_count", { domain: [] }]),
    step("create a partner", ["res.partner", "create", { vals_list: { name: "x" } }]),
    step("confirm an order", ["sale.order", "action_confirm", {}, [1]]),
    step("describe orders", ["sale.order", "fields_get", {
      allfields: ["name", "state"],
      attributes: ["readonly", "states"],
    }]),
    step("defaults of orders", ["sale.order", "default_get", { fields: ["state"] }]),
    step("rights", ["sale.order", "check_access_rights", { operation: "read", raise_exception: false }]),
    step("rights, raised", ["sale.order", "check_access_rights", { operation: "write" }]),
  ], true);
  await compare(live, "demo", t, [
    step("demo reads orders", ["sale.order", "search_read", { domain: [], fields: ["name"], limit: 1 }]),
    step("a quotation", ["sale.order", "search", { domain: [["state", "=", "draft"]], limit: 1 }], "order"),
    step("demo deletes orders", ({ order }) => ["sale.order", "unlink", {}, [order!]]),
    step("demo writes the company", ["res.company", "write", { vals: { name: "x" } }, [1]]),
    step("demo reads parameters", ["ir.config_parameter", "search", { domain: [] }]),
    step("demo reads models", ["ir.model", "search_count", { domain: [["model", "=", "res.partner"]] }]),
  ], true);
});

/** What an agent may build on; labels, help and lists of choices differ from company to company. */
const ATTRIBUTES = [
  ...["type", "required", "readonly", "store", "searchable", "sortable", "relation", "relation_field"],
  ...["currency_field", "group_operator", "size", "translate", "string"],
];

for (
  const model of [
    ...["res.partner", "product.product", "product.template", "product.category", "crm.lead", "crm.stage", "crm.team"],
    ...["sale.order", "sale.order.line", "res.users", "res.company", "res.currency", "res.country", "mail.activity"],
    ...["ir.model", "ir.model.data", "mail.message", "mail.message.subtype", "crm.lead.lost"],
  ]
) {
  liveTest(`the demo company describes ${model} as the real Odoo 14 does`, async (live) => {
    const sides: Record<string, JsonObject> = {};
    await both(live, "admin", async (ask, side) => {
      sides[side] = await ask(model, "fields_get", { attributes: ATTRIBUTES }) as JsonObject;
    });
    const names = Object.keys(sides["demo"]!);
    const real = Object.fromEntries(names.map((name) => [name, sides["real"]![name] ?? "absent"]));
    assert.deepEqual(sides["demo"], real);
  });
}

liveTest("the demo company imports under external ids as the real Odoo 14 does", async (live) => {
  const key = `__odoo_mcp__.${crypto.randomUUID().replaceAll("-", "")}`;
  const once = { mode: "update", noupdate: true, tz: "Europe/Brussels" };
  const sides: Record<string, Json[]> = {};
  await both(live, "admin", async (ask, side) => {
    const look = (name: string, context: JsonObject = {}) =>
      ask(
        "ir.model.data",
        "check_object_reference",
        {
          module: "__odoo_mcp__",
          xml_id: name.slice("__odoo_mcp__.".length),
        },
        undefined,
        context,
      ).catch((error: Failure) => [error.code, error.message]);
    const load = (fields: string[], data: string[][], context: JsonObject = once) =>
      ask("res.partner", "load", { fields, data }, undefined, context) as Promise<JsonObject>;
    const [belgium] = await ask("res.country", "search", { domain: [["code", "=", "BE"]] }) as number[];
    const seen: Json[] = [await look(key)];
    const fields = [
      "id",
      "name",
      "country_id/.id",
      "category_id/.id",
      "child_ids/name",
      "child_ids/email",
      "is_company",
    ];
    const made = await load(fields, [
      [key, "Imported", `${belgium}`, "", "Ann", "a@example.com", "1"],
      ["", "", "", "", "Bob", "", ""],
      [`${key}_2`, "Second", "", "", "", "", ""],
    ]);
    const ids = made["ids"] as number[];
    const read = async () =>
      (await ask(
        "res.partner",
        "read",
        { fields: ["name", "country_id", "is_company", "active"] },
        ids,
      ) as JsonObject[])
        .map(({ name, country_id: country, is_company, active }) => ({
          ...{ name: name!, is_company: is_company!, active: active! },
          country: Array.isArray(country) && country[0] === belgium,
        }));
    const [first] = await ask("res.partner", "read", { fields: ["child_ids"] }, ids) as JsonObject[];
    const lines = first!["child_ids"] as number[];
    const children = await ask("res.partner", "read", { fields: ["name", "email"] }, lines) as JsonObject[];
    seen.push(shape(made), ids.length, await read());
    seen.push(children.map(({ name, email }) => `${name} ${email}`).sort());
    await ask("res.partner", "write", { vals: { name: "Edited", active: false } }, ids);
    const again = await load(["id", "name"], [[key, "Imported"]]);
    seen.push(shape(again), await read());
    await load(["id", "name"], [[key, "Written over"]], {});
    // What was made with noupdate stays so in a module's update only: a plain import writes.
    seen.push((await read())[0]!);
    const [[model, hidden], found] = [await look(key) as Json[], await look(key, { active_test: false }) as Json[]];
    seen.push([model!, hidden!, found[1] === ids[0]]);
    const bad = await load(["id", "name", "type"], [[`${key}_3`, "Bad", "nonsense"]]);
    seen.push(bad["ids"]!, (bad["messages"] as Json[]).length);
    const named = { name: "Named", id: `${key}_4` };
    const [fourth] = await ask("res.partner", "create", { vals_list: [named] }, undefined, {
      _import_current_module: "__odoo_mcp__",
    }) as number[];
    seen.push((await look(`${key}_4`) as Json[])[1] === fourth);
    await ask("res.partner", "unlink", {}, [...lines, ...ids, fourth!]);
    seen.push(await look(key), await look(`${key}_4`));
    sides[side] = seen;
  });
  assert.deepEqual(sides["demo"], sides["real"]);
});
