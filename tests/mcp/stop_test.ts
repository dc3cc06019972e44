import assert from "node:assert/strict";
import { answerOf, COUNTED } from "../binary/counting_odoo.ts";
import { call, connectHttp, type Era, startHttp } from "../support/server.ts";
import { until } from "../support/until.ts";

for (const era of ["2025-11-25", "2026-07-28"] satisfies Era[]) {
  Deno.test(`SIGTERM over HTTP lets the call in flight finish, for clients of ${era}`, async () => {
    const arrived = Promise.withResolvers<void>();
    const held = Promise.withResolvers<void>();
    const odoo = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const { service, method, args } = (await request.json()).params;
      const name = service === "object" ? `${args[3]}.${args[4]}` : `${service}.${method}`;
      if (name.endsWith(".search_count")) {
        arrived.resolve();
        await held.promise;
      }
      return Response.json({ jsonrpc: "2.0", id: 1, result: answerOf(name) });
    });
    const env = {
      ODOO_URL: `http://127.0.0.1:${odoo.addr.port}`,
      ODOO_DB: "db",
      ODOO_USERNAME: "admin",
      ODOO_PASSWORD: "secret",
    };
    try {
      await using server = await startHttp(["--mode", "read-only"], env);
      await using client = await connectHttp(server.url, era);
      const counting = call(client, "count_records", { model: "res.partner" });
      // Where it fails at once, that is what the test should say.
      await Promise.race([arrived.promise, counting]);
      const stopped = server.stop();
      await until(() => Promise.resolve(server.log().includes("stopping")));
      held.resolve();
      assert.equal((await counting).data["count"], COUNTED);
      assert.equal(await stopped, 0);
    } finally {
      held.resolve();
      await odoo.shutdown();
    }
  });
}
