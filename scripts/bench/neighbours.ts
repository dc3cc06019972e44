/**
 * `deno run -A scripts/bench/neighbours.ts`: a count on one Odoo alone, and beside one that is dead and asked all the time
 * and one that hangs with calls in flight, interleaved. Needs the real Odoo that `scripts/live_odoo.sh env` names.
 */
import { freePort, listen, untilClosed } from "../../tests/odoo/sockets.ts";
import { startHttp } from "../../tests/support/server.ts";
import { interleave, percentile, table } from "./measure.ts";
import { overHttp } from "./sessions.ts";

const ROUNDS = 300;
const HANGING = 8;

const { ODOO_URL, ODOO_DB, ODOO_USERNAME, ODOO_PASSWORD } = Deno.env.toObject();
const live = { url: ODOO_URL, database: ODOO_DB, username: ODOO_USERNAME, password: ODOO_PASSWORD };
const tarpit = listen(untilClosed);
const dead = { ...live, url: `http://127.0.0.1:${freePort()}` };

async function start(instances: unknown) {
  const file = await Deno.makeTempFile({ suffix: ".json" });
  await Deno.writeTextFile(file, JSON.stringify({ instances }));
  const server = await startHttp(["--config", file]);
  await Deno.remove(file);
  return { server, session: overHttp(server.url.href, server.process.pid) };
}

const alone = await start({ live });
const beside = await start({ live, dead, tarpit: { ...live, url: tarpit.url } });
// No two are alike, so that each reaches Odoo.
const question = () => ({ model: "res.partner", domain: [["name", "!=", crypto.randomUUID()]] });
const ask = (instance: string) => beside.session.call("count_records", { ...question(), instance });
for (let nth = 0; nth < HANGING; nth++) ask("tarpit").catch(() => {/* its deadline */});
const asking = setInterval(() => void ask("dead").catch(() => {/* it is dead */}), 50);
const times = await interleave({
  alone: () => alone.session.call("count_records", question()),
  "beside a dead and a hanging one": () => ask("live"),
}, ROUNDS);
clearInterval(asking);
console.log(table(
  ["Odoo", "p50 ms", "p99 ms"],
  Object.entries(times).map(([name, ms]) => [name, percentile(ms, 0.5), percentile(ms, 0.99)]),
));
await Promise.all([alone, beside].map(({ server }) => server.stop("SIGKILL")));
await tarpit[Symbol.asyncDispose]();
