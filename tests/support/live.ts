/**
 * The real Odoo for tests in tests/live. `deno task test` names it in `LIVE_ODOO`; a test file that runs alone looks
 * for `ODOO_URL` and its companions, then for one that `scripts/live_odoo.sh up` has brought up.
 */
import { askScript, fromSettings, type LiveOdoo, type NoOdoo } from "../../scripts/live.ts";

export type { LiveOdoo };

async function find(): Promise<LiveOdoo | NoOdoo> {
  const given = Deno.env.get("LIVE_ODOO");
  if (given !== undefined) return JSON.parse(given);
  return Deno.env.has("ODOO_URL") ? fromSettings(Deno.env.toObject()) : await askScript("env");
}

const found = await find();
if ("reason" in found) console.error(`SKIPPED: the tests that need a real Odoo: ${found.reason}`);

/** The real Odoo, logged in as its administrator; `null` when there is none. */
export function liveOdoo(): LiveOdoo | null {
  return "reason" in found ? null : found;
}

/**
 * A test that gets the real Odoo. Without one it is reported as ignored, and the reason stands above. It cleans up
 * what it creates: all live tests share one database.
 */
export function liveTest(
  name: string,
  run: (odoo: LiveOdoo, t: Deno.TestContext) => Promise<void> | void,
  ignore: boolean = false,
): void {
  const odoo = liveOdoo();
  Deno.test({ name, ignore: ignore || odoo === null, fn: (t) => odoo === null ? undefined : run(odoo, t) });
}
