/** SIGHUP: the settings are read again, and nobody notices but by what changed. */
import assert from "node:assert/strict";
import { runProgram } from "../cli/program.ts";
import { call, connectHttp, type HttpServer, startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";

/** A server of the demo company, and its config file to change. */
async function start(config: object): Promise<HttpServer & { write(config: unknown): Promise<void> }> {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-reload-" });
  const file = `${folder}/config.json`;
  const write = (next: unknown) => Deno.writeTextFile(file, typeof next === "string" ? next : JSON.stringify(next));
  await write({ demo: true, ...config });
  const server = await startHttp(["--config", file]);
  return {
    ...server,
    write,
    async [Symbol.asyncDispose]() {
      await server.stop();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

const times = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;
const TAKEN = /are in use/g;
const REFUSED = /goes on with those it has/g;

Deno.test({
  name: "settings read again are in use for the next request, and of the calls meanwhile none is dropped",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using server = await start({ toolsets: ["core"] });
    // A client keeps the list for some minutes, so each look is a new one's.
    const names = async () => {
      await using client = await connectHttp(server.url);
      return (await client.listTools()).tools.map(({ name }) => name);
    };
    assert.ok(!(await names()).includes("post_message"));
    let done = false;
    const loops = Array.from({ length: 4 }, async () => {
      await using other = await connectHttp(server.url);
      let calls = 0;
      for (; !done; calls++) {
        const { isError, text } = await call(other, "count_records", { model: "res.partner" });
        assert.equal(isError, false, text);
      }
      return calls;
    });
    for (let reload = 1; reload <= 3; reload++) {
      await server.write({ demo: true, toolsets: reload === 2 ? ["core"] : ["core", "messaging"] });
      server.process.kill("SIGHUP");
      await until(() => Promise.resolve(times(server.log(), TAKEN) === reload));
    }
    done = true;
    for (const calls of await Promise.all(loops)) assert.ok(calls > 0);
    // The old one may answer until it has left.
    await until(async () => (await names()).includes("post_message"));
  },
});

Deno.test({
  name: "new settings that can't be used are refused with the reason, and the old ones stay in use",
  ignore: Deno.build.os !== "linux",
  async fn() {
    await using server = await start({ toolsets: ["core"] });
    await using client = await connectHttp(server.url);
    const wrong: [unknown, RegExp][] = [
      [{ demo: true, toolsets: ["cores"] }, /toolsets.*is not/],
      ["{ not json", /config\.json/],
      [{ demo: true, tools: ["no_such_tool"] }, /there is no tool/],
      [{ demo: true, security: { keys: "/nowhere/keys.json" } }, /keys file/],
    ];
    for (const [index, [config, why]] of wrong.entries()) {
      await server.write(config);
      server.process.kill("SIGHUP");
      await until(() => Promise.resolve(times(server.log(), REFUSED) === index + 1));
      assert.match(server.log().split("\n").findLast((line) => line.match(REFUSED)) ?? "", why);
      assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
    }
    await server.write({ demo: true });
    server.process.kill("SIGHUP");
    await until(() => Promise.resolve(times(server.log(), TAKEN) > 0));
    assert.equal((await call(client, "count_records", { model: "res.partner" })).isError, false);
    assert.equal(times(server.log(), REFUSED), 4, server.log());
  },
});

Deno.test("a port that another program has is still refused at the start", async () => {
  await using server = await start({});
  const flags = ["--demo", "--transport", "http", "--host", "127.0.0.1", "--port", server.url.port];
  const { code, stderr } = await runProgram(["serve", ...flags]);
  assert.equal(code, 1);
  assert.match(stderr, /Cannot serve.*in use/i);
});
