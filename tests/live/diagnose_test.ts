import assert from "node:assert/strict";
import { Secret } from "../../src/lib/secret.ts";
import { diagnose } from "../../src/odoo/diagnose/diagnose.ts";
import type { Finding } from "../../src/odoo/diagnose/finding.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";

async function findings(
  odoo: LiveOdoo,
  who: { database?: string; username?: string; password?: string },
): Promise<Finding[]> {
  const { database = odoo.database, username = odoo.username, password = odoo.password } = who;
  const options = { baseUrl: odoo.url, protocol: "auto", database, username, password: new Secret(password) } as const;
  return await Array.fromAsync(diagnose(options, new AbortController().signal));
}

liveTest("an Odoo that works passes every step, with its version and the user's rights", async (odoo) => {
  const all = await findings(odoo, {});
  assert.ok(all.every(({ verdict }) => verdict === "ok" || verdict === "skipped"), JSON.stringify(all));
  const names = [
    "dns",
    "tcp",
    "tls",
    "http",
    "odoo",
    "version",
    "protocols",
    "database",
    "login",
    "two-factor",
    "api keys",
  ];
  assert.deepEqual(all.slice(0, names.length + 1).map(({ name }) => name), [...names, "user"]);
  assert.match(all.find(({ name }) => name === "version")!.message, /^Odoo \d+/);
  assert.equal(all.find(({ name }) => name === "rights on res.partner")?.message, "read, create, write, unlink");
});

liveTest("a wrong database and a wrong user fail at the login, told apart", async (odoo) => {
  const database = (await findings(odoo, { database: "no_such_database" })).at(-1)!;
  const user = (await findings(odoo, { username: "nobody@example.com" })).at(-1)!;
  assert.deepEqual([database.name, user.name], ["database", "login"]);
  assert.match(database.message, /database "no_such_database"/);
  assert.match(user.message, /nobody@example\.com/);
});
