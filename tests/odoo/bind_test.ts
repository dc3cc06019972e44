import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import type { Json } from "../../src/lib/json.ts";
import { createMetrics } from "../../src/lib/metrics.ts";
import { bindOdoo } from "../../src/odoo/bind.ts";
import type { Call, Execute } from "../../src/odoo/call.ts";
import { composeInstance, type Instance, type InstanceOptions } from "../../src/odoo/compose.ts";
import type { CallOptions } from "../../src/odoo/odoo.ts";
import { failureOf, never, refused } from "./calls.ts";

const VERSION = { text: "14.0", major: 14, minor: 0, edition: "community" } as const;
const PARTNER_FIELDS = { name: { type: "char", string: "Name", store: true } };

/** A little Odoo: one user in two companies, one model. */
function answer(call: Call): Json {
  switch (`${call.model}.${call.method}`) {
    case "res.users.read":
      return [{
        id: 2,
        name: "Ann",
        login: "ann",
        lang: "nl_BE",
        tz: "Europe/Brussels",
        company_id: [3, "Here"],
        company_ids: [1, 3],
      }];
    case "res.company.read":
      return [{ id: 1, name: "There" }];
    case "res.partner.fields_get":
      return call.context["lang"] === "fr_FR"
        ? { name: { ...PARTNER_FIELDS.name, string: "Nom" } }
        : structuredClone(PARTNER_FIELDS);
    case "ir.model.search_read":
      return [{ id: 1, model: "res.partner" }, { id: 2, model: "res.users" }];
    case "res.partner.search_count":
      return 5;
    case "res.partner.create":
      return 9;
    default:
      throw new Failure("E005", `Cannot find ${call.model}: no such model.`);
  }
}

interface Setup extends Partial<InstanceOptions> {
  execute?: Execute;
}

function instance({ execute, ...options }: Setup = {}): Instance & { calls: Call[]; versions: number } {
  const calls: Call[] = [];
  const counted = { calls, versions: 0 };
  const composed = composeInstance({
    name: "main",
    webUrl: "https://odoo.example",
    odoo: { max_connections: 4 },
    limits: { read_ms: 1000, write_ms: 1000, queue: 10 },
    cache: { records_ttl_s: 0, schema_ttl_s: 3600, max_entries: 100 },
    metrics: createMetrics(),
    retry: { initialDelayMs: 1, maxDelayMs: 2 },
    source: {
      execute: async (call, signal) => {
        calls.push(call);
        await Promise.resolve();
        return execute === undefined ? answer(call) : await execute(call, signal);
      },
      version: () => Promise.resolve((counted.versions++, VERSION)),
      login: () => Promise.resolve(2),
    },
    ...options,
  });
  return Object.assign(counted, composed);
}

function bind(from: Instance, caller = "ann") {
  const { name, webUrl, version, user } = from;
  return bindOdoo({ instance: name, webUrl, execute: from.execute(caller), version, user, signal: never });
}

Deno.test("a call gets the defaults and the session's context, with its own merged over it", async () => {
  const odoo = instance();
  assert.equal(await bind(odoo).call("res.partner", "search_count", { context: { tz: "UTC", active_test: false } }), 5);
  assert.deepEqual(odoo.calls.at(-1), {
    model: "res.partner",
    method: "search_count",
    params: {},
    context: { lang: "nl_BE", tz: "UTC", allowed_company_ids: [3, 1], active_test: false },
    effect: "read",
    origin: "caller",
  });
});

Deno.test("once warm a tool call costs one request", async () => {
  const odoo = instance();
  const one = async () => {
    const bound = bind(odoo);
    await bound.fields("res.partner");
    await bound.user();
    await bound.call("res.partner", "search_count");
  };
  await one();
  assert.deepEqual(odoo.calls.map(({ method }) => method), ["read", "read", "fields_get", "search_count"]);
  odoo.calls.length = 0;
  await one();
  assert.deepEqual(odoo.calls.map(({ method }) => method), ["search_count"]);
});

Deno.test("the user is read as Odoo knows them, the current company first", async () => {
  const user = await bind(instance()).user();
  assert.deepEqual(user, {
    id: 2,
    name: "Ann",
    login: "ann",
    language: "nl_BE",
    timeZone: "Europe/Brussels",
    company: { id: 3, name: "Here" },
    companies: [{ id: 3, name: "Here" }, { id: 1, name: "There" }],
  });
});

Deno.test("the settings choose language and companies, among those the user may use", async () => {
  const chosen = await bind(instance({ odoo: { max_connections: 4, language: "fr_FR", companies: ["There"] } })).user();
  assert.deepEqual([chosen.language, chosen.company, chosen.companies.length], ["fr_FR", { id: 1, name: "There" }, 1]);
  const failure = await failureOf(bind(instance({ odoo: { max_connections: 4, companies: [7] } })).user());
  assert.equal(failure.code, "E003");
  assert.match(failure.message, /company 7: ann may work in Here \(3\), There \(1\)/);
});

