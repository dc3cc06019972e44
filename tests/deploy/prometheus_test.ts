/** Debian's Prometheus: its own checks of the files, and a real scrape of the real program. */
import assert from "node:assert/strict";
import { debianTest, said } from "../support/debian.ts";
import { freePort } from "../support/free_port.ts";
import { createKeys } from "../support/keys.ts";
import { startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";

const files = new URL("../../scripts/deploy/prometheus/", import.meta.url).pathname;

await debianTest(
  "promtool finds nothing wrong with the rules, and they tell what they should",
  ["promtool"],
  async ({ promtool }) => {
    assert.match(
      await said(promtool, ["check", "rules", "odoo-mcp.rules.yaml"], { cwd: files }),
      /SUCCESS: \d+ rules found/,
    );
    assert.match(await said(promtool, ["test", "rules", "odoo-mcp.rules.test.yaml"], { cwd: files }), /SUCCESS/);
    await said(promtool, ["check", "config", "--syntax-only", "prometheus.yaml"], { cwd: files });
  },
);

await debianTest(
  "Prometheus scrapes the program with a key, and promtool likes what it gets",
  ["prometheus", "promtool"],
  async ({ prometheus, promtool }) => {
    await using keys = await createKeys(["prometheus:viewer"]);
    // Nothing answers there: an Odoo that is down shows as soon as it was looked at.
    const dead = { ODOO_URL: "http://127.0.0.1:9", ODOO_DB: "x", ODOO_USERNAME: "a", ODOO_PASSWORD: "b" };
    await using server = await startHttp(["--security-keys", keys.file], dead);
    const headers = { authorization: `Bearer ${keys.of("prometheus")}` };
    const text = await (await fetch(new URL("/metrics", server.url), { headers })).text();
    await said(promtool, ["check", "metrics"], { input: text });

    const folder = await Deno.makeTempDir({ prefix: "prometheus-" });
    const port = freePort();
    const config = (await Deno.readTextFile(`${files}prometheus.yaml`))
      .replace("localhost:8000", server.url.host).replaceAll(": 15s", ": 1s");
    await Deno.writeTextFile(`${folder}/prometheus.yaml`, config);
    await Deno.writeTextFile(`${folder}/odoo-mcp.key`, keys.of("prometheus"));
    await Deno.copyFile(`${files}odoo-mcp.rules.yaml`, `${folder}/odoo-mcp.rules.yaml`);
    const process = new Deno.Command(prometheus, {
      args: [
        `--config.file=${folder}/prometheus.yaml`,
        `--storage.tsdb.path=${folder}/data`,
        `--web.listen-address=127.0.0.1:${port}`,
        "--log.level=error",
      ],
      stdin: "null",
      stdout: "null",
      stderr: "null",
    }).spawn();
    try {
      const ask = async (query: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]> => {
        const url = `http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(query)}`;
        const response = await fetch(url).catch(() => null);
        return response?.ok ? (await response.json()).data.result : (await response?.body?.cancel(), []);
      };
      await until(async () => (await ask("odoo_mcp_up")).length > 0);
      const [up] = await ask("odoo_mcp_up");
      assert.deepEqual([up!.metric.exported_instance, up!.value[1]], ["default", "0"]);
      const [build] = await ask("odoo_mcp_build_info");
      assert.deepEqual([build!.metric.job, build!.value[1]], ["odoo-mcp", "1"]);
      await until(async () => (await ask('ALERTS{alertname="OdooDown"}')).length > 0);
      const [alert] = await ask('ALERTS{alertname="OdooDown"}');
      assert.equal(alert!.metric.alertstate, "pending");
    } finally {
      process.kill("SIGTERM");
      await process.status;
      await Deno.remove(folder, { recursive: true });
    }
  },
);
