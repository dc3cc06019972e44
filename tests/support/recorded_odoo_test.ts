/** What tests on the recorded Odoo 19 rest on: it answers as recorded, and refuses what 19 refuses. */
import assert from "node:assert/strict";
import type { Json } from "../../src/lib/json.ts";
import { recording, recordings } from "../odoo/codec/recordings.ts";
import { DATABASE, startRecordedOdoo, USERS } from "./recorded_odoo.ts";

const KEY = { Authorization: `bearer ${USERS.admin.apiKey}`, "X-Odoo-Database": DATABASE };

interface Got {
  status: number;
  body: string;
  type: string | null;
}

async function post(url: string, body: BodyInit, headers: Record<string, string> = {}): Promise<Got> {
  const response = await fetch(url, {
    method: "POST",
    body,
    headers: { "Content-Type": "application/json", ...headers },
  });
  return { status: response.status, body: await response.text(), type: response.headers.get("content-type") };
}

function recorded(name: string, protocol: "json2" | "jsonrpc" | "xmlrpc" = "json2"): Got {
  const { status, headers, body } = recording(`19/${protocol}`, name).response;
  return { status, body, type: headers["content-type"] ?? null };
}

for (const protocol of ["json2", "jsonrpc", "xmlrpc"] as const) {
  Deno.test(`over ${protocol} what was recorded is answered as it was, byte for byte`, async () => {
    await using odoo = startRecordedOdoo();
    // A request that was recorded several times may get any of the answers it got then.
    const answers = new Map<string, Got[]>();
    const reading = recordings(`19/${protocol}`).filter(({ case: name, request }) =>
      /^(search|read|err_domain|err_field|err_order|err_required|fields_get|formatted|types|domain|text_\w+_read|version$)/
        .test(name) &&
      request.method === "POST"
    );
    for (const { case: name, request } of reading) {
      const key = `${request.path} ${request.body}`;
      answers.set(key, [...answers.get(key) ?? [], recorded(name, protocol)]);
    }
    assert.ok(answers.size > 40, `${answers.size}`);
    for (const { case: name, request } of reading) {
      // Ill-formed, as the characters that another protocol wrote were.
      if (/_from_json/.test(name)) continue;
      const body = (request.body ?? "").replace('"PASSWORD"', `"${USERS.admin.password}"`)
        .replace("<string>PASSWORD<", `<string>${USERS.admin.password}<`);
      const headers = protocol === "json2" ? KEY : { "Content-Type": request.headers["Content-Type"] ?? "" };
      const got = await post(odoo.url + request.path, body, headers);
      const expected = answers.get(`${request.path} ${request.body}`)!;
      assert.ok(
        expected.some((one) => one.body === got.body && one.status === got.status && one.type === got.type),
        name,
      );
    }
  });
}

Deno.test("the recorded Odoo reads no chunked body over JSON-2, as 19 does not", async () => {
  await using odoo = startRecordedOdoo();
  const stream = new Blob(['{"domain": []}']).stream().pipeThrough(new TransformStream());
  const path = "/json/2/res.partner/search_count";
  assert.deepEqual(await post(odoo.url + path, stream, KEY), recorded("chunked_body"));
});

Deno.test("the recorded Odoo refuses what 19 refuses over JSON-2", async () => {
  await using odoo = startRecordedOdoo();
  const ask = (path: string, body: Json, headers: Record<string, string> = KEY) =>
    post(`${odoo.url}/json/2/${path}`, JSON.stringify(body), headers);
  const count = "res.partner/search_count";
  assert.deepEqual(await ask(count, {}, { "X-Odoo-Database": DATABASE }), recorded("auth_no_header"));
  assert.deepEqual(
    await ask(count, {}, { ...KEY, Authorization: `Bearer ${"0".repeat(40)}` }),
    recorded("auth_wrong_key"),
  );
  assert.deepEqual(await ask(count, {}, { ...KEY, "X-Odoo-Database": "other" }), recorded("auth_wrong_db"));
  assert.deepEqual(await ask(count, {}, { ...KEY, "Content-Type": "text/plain" }), recorded("wrong_content_type"));
  assert.deepEqual(await ask(count, { domain: [], nosuch: 1 }), recorded("unknown_kwarg"));
  assert.deepEqual(await ask(count, { args: [[]], kwargs: {} }), recorded("args_array"));
  assert.deepEqual(await ask(count, { ids: [1], domain: [] }), recorded("ids_on_model_method"));
  assert.deepEqual(await ask("res.partner/write", { ids: [1] }), recorded("missing_kwarg"));
  assert.deepEqual(await ask("no.such.model/search", { domain: [] }), recorded("err_model"));
  const other = await ask("other.model/search_count", { domain: [] });
  assert.equal(other.status, 404);
  assert.match(other.body, /the model 'other\.model' does not exist/);
  const method = await ask("sale.order/no_button", { ids: [1] });
  assert.equal(method.status, 404);
  assert.match(method.body, /The method 'sale\.order\.no_button' does not exist/);
  const missing = await ask("res.partner/write", { ids: [4711], vals: { city: "X" } });
  assert.equal(missing.status, 404);
  assert.match(missing.body, /odoo\.exceptions\.MissingError.*\(Record: res\.partner\(4711,\), User: 2\)/);
});

Deno.test("the recorded Odoo answers ids that don't exist where no column is read, as 19 does", async () => {
  await using odoo = startRecordedOdoo();
  const read = async (fields: string[]) =>
    JSON.parse((await post(`${odoo.url}/json/2/res.partner/read`, JSON.stringify({ ids: [4711], fields }), KEY)).body);
  assert.deepEqual(await read(["id"]), [{ id: 4711 }]);
  assert.equal((await read(["display_name"])).length, 1);
  assert.deepEqual(await read(["name"]), []);
});

Deno.test("the recorded Odoo takes no create by keyword, and no uid with another's password", async () => {
  await using odoo = startRecordedOdoo();
  const execute = (uid: number, method: string, args: Json[], kwargs: Json) => {
    const all = [DATABASE, uid, USERS.admin.password, "res.partner", method, args, kwargs];
    const params = { service: "object", method: "execute_kw", args: all };
    return post(`${odoo.url}/jsonrpc`, JSON.stringify({ jsonrpc: "2.0", method: "call", params, id: 1 }));
  };
  const create = await execute(2, "create", [], { vals_list: [{ name: "x" }] });
  assert.deepEqual(create, recorded("create_kwarg_vals_list", "jsonrpc"));
  assert.deepEqual(await execute(5, "search_count", [[]], {}), recorded("execute_wrong_password", "jsonrpc"));
  const unknown = await execute(2, "search_count", [[]], { nosuch: 1 });
  assert.match(unknown.body, /search_count\(\) got an unexpected keyword argument 'nosuch'/);
});

Deno.test("what nothing recorded answers fails the test that asked it", async () => {
  const odoo = startRecordedOdoo();
  const got = await post(`${odoo.url}/json/2/res.partner/get_metadata`, '{"ids": [1]}', KEY);
  assert.equal(got.status, 501);
  await assert.rejects(async () => await odoo[Symbol.asyncDispose](), /res\.partner\.get_metadata/);
});