Deno.test("a user without language, or with an odd time zone, gets en_US and UTC", async () => {
  const odd = {
    id: 2,
    name: "Ann",
    login: "ann",
    lang: false,
    tz: "Mars/Base",
    company_id: [3, "Here"],
    company_ids: [3],
  };
  const odoo = instance({ execute: () => Promise.resolve([odd]) });
  const user = await bind(odoo).user();
  assert.deepEqual([user.language, user.timeZone, odoo.calls.length], ["en_US", "UTC", 1]);
});

Deno.test("the schema cache asks once for many callers at once", async () => {
  const odoo = instance();
  const many = Array.from({ length: 20 }, (_, i) => bind(odoo, `caller ${i}`).fields("res.partner"));
  const [first, ...others] = await Promise.all(many);
  assert.equal(first?.get("name")?.label, "Name");
  assert.ok(others.every((fields) => fields === first), "parsed once as well");
  assert.equal(odoo.calls.filter(({ method }) => method === "fields_get").length, 1);
});

Deno.test("languages do not share a schema", async () => {
  let language = "en_US";
  const odoo = instance();
  const speak = () => {
    const { name, webUrl, version, user } = odoo;
    const who = async (signal: AbortSignal) => ({ ...await user(signal), language });
    return bindOdoo({ instance: name, webUrl, execute: odoo.execute("ann"), version, user: who, signal: never });
  };
  assert.equal((await speak().fields("res.partner")).get("name")?.label, "Name");
  language = "fr_FR";
  assert.equal((await speak().fields("res.partner")).get("name")?.label, "Nom");
  assert.equal(odoo.calls.filter(({ method }) => method === "fields_get").length, 2);
});

Deno.test("an unknown model is told with close names", async () => {
  const odoo = instance();
  const failure = await failureOf(bind(odoo).fields("res.partners"));
  assert.equal(failure.code, "E005");
  assert.match(failure.hint, /Did you mean res\.partner/);
  assert.deepEqual(failure.details["close"], ["res.partner"]);
});

Deno.test("an unknown model is told without close names by who may not list models", async () => {
  const odoo = instance({
    execute: (call) => {
      if (call.model === "ir.model") throw new Failure("E003", "no access to ir.model");
      return Promise.resolve(answer(call));
    },
  });
  const failure = await failureOf(bind(odoo).fields("res.partners"));
  assert.deepEqual([failure.code, failure.details], ["E005", {}]);
});

Deno.test("the policy around execute sees the schema read even when the cache would answer it", async () => {
  const odoo = instance();
  await bind(odoo).fields("res.partner");
  const refuse: Execute = () => Promise.reject(new Failure("E011", "not this model"));
  const { name, webUrl, version, user } = odoo;
  const guarded = bindOdoo({ instance: name, webUrl, execute: refuse, version, user, signal: never });
  assert.equal((await failureOf(guarded.fields("res.partner"))).code, "E011");
});

Deno.test("the version is asked once, a ping asks each time", async () => {
  const odoo = instance();
  const bound = bind(odoo);
  assert.deepEqual(await bound.version(), VERSION);
  await bound.version();
  assert.equal(odoo.versions, 1);
  await odoo.ping(never);
  await odoo.ping(never);
  assert.equal(odoo.versions, 3);
});

Deno.test("a create that Odoo never answers is told as uncertain and was sent once", async () => {
  const odoo = instance({
    limits: { read_ms: 1000, write_ms: 10, queue: 10 },
    execute: (call, signal) =>
      call.effect === "read"
        ? Promise.resolve(answer(call))
        : new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  });
  const options: CallOptions = { params: { vals_list: [{ name: "Ann" }] }, effect: "write" };
  const failure = await failureOf(bind(odoo).call("res.partner", "create", options));
  assert.equal(failure.code, "E009");
  assert.match(failure.message, /no answer within 0\.01 s/);
  assert.equal(odoo.calls.filter(({ method }) => method === "create").length, 1);
});

Deno.test("an Instance counts its calls, retries, cache answers, connections and circuit", async () => {
  const metrics = createMetrics();
  let refusals = 1;
  const odoo = instance({
    metrics,
    execute: (call) => {
      if (refusals-- > 0) throw refused;
      return Promise.resolve(answer(call));
    },
  });
  // A tool call each; the second takes user, language and fields from the cache.
  for (let call = 0; call < 2; call++) await bind(odoo).fields("res.partner");
  const series = metrics.snapshot().filter(({ type }) => type !== "histogram");
  const value = (name: string, labels: Record<string, string>) =>
    series.find((one) =>
      one.name === name && Object.entries({ instance: "main", ...labels }).every(([k, v]) => one.labels[k] === v)
    );
  const values = [
    value("odoo_mcp_requests_total", { model: "res.partner", method: "fields_get" }),
    value("odoo_mcp_retries_total", { code: "E001" }),
    value("odoo_mcp_cache_answers_total", { cache: "schema", from: "kept" }),
    value("odoo_mcp_active_connections", {}),
    value("odoo_mcp_queue_length", {}),
    value("odoo_mcp_circuit_state", {}),
  ].map((one) => one && "value" in one && one.value);
  assert.deepEqual(values, [1, 1, 3, 0, 0, 0]);
});
