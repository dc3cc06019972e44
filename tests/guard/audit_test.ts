import assert from "node:assert/strict";
import { createAudit } from "../../src/guard/audit.ts";
import type { Asked, Audit } from "../../src/guard/mod.ts";
import { LOCAL_CALLER } from "../../src/guard/mod.ts";
import { Failure } from "../../src/lib/failure.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { checkLines, lineKey, START } from "../../src/lib/signed_lines.ts";
import type { Call, Execute } from "../../src/odoo/mod.ts";

const SECRET = "s".repeat(40);
const signal = new AbortController().signal;
const silent = { debug() {}, info() {}, warning() {}, error() {} };

const asked = (tool: string): Asked => ({
  request: crypto.randomUUID(),
  caller: LOCAL_CALLER,
  client: "claude 1.0",
  instance: "shop",
  tool,
});

const call = (model: string, method: string, more: Partial<Call> = {}): Call => ({
  model,
  method,
  params: {},
  context: {},
  effect: "read",
  origin: "caller",
  ...more,
});

/** An audit in a folder of its own; `lines` are what it has written. */
async function inFolder(
  run: (made: { audit: Audit; file: string; lines: () => Promise<JsonObject[]> }) => Promise<void>,
  options: { values?: boolean; required?: boolean } = {},
): Promise<void> {
  const folder = await Deno.makeTempDir();
  const file = `${folder}/audit.jsonl`;
  const audit = createAudit({ file, secret: SECRET, values: false, required: true, log: silent, ...options });
  try {
    await run({
      audit,
      file,
      async lines() {
        const { bodies, flaw } = checkLines(await lineKey(SECRET), await Deno.readTextFile(file), START);
        assert.equal(flaw, null);
        return bodies;
      },
    });
  } finally {
    audit.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** An Odoo with one partner. */
function odoo(row: JsonObject, before: () => void = () => {}): Execute {
  return (one): Promise<Json> => {
    before();
    if (one.method === "read") return Promise.resolve([{ ...row }]);
    if (one.method === "write") Object.assign(row, one.params["vals"]);
    return Promise.resolve(one.method === "create" ? [8, 9] : true);
  };
}

Deno.test("a change stands in the file before it leaves, with names and without values, and its outcome after it", async () => {
  await inFolder(async ({ audit, lines, file }) => {
    const who = asked("update_record");
    let atSending: JsonObject[] = [];
    const row = { id: 7, name: "canary-before", ref: "x" };
    const execute = audit.follow(who, "write")(async (one, each) => {
      if (one.effect === "write") atSending = await lines();
      return await odoo(row)(one, each);
    });
    const read = call("res.partner", "read", { ids: [7], params: { fields: ["name"] } });
    await execute(read, signal);
    const vals = { name: "canary-after" };
    await execute(call("res.partner", "write", { ids: [7], params: { vals }, effect: "write" }), signal);
    await execute(read, signal);
    await audit.finish(who, { code: "ok", ms: 12.3 });

    const [intent, outcome] = await lines();
    assert.deepEqual(atSending, [intent]);
    const { time, digest, before, prev: _, ...rest } = intent!;
    const common = { caller: "local", via: "local", role: "admin", client: "claude 1.0", instance: "shop" };
    assert.deepEqual(rest, {
      n: 1,
      kind: "intent",
      request: who.request,
      ...common,
      tool: "update_record",
      model: "res.partner",
      method: "write",
      ids: [7],
      fields: ["name"],
    });
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
    assert.match(`${digest} ${before}`, /^[\w-]{43} [\w-]{43}$/);
    const [change] = outcome?.["changes"] as JsonObject[];
    assert.deepEqual([outcome?.["kind"], outcome?.["code"], outcome?.["ms"]], ["outcome", "ok", 12]);
    assert.deepEqual([change?.["code"], change?.["before"], change?.["after"] === before], ["ok", before, false]);
    assert.ok(!(await Deno.readTextFile(file)).includes("canary"));
  });
});

Deno.test("the hash after taking a change back is the one from before it", async () => {
  await inFolder(async ({ audit, lines }) => {
    const row = { id: 7, name: "one" };
    const write = async (name: string) => {
      const who = asked("update_record");
      const execute = audit.follow(who, "write")(odoo(row));
      const read = call("res.partner", "read", { ids: [7] });
      await execute(read, signal);
      await execute(call("res.partner", "write", { ids: [7], params: { vals: { name } }, effect: "write" }), signal);
      await execute(read, signal);
      await audit.finish(who, { code: "ok", ms: 1 });
    };
    await write("two");
    await write("one");
    const [first, second] = (await lines()).filter(({ kind }) => kind === "outcome").map(({ changes }) =>
      (changes as JsonObject[])[0]!
    );
    assert.equal(first?.["after"], second?.["before"]);
    assert.equal(first?.["before"], second?.["after"]);
    assert.notEqual(first?.["before"], first?.["after"]);
  });
});

Deno.test("what was created is named by its ids, what failed by its code, and a change that never ended has no outcome", async () => {
  await inFolder(async ({ audit, lines }) => {
    const who = asked("batch_operation");
    const execute = audit.follow(who, "write")((one) =>
      one.method === "create"
        ? Promise.resolve([8, 9])
        : Promise.reject(new Failure("E009", "Nobody knows", { applied: "unknown" }))
    );
    const vals_list = [{ name: "a", ref: "b" }, { city: "c" }];
    await execute(call("res.partner", "create", { params: { vals_list }, effect: "write" }), signal);
    await assert.rejects(execute(call("res.partner", "unlink", { ids: [3], effect: "write" }), signal), /Nobody knows/);
    await audit.finish(who, { code: "E009", ms: 1 });
    const killed = audit.follow(asked("delete_record"), "destroy")(() => new Promise(() => {}));
    void killed(call("res.partner", "unlink", { ids: [4], effect: "write" }), signal);
    await new Promise((resolve) => setTimeout(resolve));

    const all = await lines();
    assert.deepEqual(all.map(({ kind, code }) => [kind, code]), [
      ["intent", undefined],
      ["intent", undefined],
      ["outcome", "E009"],
      ["intent", undefined],
    ]);
    assert.deepEqual(all[0]?.["fields"], ["city", "name", "ref"]);
    const changes = all[2]?.["changes"] as JsonObject[];
    assert.deepEqual(changes.map(({ method, ids, code }) => [method, ids, code]), [
      ["create", [8, 9], "ok"],
      ["unlink", [3], "E009"],
    ]);
  });
});

Deno.test("a read is one line at its end, with the records that were named and no line for metadata", async () => {
  await inFolder(async ({ audit, lines }) => {
    const who = asked("get_record");
    const execute = audit.follow(who, "read")(odoo({ id: 7 }));
    await execute(call("res.users", "read", { ids: [1], cache: "schema" }), signal);
    await execute(call("res.partner", "read", { ids: [7] }), signal);
    await execute(call("res.partner", "fields_get"), signal);
    await audit.finish(who, { code: "ok", ms: 1 });
    const [line, ...more] = await lines();
    assert.deepEqual([line?.["model"], line?.["ids"], line?.["changes"], more.length], [
      "res.partner",
      [7],
      undefined,
      0,
    ]);
  });
});

Deno.test("values are written only where the settings say so, long texts by their length", async () => {
  await inFolder(async ({ audit, lines }) => {
    const execute = audit.follow(asked("create_record"), "write")(odoo({}));
    const params = { vals_list: [{ name: "plain", image: "A".repeat(5000) }] };
    await execute(call("res.partner", "create", { params, effect: "write" }), signal);
    const [intent] = await lines();
    assert.deepEqual(intent?.["values"], { vals_list: [{ name: "plain", image: { characters: 5000 } }] });
  }, { values: true });
});

Deno.test("a change of many records lists a thousand ids and how many there are", async () => {
  await inFolder(async ({ audit, lines }) => {
    const execute = audit.follow(asked("delete_record"), "destroy")(odoo({}));
    const ids = Array.from({ length: 1500 }, (_, at) => at + 1);
    await execute(call("res.partner", "unlink", { ids, effect: "write" }), signal);
    const [intent] = await lines();
    assert.deepEqual([(intent?.["ids"] as number[]).length, intent?.["ids_total"]], [1000, 1500]);
  });
});

Deno.test("while the file can't be written no change leaves, reads go on, and both work again afterwards", async () => {
  await inFolder(async ({ audit, file, lines }) => {
    let sent = 0;
    const follow = (access: "read" | "write") => audit.follow(asked("x"), access)(odoo({ id: 7 }, () => sent++));
    const write = call("res.partner", "write", { ids: [7], params: { vals: { name: "x" } }, effect: "write" });
    await Deno.mkdir(file);
    await assert.rejects(
      follow("write")(write, signal),
      (error) => error instanceof Failure && error.code === "E014" && error.details["rule"] === "audit.required",
    );
    assert.equal(sent, 0);
    await follow("read")(call("res.partner", "read", { ids: [7] }), signal);
    await audit.finish(asked("x"), { code: "ok", ms: 1 });
    assert.equal(sent, 1);
    await Deno.remove(file);
    await follow("write")(write, signal);
    assert.deepEqual([sent, (await lines()).length], [2, 1]);
  });
});

Deno.test("audit.required false lets changes pass without a line", async () => {
  await inFolder(async ({ audit, file }) => {
    await Deno.mkdir(file);
    const execute = audit.follow(asked("x"), "write")(odoo({ id: 7 }));
    assert.equal(await execute(call("res.partner", "unlink", { ids: [7], effect: "write" }), signal), true);
    await audit.finish(asked("x"), { code: "ok", ms: 1 });
  }, { required: false });
});

Deno.test("what a client calls itself can't forge a line", async () => {
  await inFolder(async ({ audit, lines }) => {
    await audit.finish({ ...asked("x"), client: `a"}\n{"n":2,"kind":"outcome\u202e` + "z".repeat(500) }, {
      code: "ok",
      ms: 1,
    });
    const [line, ...more] = await lines();
    assert.equal(more.length, 0);
    assert.equal(String(line?.["client"]).length, 100);
    assert.doesNotMatch(String(line?.["client"]), /\p{C}/u);
  });
});
