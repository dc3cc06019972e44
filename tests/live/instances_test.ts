/** Several Odoos behind one server: one that is dead and one that hangs are nobody else's trouble. */
import assert from "node:assert/strict";
import { freePort, listen, untilClosed } from "../odoo/sockets.ts";
import { liveTest } from "../support/live.ts";
import { slowSearch } from "../support/slow_search.ts";
import { call, connectHttp, startHttp } from "../support/server.ts";

async function withConfig(config: unknown) {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-instances-" });
  await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(config));
  const server = await startHttp(["--config", `${folder}/config.json`]);
  return {
    ...server,
    async [Symbol.asyncDispose]() {
      await server.stop("SIGKILL");
      await Deno.remove(folder, { recursive: true });
    },
  };
}

liveTest(
  "while one Odoo is dead and another hangs with every slot taken, the third answers all it is asked",
  async (odoo) => {
    const { url, database, username, password } = odoo;
    await using tarpit = listen(untilClosed);
    await using server = await withConfig({
      instances: {
        live: { url, database, username, password },
        dead: { url: `http://127.0.0.1:${freePort()}`, database, username, password },
        tarpit: { url: tarpit.url, database, username, password },
      },
      limits: { concurrent: 8, concurrent_per_caller: 8 },
    });
    await using client = await connectHttp(server.url);
    const count = (instance: string) => call(client, "count_records", { model: "res.partner", instance });
    const expected = Number((await count("live")).data.count);
    const answered: string[] = [];
    const stuck = Array.from(
      { length: 8 },
      () => count("tarpit").then(({ text }) => answered.push(text)).catch(() => {}),
    );
    while (tarpit.requests() === 0) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const full = await count("tarpit");
    assert.deepEqual([full.data.code, full.data.details!.rule], ["E014", "limits.concurrent_per_caller"]);
    const refused = await Promise.all(Array.from({ length: 8 }, () => count("dead")));
    for (const { data, text } of refused) assert.ok(["E001", "E014"].includes(String(data.code)), text);
    for (let round = 0; round < 5; round++) {
      const answers = await Promise.all(Array.from({ length: 8 }, () => count("live")));
      for (const { data, text } of answers) assert.equal(data.count, expected, text);
    }
    assert.deepEqual(answered, [], "the hanging one still holds all its calls");
    await server.stop("SIGKILL");
    await Promise.all(stuck);
  },
);

liveTest(
  "tool calls that are alike and in flight at once ask Odoo once, those that differ ask for themselves",
  async (odoo) => {
    const { url, database, username, password } = odoo;
    await using proxy = slowSearch(url);
    await using server = await withConfig({ odoo: { url: proxy.url, database, username, password } });
    await using client = await connectHttp(server.url);
    const search = (limit: number) => call(client, "search_records", { model: "res.partner", fields: ["name"], limit });
    await search(1);
    const ask = async (limits: number[]) => {
      proxy.taken();
      const answers = await Promise.all(limits.map(search));
      assert.deepEqual(answers.map(({ data }) => Number(data.count)), limits);
      return proxy.taken();
    };
    assert.equal(await ask(Array.from({ length: 40 }, () => 5)), 1);
    assert.equal(await ask([2, 3, 4, 6]), 4);
  },
);
