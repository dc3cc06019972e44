import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { Sending } from "./batch_send.ts";
import type { Step } from "./batch_step.ts";
import { differences } from "./differences.ts";
import { DoesNotFit, type LoadRows, toLoadRows } from "./once_rows.ts";
import type { Label } from "./records.ts";
import { sendAndLook, type Sight } from "./uncertain.ts";
import { lookForUpdated } from "./uncertain_update.ts";

/**
 * Writes different values to records of one model in one transaction, through Odoo's import by database id, which 14 to 19
 * have alike. Or says why that can't be.
 */
export async function writeRows(
  odoo: Odoo,
  steps: readonly Step[],
): Promise<{ send: (batch: Sending) => Promise<Label[][]> } | { reason: string }> {
  const { model, values: first, place } = steps[0]!;
  const keys = (values: JsonObject) => Object.keys(values).sort().join();
  const other = steps.find(({ values }) => keys(values) !== keys(first));
  if (other !== undefined) return { reason: `operations ${place} and ${other.place} write different fields` };
  const fields = await odoo.fields(model);
  const lined = steps.find(({ values }) =>
    Object.entries(values).some(([name, value]) => Array.isArray(value) && !replaces(fields.get(name)?.type, value))
  );
  if (lined !== undefined) {
    return { reason: `operation ${lined.place} changes lines, and operation ${other ?? place} writes other values` };
  }
  const records = steps.flatMap(({ ids, values, place }) => ids.map((id) => ({ id, values, place })));
  let rows: LoadRows;
  try {
    rows = await toLoadRows(odoo, model, records.map(({ values }) => values), records.map(({ id }) => String(id)));
  } catch (error) {
    if (!(error instanceof DoesNotFit)) throw error;
    return { reason: `the operations write different values, and Odoo's import does not take them (${error.message})` };
  }
  const table = {
    fields: [".id", ...rows.fields.slice(1)],
    data: rows.data.map((row, index) => [String(records[index]!.id), ...row.slice(1)]),
  };
  return {
    send: async (batch) => {
      await batch.key?.sending(steps);
      await sendRows(batch.where.odoo, model, steps, table, records.map((one) => one.place));
      for (const { place, ids } of steps) batch.key?.done.set(place, ids);
      return steps.map(({ labels }) => labels);
    },
  };
}

function replaces(type: string | undefined, value: Json[]): boolean {
  const [command] = value;
  return type === "many2many" && value.length === 1 && Array.isArray(command) && (command[0] === 6 || command[0] === 5);
}

async function sendRows(
  odoo: Odoo,
  model: string,
  steps: readonly Step[],
  { fields, data }: LoadRows,
  places: readonly number[],
): Promise<void> {
  const ids = [...new Set(steps.flatMap((step) => step.ids))];
  const shown = `${ids.slice(0, 20).join(", ")}${ids.length > 20 ? ", …" : ""}`;
  const hasAll = steps.every((step) => step.rows.length === step.ids.length);
  await sendAndLook<null>(odoo, {
    change: {
      model,
      method: "load",
      params: { fields, data },
      // As for creates (`once_create.ts`), and archived records are records too.
      context: { mode: "update", noupdate: true, active_test: false },
      effect: "write",
      check: `Read ${model} ids [${shown}]: one transaction changes all of them or none.`,
    },
    read: (answer) => readAnswer(answer, model, data.length, places),
    look: () => lookForRows(odoo, model, steps),
    harmlessTwice: hasAll,
  });
}

/** The import tells errors in its answer: no ids then, and nothing is kept. */
function readAnswer(answer: Json, model: string, count: number, places: readonly number[]): null {
  if (isObject(answer) && Array.isArray(answer["ids"]) && answer["ids"].length === count) return null;
  const messages = isObject(answer) && Array.isArray(answer["messages"]) ? answer["messages"].filter(isObject) : [];
  const texts = messages.flatMap(({ message, rows }) => {
    if (typeof message !== "string") return [];
    const place = isObject(rows) ? places[Number(rows["from"])] : undefined;
    return [place === undefined ? message : `operation ${place}: ${message}`];
  });
  if (texts.length === 0) {
    throw new Failure("E009", `Cannot tell what was changed in ${model}: Odoo's import answered no list of ids`, {
      applied: "unknown",
    });
  }
  if (texts.some((text) => /could not serialize|deadlock detected|could not obtain lock/i.test(text))) {
    throw new Failure("E008", `Cannot update ${model}: another transaction is at the same records.`, {
      hint: "Nothing was changed. Try again in a moment.",
      retryable: true,
    });
  }
  const more = texts.length > 5 ? `; and ${texts.length - 5} more` : "";
  throw new Failure("E004", `Cannot update ${model}: ${texts.slice(0, 5).join("; ")}${more}`);
}

/** One transaction writes all or none, so the first record that is to change tells of all. */
async function lookForRows(odoo: Odoo, model: string, steps: readonly Step[]): Promise<Sight<null>> {
  const fields = await odoo.fields(model);
  const moving = steps.find(({ values, rows }) => rows.some((row) => differences(fields, values, row, {}).length > 0));
  const { ids, values, rows } = moving ?? steps[0]!;
  return await lookForUpdated(odoo, { model, ids, sent: values, before: rows });
}
