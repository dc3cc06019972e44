import type { CountingProxy } from "./counting_proxy.ts";
import { interleave, percentile, table } from "./measure.ts";
import { jsonCall, type Target } from "./odoo.ts";
import type { Session } from "./sessions.ts";

const MODEL = "res.partner.category";
const NAME = "bench";

/** A raw script that does the same without a look, a check or a way back. */
type Raw = (method: string, args: unknown[]) => Promise<unknown>;

interface Change {
  name: string;
  rounds: number;
  raw: (raw: Raw) => Promise<unknown>;
  tool: (session: Session) => Promise<unknown>;
}

const operations = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ op: "create", model: MODEL, values: { name: `${NAME} ${index}` } }));
const values = (count: number) => Array.from({ length: count }, (_, index) => ({ name: `${NAME} ${index}` }));

/** Changes through the tools, and by a raw script that does the same unsafely: time and requests to Odoo. */
export async function writingTable(
  { target, uid, proxy, session }: { target: Target; uid: number; proxy: CountingProxy; session: Session },
): Promise<string> {
  const straight: Target = { ...target, url: proxy.url };
  const raw: Raw = async (method, args) => JSON.parse(await jsonCall(straight, uid, MODEL, method, args, {})).result;
  const [id] = await raw("create", [[{ name: NAME }]]) as number[];
  let turn = 0;
  const fresh = () => ({ color: turn++ % 12 });
  const changes: Change[] = [
    {
      name: "create 1",
      rounds: 20,
      raw: (raw) => raw("create", [{ name: NAME }]),
      tool: (session) => session.call("create_record", { model: MODEL, values: [{ name: NAME }] }),
    },
    {
      name: "create 1 with an idempotency key",
      rounds: 20,
      raw: (raw) => raw("create", [{ name: NAME }]),
      tool: (session) =>
        session.call("create_record", {
          model: MODEL,
          values: [{ name: NAME }],
          idempotency_key: crypto.randomUUID(),
        }),
    },
    {
      name: "update 1",
      rounds: 20,
      raw: (raw) => raw("write", [[id], fresh()]),
      tool: (session) => session.call("update_record", { model: MODEL, ids: [id], values: fresh() }),
    },
    {
      name: "dry run of an update",
      rounds: 20,
      raw: (raw) => raw("read", [[id], ["color"]]),
      tool: (session) => session.call("update_record", { model: MODEL, ids: [id], values: fresh(), dry_run: true }),
    },
    ...[100, 1000].map((count): Change => ({
      name: `batch of ${count.toLocaleString("en")} creates`,
      rounds: 3,
      raw: (raw) => raw("create", [values(count)]),
      tool: (session) => session.call("batch_operation", { operations: operations(count) }),
    })),
  ];
  const lines: (string | number)[][] = [];
  for (const change of changes) {
    await change.tool(session);
    proxy.taken();
    await change.raw(raw);
    const rawRequests = proxy.taken();
    await change.tool(session);
    const requests = proxy.taken();
    const ways = { raw: () => change.raw(raw), tool: () => change.tool(session) };
    const times = await interleave(ways, change.rounds);
    const middle = (name: string) => percentile(times[name]!, 0.5);
    lines.push([change.name, middle("raw"), String(rawRequests), middle("tool"), String(requests)]);
  }
  const left = await raw("search", [[["name", "like", `${NAME}%`]]]) as number[];
  for (let from = 0; from < left.length; from += 1000) await raw("unlink", [left.slice(from, from + 1000)]);
  return table(["change", "raw script, ms", "requests", "tool, ms", "requests"], lines);
}
