import assert from "node:assert/strict";
import { jsonCall, login } from "../../scripts/bench/odoo.ts";
import { runFaults, WRITES } from "../support/fault_run.ts";
import { liveTest } from "../support/live.ts";
import { call, connectHttp, startHttp } from "../support/server.ts";

liveTest(
  "a hundred writes through a line that breaks at random: every answer is true, nothing is there twice",
  async (live) => {
    const seed = 7;
    const report = await runFaults({ live, writes: 100, callers: 8, seed, rate: 0.05 });
    assert.deepEqual(report.lies, [], `seed ${seed}`);
    const sum = (pick: (kind: typeof WRITES[number]) => number) =>
      WRITES.reduce((total, kind) => total + pick(kind), 0);
    assert.equal(sum((kind) => report.counts[kind].writes), 100);
    assert.ok([...report.faults.values()].some((times) => times > 0), "nothing was broken");
    const uncertain = sum((kind) => report.counts[kind].uncertain.there + report.counts[kind].uncertain.absent);
    assert.ok(uncertain <= 10, `${uncertain} of 100 ended as E009`);
  },
);

liveTest(
  "a server killed in the middle of 200 keyed creates, and all of them repeated, makes exactly 200",
  async (live) => {
    const run = `killed ${crypto.randomUUID().slice(0, 8)}`;
    const uid = await login(live);
    const odoo = async (method: string, args: unknown[], kwargs = {}) =>
      JSON.parse(await jsonCall(live, uid, "res.partner", method, args, kwargs)).result;
    const all = [["name", "like", `${run} %`]];
    const args = ["--odoo-url", live.url, "--odoo-database", live.database];
    // A store of its own each time: what the killed one knew is lost, as with a container's disk.
    const env = () => ({
      ODOO_USERNAME: live.username,
      ODOO_PASSWORD: live.password,
      XDG_STATE_HOME: Deno.makeTempDirSync({ prefix: "odoo-mcp-killed-" }),
    });
    const folders: string[] = [];
    const start = async () => {
      const own = env();
      folders.push(own.XDG_STATE_HOME);
      return await startHttp(args, own);
    };

    /** Sends all 200, a few at once; answers the ids that were told. */
    const sendAll = async (url: URL, onDone: (count: number) => void) => {
      await using client = await connectHttp(url);
      const ids = new Map<number, number>();
      let next = 0;
      await Promise.all(Array.from({ length: 4 }, async () => {
        while (next < 200) {
          const nth = next++;
          const values = { name: `${run} ${nth}`, color: nth % 10 };
          const request = { model: "res.partner", values, idempotency_key: `${run} ${nth}` };
          const answer = await call(client, "create_record", request);
          assert.equal(answer.isError, false, answer.text);
          ids.set(nth, Number(answer.data.ids![0]));
          onDone(ids.size);
        }
      }));
      return ids;
    };

    try {
      const first = await start();
      await assert.rejects(sendAll(first.url, (count) => {
        if (count === 100) first.process.kill("SIGKILL");
      }));
      await first.stop();
      const before = await odoo("search_count", [all]);
      assert.ok(before >= 100 && before < 200, `${before} were made before the kill`);

      await using second = await start();
      const ids = await sendAll(second.url, () => {});
      const rows = await odoo("search_read", [all], { fields: ["name"] }) as { id: number; name: string }[];
      assert.equal(rows.length, 200);
      for (const { id, name } of rows) assert.equal(ids.get(Number(name.split(" ").at(-1))), id, name);
    } finally {
      const made = await odoo("search", [all]);
      if (made.length > 0) await odoo("unlink", [made]);
      for (const folder of folders) Deno.removeSync(folder, { recursive: true });
    }
  },
);
