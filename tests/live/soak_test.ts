import assert from "node:assert/strict";
import { NO_CLUSTER } from "../support/cluster.ts";
import { liveTest } from "../support/live.ts";
import { ownOdoo } from "../support/own_odoo.ts";
import { soak } from "../support/soak_run.ts";

liveTest(
  "replicas, Redis and Odoo killed under load: no wrong answer, nothing twice, no confirmed write lost",
  async () => {
    await using odoo = await ownOdoo("soak");
    if (odoo === null) return;
    const { live, restart } = odoo;
    const report = await soak({ live, seconds: 18, callers: 6, killEveryMs: 1500, restartOdoo: restart });
    assert.deepEqual(report.wrong, []);
    assert.ok(report.reads > 50 && report.creates > 10 && report.updates > 10, JSON.stringify(report));
    assert.deepEqual([...report.recoveries.keys()].sort(), ["Odoo", "Redis", "a replica"]);
  },
  NO_CLUSTER,
);
