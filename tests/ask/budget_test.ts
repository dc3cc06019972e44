import assert from "node:assert/strict";
import { encode } from "gpt-tokenizer/encoding/o200k_base";
import { countFitting, estimateTokens } from "../../src/ask/budget.ts";

const TEXTS = {
  table:
    "id\tname\temail\tcity\tcountry_id\n7\tAzure Interior\tazure.Interior24@example.com\tFremont\tUnited States #233\n" +
    "10\tDeco Addict\tdeco.addict82@example.com\tPleasant Hill\tUnited States #233\n14\tGemini Furniture\t\tFairfield\t#233",
  money: "S00022\tGemini Furniture #11\tsale\t2026-11-21T12:29:10+01:00\t29640\tMarc Demo #6\t0\t29640\tEurope #1\n" +
    "S00019\tYourCompany, Joel Willis #8\tsale\t2026-10-21T13:29:08+02:00\t2947.5\tMitchell Admin #2",
  json: JSON.stringify({ columns: ["id", "name"], rows: [[7, "Azure Interior"], [10, "Deco Addict"]], has_more: true }),
  prose: "The customer asked whether the delivery can be moved to next week because their warehouse is being rebuilt.",
  german:
    "Der Kunde möchte wissen, ob die Lieferung in die nächste Woche verschoben werden kann, weil das Lager umgebaut wird.",
  japanese: "お客様は、倉庫の改装中のため、納品を来週に変更できるかどうかを尋ねています。",
  arabic: "يسأل العميل عما إذا كان من الممكن تأجيل التسليم إلى الأسبوع المقبل.",
};

for (const [name, text] of Object.entries(TEXTS)) {
  Deno.test(`the estimate of ${name} stays between the true count and half as much again`, () => {
    const real = encode(text).length;
    const estimate = estimateTokens(text);
    assert.ok(estimate >= real * 0.9 && estimate <= real * 1.5, `${estimate} estimated, ${real} real`);
  });
}

Deno.test("rows are cut to the budget, but one always stays", () => {
  const rows = Array.from({ length: 100 }, (_, id) => [id, "Azure Interior", "azure@example.com"]);
  const kept = countFitting(rows, 300, 100);
  assert.ok(kept > 5 && kept < 30, String(kept));
  assert.equal(countFitting(rows, 1, 0), 1);
  assert.equal(countFitting(rows, Infinity, 0), 100);
});
