/** SIGHUP with Odoos that come and go, and a call in flight on one that goes. */
import assert from "node:assert/strict";
import { liveTest } from "../support/live.ts";
import { slowSearch } from "../support/slow_search.ts";
import { call, connectHttp, startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";

liveTest("an Instance comes and another goes by reload, and the call in flight on it is answered", async (odoo) => {
  const { url, database, username, password } = odoo;
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-reload-" });
  const write = (instances: unknown) => Deno.writeTextFile(`${folder}/config.json`, JSON.stringify({ instances }));
  const who = { database, username, password };
  // The same Odoo by two addresses: the Worker of the first settings may not reach the second.
  await using slow = slowSearch(url);
  await using other = slowSearch(url);
  await write({ leaving: { url: slow.url, ...who } });
  await using server = await startHttp(["--config", `${folder}/config.json`]);
  await using client = await connectHttp(server.url);
  const search = { model: "res.partner", fields: ["name"], limit: 3 };
  await call(client, "count_records", { model: "res.partner" });
  slow.taken();
  const inFlight = call(client, "search_records", search);
  await until(() => Promise.resolve(slow.searches() === 1));

  await write({ coming: { url: other.url, ...who } });
  server.process.kill("SIGHUP");
  await until(() => Promise.resolve(server.log().includes("are in use")));
  await until(async () => {
    await using fresh = await connectHttp(server.url);
    return (await call(fresh, "search_records", search)).data.count !== undefined && other.searches() > 0;
  });
  const { data, isError } = await inFlight;
  assert.deepEqual([isError, Number(data.count)], [false, 3]);
  await until(async () => {
    await using fresh = await connectHttp(server.url);
    return (await call(fresh, "count_records", { model: "res.partner", instance: "leaving" })).isError;
  });
  assert.equal(await server.stop(), 0);
  await Deno.remove(folder, { recursive: true });
}, Deno.build.os !== "linux");
