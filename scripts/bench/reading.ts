import { encode } from "gpt-tokenizer/encoding/o200k_base";
import type { CountingProxy } from "./counting_proxy.ts";
import { percentile, table } from "./measure.ts";
import { jsonCall, type Target } from "./odoo.ts";
import type { Session } from "./sessions.ts";

/** What one way of answering a question cost. */
interface Cost {
  ms: number;
  requests: number;
  /** Of Odoo's answers, in bytes. */
  bytes: number;
  /** What a model has to read: o200k tokens. */
  tokens: number;
}

/** Asks Odoo directly; every answer's text is what the model would read. */
type Ask = (model: string, method: string, args: unknown[], kwargs: Record<string, unknown>) => Promise<unknown>;

interface Question {
  name: string;
  tool: string;
  inputs: Record<string, unknown>[];
  /** The same as a program without this server does it, and as other servers hand it on: indented JSON. */
  naive: (ask: Ask) => Promise<unknown>;
}

const ROWS = 8_000;
const BIG = "res.partner.category";
const RUNS = 5;

const questions: Question[] = [
  {
    name: "dotted select: 40 order lines with customer's country and product code",
    tool: "complex_search",
    inputs: [{
      model: "sale.order.line",
      fields: ["name", "order_id.partner_id.country_id.code", "product_id.default_code", "price_subtotal"],
      where: [{ field: "display_type", op: "is_not_set" }],
      limit: 40,
    }],
    naive: async (ask) => {
      const read = async (model: string, id: unknown, field: string) => {
        const [row] = await ask(model, "read", [[Array.isArray(id) ? id[0] : id]], { fields: [field] }) as Row[];
        return row?.[field];
      };
      const lines = await ask("sale.order.line", "search_read", [[["display_type", "=", false]]], {
        fields: ["name", "order_id", "product_id", "price_subtotal"],
        limit: 40,
      }) as Row[];
      for (const line of lines) {
        const partner = await read("sale.order", line.order_id, "partner_id");
        const country = await read("res.partner", partner, "country_id");
        line.country = country ? await read("res.country", country, "code") : null;
        line.code = line.product_id ? await read("product.product", line.product_id, "default_code") : null;
      }
      return lines;
    },
  },
  {
    name: "grouped analytics: sales by customer and month with shares",
    tool: "analytics_query",
    inputs: [{
      model: "sale.order",
      group_by: ["partner_id", "date_order:month"],
      measures: ["amount_total:sum", "count"],
    }],
    naive: (ask) =>
      ask("sale.order", "search_read", [[]], { fields: ["partner_id", "date_order", "amount_total", "currency_id"] }),
  },
  {
    name: `big pages: ${ROWS.toLocaleString("en")} rows × 5 fields`,
    tool: "search_records",
    inputs: Array.from({ length: ROWS / 500 }, (_, page) => ({
      model: BIG,
      fields: ["name", "color", "active", "parent_id", "create_date"],
      domain: [["name", "like", "bench %"]],
      order: "id",
      limit: 500,
      offset: page * 500,
      max_tokens: 100_000,
    })),
    naive: (ask) =>
      ask(BIG, "search_read", [[["name", "like", "bench %"]]], {
        fields: ["name", "color", "active", "parent_id", "create_date"],
        order: "id",
      }),
  },
];

type Row = Record<string, unknown>;

/** Reading questions through the tool and the naive way: time, requests, bytes, tokens, and the server's peak memory. */
export async function readingTable(
  { target, uid, proxy, start }: {
    target: Target;
    uid: number;
    proxy: CountingProxy;
    start: () => Promise<Session>;
  },
): Promise<string> {
  const created: number[] = [];
  for (let from = 0; from < ROWS; from += 1000) {
    const values = Array.from({ length: 1000 }, (_, index) => ({ name: `bench ${from + index}` }));
    created.push(...JSON.parse(await jsonCall(target, uid, BIG, "create", [values], {})).result);
  }
  try {
    const lines: (string | number)[][] = [];
    for (const question of questions) {
      await using session = await start();
      const tool = await cost(proxy, () => throughTool(session, question));
      const naive = await cost(proxy, () => naively({ ...target, url: proxy.url }, uid, question));
      lines.push([question.name, ...show(tool), "", ...show(naive), await peakMiB(session.pid)]);
    }
    return table(
      ["question", "ms", "requests", "kB", "tokens", "naive:", "ms", "requests", "kB", "tokens", "peak MiB"],
      lines,
    );
  } finally {
    for (let from = 0; from < created.length; from += 1000) {
      await jsonCall(target, uid, BIG, "unlink", [created.slice(from, from + 1000)], {});
    }
  }
}

async function cost(proxy: CountingProxy, run: () => Promise<string>): Promise<Cost> {
  await run(); // warms the schema cache, as in the middle of a conversation
  const times: number[] = [];
  let text = "";
  proxy.taken();
  proxy.bytes();
  for (let round = 0; round < RUNS; round++) {
    const started = performance.now();
    text = await run();
    times.push(performance.now() - started);
  }
  return {
    ms: percentile(times, 0.5),
    requests: proxy.taken() / RUNS,
    bytes: proxy.bytes() / RUNS,
    tokens: encode(text).length,
  };
}

async function throughTool(session: Session, { tool, inputs }: Question): Promise<string> {
  const texts: string[] = [];
  for (const input of inputs) texts.push(JSON.parse(await session.call(tool, input)).result.content[0].text);
  return texts.join("\n");
}

async function naively(target: Target, uid: number, { naive }: Question): Promise<string> {
  const answer = await naive(async (model, method, args, kwargs) =>
    JSON.parse(await jsonCall(target, uid, model, method, args, kwargs)).result
  );
  return JSON.stringify(answer, null, 2);
}

function show({ ms, requests, bytes, tokens }: Cost): (string | number)[] {
  return [ms, String(requests), bytes / 1000, tokens.toLocaleString("en")];
}

/** The most memory a process has had, in MiB (Linux). */
async function peakMiB(pid: number): Promise<number> {
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
}
