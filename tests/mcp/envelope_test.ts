/** The arguments of every writing tool, through the front door. */
import assert from "node:assert/strict";
import { call, connectStdio } from "../support/server.ts";

Deno.test("every writing tool takes dry_run and plan, those that create take idempotency_key, reading tools neither", async () => {
  await using client = await connectStdio(["demo", "--serve"]);
  const { tools } = await client.listTools();
  for (const { name, annotations, inputSchema } of tools) {
    const has = (argument: string) => Object.hasOwn(inputSchema.properties ?? {}, argument);
    const writes = annotations?.readOnlyHint === false;
    assert.deepEqual([has("dry_run"), has("plan")], [writes, writes], name);
    if (!writes) assert.equal(has("idempotency_key"), false, name);
  }
  const keyed = tools.filter(({ inputSchema }) => Object.hasOwn(inputSchema.properties ?? {}, "idempotency_key"));
  for (const name of ["create_record", "batch_operation"]) assert.ok(keyed.some((tool) => tool.name === name), name);

  const refused = async (tool: string, args: Record<string, unknown>, message: RegExp) => {
    const { isError, data } = await call(client, tool, { model: "res.partner", ...args });
    assert.deepEqual([isError, data.code], [true, "E004"]);
    assert.match(String(data.message), message);
  };
  await refused("count_records", { dry_run: true }, /dry_run belongs to tools that change something/);
  await refused("count_records", { idempotency_key: "x" }, /idempotency_key belongs to tools that change something/);
  await refused("delete_record", { ids: [1], idempotency_key: "x" }, /belongs to tools that create or send/);
  await refused("delete_record", { ids: [1], dry_run: "yes" }, /dry_run: it is not true or false/);
  await refused("create_record", { values: {}, idempotency_key: 7 }, /idempotency_key: it is not a text/);
});

Deno.test("a change of the demo company is undone through the front door, as long as its server lives", async () => {
  await using client = await connectStdio(["demo", "--serve"]);
  const { data: made } = await call(client, "create_record", {
    model: "res.partner",
    values: { name: "U", phone: "1" },
  });
  assert.equal(made.undo!.note, "only until this server stops");
  const update = { model: "res.partner", ids: made.ids, values: { phone: "2" } };
  const { data: changed } = await call(client, "update_record", update);
  const { isError, data } = await call(client, "undo", { token: changed.undo!.token });
  assert.deepEqual([isError, data.complete], [false, true]);
  const { data: now } = await call(client, "get_record", { model: "res.partner", ids: made.ids, fields: ["phone"] });
  assert.match(JSON.stringify(now), /"phone":"1"/);
  assert.equal((await call(client, "undo", { token: changed.undo!.token })).data.code, "E005");
});

Deno.test("features.undo off means no tool and no token", async () => {
  await using client = await connectStdio(["demo", "--serve", "--features-undo", "false"]);
  const { tools } = await client.listTools();
  assert.ok(!tools.some(({ name }) => name === "undo"));
  const { data } = await call(client, "create_record", { model: "res.partner", values: { name: "U" } });
  assert.equal(data.undo, undefined);
});
