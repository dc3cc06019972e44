/** Business questions, each answered by one tool call, compared with SQL on the same database. */
import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { sql } from "../../scripts/live.ts";
import { startFaulty } from "../support/faulty_odoo.ts";
import { type LiveOdoo, liveOdoo, liveTest } from "../support/live.ts";
import { call, connectStdio, type Tree } from "../support/server.ts";
import { type Question, questions } from "./questions.ts";

const MEDIAN_TOKENS = 400;
const MOST_REQUESTS = 4;

interface Measured {
  question: Question;
  requests: number;
  tokens: number;
}

const own = liveOdoo();
const elsewhere = own !== null && await sql(own, "select 1") === null;
if (elsewhere) console.error("SKIPPED: business questions: SQL reaches only the database of scripts/live_odoo.sh");

liveTest("business questions are answered by one call each, as SQL answers them", async (live, t) => {
  await using proxy = startFaulty(live.url);
  await using client = await connectStdio(["serve"], {
    env: { ODOO_URL: proxy.url, ODOO_DB: live.database, ODOO_USERNAME: live.username, ODOO_PASSWORD: live.password },
  });
  await call(client, "get_context");
  const measured: Measured[] = [];
  for (const question of questions) {
    await t.step(question.ask, async () => {
      const warm = await call(client, question.tool, question.input); // the fields of a new model are read once
      assert.equal(warm.isError, false, warm.text);
      proxy.taken();
      const { text, data } = await call(client, question.tool, question.input);
      measured.push({ question, requests: proxy.taken().length, tokens: encode(text).length });
      assert.deepEqual(found(question, data), await truth(live, question));
    });
  }
  await t.step("their answers are small, and so is what they cost Odoo", () => {
    const tokens = measured.map((one) => one.tokens).sort((a, b) => a - b);
    const requests = measured.map((one) => one.requests);
    const median = tokens[Math.floor(tokens.length / 2)]!;
    console.error(
      `${measured.length} questions: ${median} tokens at the median, ${tokens.at(-1)} at most; ` +
        `${requests.reduce((sum, one) => sum + one, 0)} requests to Odoo, ${Math.max(...requests)} at most`,
    );
    assert.ok(median < MEDIAN_TOKENS, `the median answer takes ${median} tokens`);
    for (const { question, requests } of measured) assert.ok(requests <= MOST_REQUESTS, `${question.ask}: ${requests}`);
  });
}, elsewhere);

/** What the answer says, as SQL would print it. */
function found({ columns, ordered }: Question, data: Tree): string[][] {
  if (columns === undefined) return [[plain(data.count)]];
  const names = (data.columns as unknown as unknown[]).map((one) =>
    typeof one === "string" ? one : (one as { name: string }).name
  );
  const at = columns.map((name) => names.indexOf(name));
  assert.ok(at.every((index) => index >= 0), `columns are ${names.join(", ")}`);
  const rows = (data.rows as unknown as unknown[][]).map((row) => at.map((index) => plain(row[index])));
  return ordered ? rows : rows.sort(byText);
}

async function truth(live: LiveOdoo, { sql: query, ordered }: Question): Promise<string[][]> {
  const rows = (await sql(live, query.replace(/\s+/g, " ")))!.map((row) => row.map(plain));
  return ordered ? rows : rows.sort(byText);
}

/** A value as text: a relation by its name, numbers to the cent, nothing as "". */
function plain(value: unknown): string {
  if (value === null || value === undefined) return "";
  if (Array.isArray(value)) return plain(value[1]);
  if (typeof value === "boolean") return value ? "t" : "f";
  const text = String(value);
  return /^-?\d+(\.\d+)?$/.test(text) ? String(Math.round(Number(text) * 100) / 100) : text.trim();
}

function byText(a: string[], b: string[]): number {
  const [left, right] = [a.join("\t"), b.join("\t")];
  return left < right ? -1 : left > right ? 1 : 0;
}
