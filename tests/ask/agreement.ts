import assert from "node:assert/strict";
import fc from "fast-check";
import { searchRecords } from "../../src/ask/mod.ts";
import type { Json } from "../../src/lib/json.ts";
import type { Odoo } from "../../src/odoo/mod.ts";
import { fulfils, type Tree, trees } from "./trees.ts";
import { readWorld } from "./world.ts";

/** Random `where` trees find exactly the records that an evaluation over the records read whole finds. */
export async function agreesWithEvaluation(odoo: Odoo, model: string, numRuns: number, seed: number): Promise<void> {
  let world = await readWorld(odoo);
  const { size } = world.records.get(model)!;
  assert.ok(size > 10, `${size} records of ${model}`);
  const find = async (where: Tree[]) =>
    // A condition on "active" shows archived records by itself: both ways all records count.
    await searchRecords(odoo, { model, where, fields: ["id"], limit: 500, order: "id", include_archived: true });
  const expected = (where: Tree[]) =>
    [...world.records.get(model)!].filter(([, record]) => fulfils(world, model, record, { all: where }))
      .map(([id]) => id).sort((a, b) => a - b);
  await fc.assert(
    fc.asyncProperty(fc.array(trees(world, model), { minLength: 1, maxLength: 2 }), async (where) => {
      let page = await find(where);
      if (!sameIds(page.rows, expected(where))) {
        // Others work in the same Odoo: what they changed meanwhile is read anew.
        world = await readWorld(odoo);
        page = await find(where);
      }
      assert.equal(page.has_more, false);
      assert.deepEqual(page.rows.map(([id]) => id), expected(where), JSON.stringify(page.domain));
    }),
    { numRuns, seed },
  );
}

function sameIds(rows: Json[][], ids: number[]): boolean {
  return rows.length === ids.length && rows.every(([id], at) => id === ids[at]);
}
