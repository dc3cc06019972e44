import assert from "node:assert/strict";
import fc from "fast-check";
import { postMessage } from "../../src/change/mod.ts";
import { toHtml } from "../../src/change/message_body.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import type { Odoo, Wrap } from "../../src/odoo/mod.ts";
import { broken, failureOf } from "../odoo/calls.ts";
import { agreeing, company, Declined, declining } from "./company.ts";

const MODEL = "sale.order";

async function bodies(odoo: Odoo): Promise<unknown[]> {
  const rows = await odoo.call("mail.message", "search_read", { params: { domain: [], fields: ["body"] } });
  return (rows as JsonObject[]).map((row) => row["body"]);
}

Deno.test("a note stays among colleagues and needs no confirmation", async () => {
  const { odoo, sent, changes } = await company();
  const options = agreeing();
  const answer = await postMessage(odoo, { model: MODEL, ids: [3], body: "Called <them> & agreed.\nTwice" }, options);
  assert.deepEqual([answer.kind, answer.reached, options.plans], ["note", [], []]);
  assert.deepEqual(answer.messages, [{ id: 1, on: { id: 3, display_name: "S00003" } }]);
  assert.deepEqual(changes(), ["message_post"]);
  const post = sent.find(({ method }) => method === "message_post")!;
  assert.deepEqual(post.params, {
    body: "<p>Called &lt;them&gt; &amp; agreed.<br>Twice</p>",
    message_type: "comment",
    subtype_xmlid: "mail.mt_note",
  });
});

Deno.test("html arrives as html; from 17 on Odoo is told so", async () => {
  const { odoo, sent } = await company();
  const request = { model: MODEL, ids: [3], body: "<p>Hi <b>you</b></p>", format: "html" as const };
  await postMessage(odoo, request, agreeing());
  assert.deepEqual(await bodies(odoo), ["<p>Hi <b>you</b></p>"]);
  const version = { text: "19.0", major: 19, minor: 0, edition: "community" as const };
  for (const format of ["html", "text"] as const) {
    // The company itself is a 14, where the parameter changes nothing.
    await postMessage({ ...odoo, version: () => Promise.resolve(version) }, { ...request, format }, agreeing());
    assert.equal(sent.at(-1)?.params["body_is_html"], true, format);
  }
});

Deno.test("a text is kept to the letter, whatever it holds", () => {
  fc.assert(fc.property(fc.string().filter((text) => text.trim() !== "" && !/\r/.test(text)), (text) => {
    const shown = toHtml(text, "text").replaceAll("<br>", "\n").replaceAll("</p><p>", "\n\n").replace(/<\/?p>/g, "")
      .replace(/&(lt|gt|quot|amp);/g, (_, name: string) => ({ lt: "<", gt: ">", quot: '"', amp: "&" })[name]!);
    assert.equal(shown, text.trim().replace(/\n{2,}/g, "\n\n"));
  }));
});

Deno.test("a note to a customer is refused, by name and by id; one to a colleague is not", async () => {
  const { odoo, changes } = await company();
  const note = (partners: (string | number)[]) =>
    postMessage(odoo, { model: MODEL, ids: [3], body: "x", partners }, agreeing());
  for (const partner of ["Tulpwerk", 25, "25"]) {
    const failure = await failureOf(note([partner]));
    assert.equal(failure.code, "E004");
    assert.match(failure.message, /a note never leaves the house, and Tulpwerk #25 would get it/);
  }
  assert.equal((await failureOf(note(["nobody of this name"]))).code, "E004");
  assert.equal((await failureOf(note([99_999]))).code, "E005");
  assert.deepEqual(changes(), []);
  const answer = await note(["Owen Castellane"]);
  assert.deepEqual(answer.reached.map(({ name, outside }) => [/Owen/.test(name), outside]), [[true, false]]);
});

Deno.test("a message names whom it reaches and wants a confirmation, however few it reaches", async () => {
  const { odoo, changes, sent } = await company();
  const request = { model: MODEL, ids: [3], body: "Your order is on its way.", kind: "message" as const };
  const declined = declining();
  await assert.rejects(postMessage(odoo, { ...request, partners: ["Tulpwerk"] }, declined), Declined);
  assert.deepEqual(changes(), []);
  const [plan] = declined.plans;
  assert.match(plan!.lines.join("\n"), /Tulpwerk #25 \(outside, info@tulpwerk\.example\)/);
  assert.match(plan!.lines.join("\n"), /it says: "Your order is on its way\."/);
  assert.deepEqual(plan!.look, [25], "a plan no longer fits when it would reach others");
  await assert.rejects(postMessage(odoo, request, declining()), Declined);
  const answer = await postMessage(odoo, { ...request, partners: ["Tulpwerk"] }, agreeing());
  assert.deepEqual(answer.reached.map(({ id }) => id), [25]);
  const post = sent.find(({ method }) => method === "message_post")!;
  assert.deepEqual([post.params["subtype_xmlid"], post.params["partner_ids"]], ["mail.mt_comment", [25]]);
});

Deno.test("followers who want messages are reached, but not the author", async () => {
  const { odoo } = await company();
  // Whoever posts follows from then on.
  await postMessage(odoo, { model: MODEL, ids: [3], body: "x" }, agreeing());
  const dry = { ...agreeing(), dryRun: true as boolean };
  const mine = await postMessage(odoo, { model: MODEL, ids: [3], body: "x", kind: "message" }, dry);
  assert.ok("dry_run" in mine);
  assert.deepEqual(mine.notes, ["it reaches nobody: no one else follows"]);
  const other = { ...odoo, user: async () => ({ ...await odoo.user(), id: 6 }) };
  const theirs = await postMessage(other, { model: MODEL, ids: [3], body: "x", kind: "message" }, dry);
  assert.ok("dry_run" in theirs);
  assert.match(theirs.notes?.join() ?? "", /it reaches Lindenhof Furniture, Nadia Verhoeven #\d+ \(colleague/);
  assert.equal(theirs.plan, "plan token");
});

Deno.test("a repeat with the same key posts nothing again, and another message under it is refused", async () => {
  const { odoo } = await company();
  const options = { ...agreeing(), idempotencyKey: "k" };
  const request = { model: MODEL, ids: [3, 4], body: "once" };
  const first = await postMessage(odoo, request, options);
  const again = await postMessage(odoo, request, options);
  assert.deepEqual(again.messages, first.messages.map((one) => ({ ...one, repeated: true })));
  assert.equal((await failureOf(postMessage(odoo, { ...request, body: "other" }, options))).code, "E008");
  assert.equal((await bodies(odoo)).length, 2);
});

Deno.test("a message whose answer was lost is looked up, and told as posted", async () => {
  const losing: Wrap = (next) => async (call, signal) => {
    const answer = await next(call, signal);
    if (call.method === "message_post") throw broken;
    return answer;
  };
  const { odoo, changes } = await company({ wrap: losing });
  const answer = await postMessage(odoo, { model: MODEL, ids: [3], body: "a < b" }, agreeing());
  assert.deepEqual(answer.messages.map(({ id }) => id), [1]);
  assert.match(answer.notes?.join() ?? "", /looked up/);
  assert.deepEqual(changes(), ["message_post"]);
});

Deno.test("what was posted before a failure is told, and what was not tried", async () => {
  let posts = 0;
  const breaking: Wrap = (next) => (call, signal) => {
    if (call.method === "message_post" && ++posts === 2) return Promise.reject(refusal);
    return next(call, signal);
  };
  const { odoo: plain } = await company();
  const refusal = await failureOf(plain.call("no.such.model", "read", { ids: [1], params: { fields: ["id"] } }));
  const { odoo } = await company({ wrap: breaking });
  const answer = await postMessage(odoo, { model: MODEL, ids: [3, 4, 5], body: "x" }, agreeing());
  assert.deepEqual([answer.messages.map(({ on }) => on.id), answer.failed?.map(({ id }) => id), answer.not_tried], [
    [3],
    [4],
    [5],
  ]);
});

Deno.test("what can't hold messages, is empty, missing or too much is refused before anything is posted", async () => {
  const { odoo, changes } = await company();
  const code = async (request: Partial<Parameters<typeof postMessage>[1]>) =>
    (await failureOf(postMessage(odoo, { model: MODEL, ids: [3], body: "x", ...request }, agreeing()))).code;
  assert.equal(await code({ model: "res.country" }), "E004");
  assert.equal(await code({ body: " \n " }), "E004");
  assert.equal(await code({ body: "a\u0000b" }), "E004");
  assert.equal(await code({ ids: [99_999] }), "E005");
  assert.equal(await code({ ids: Array.from({ length: 51 }, (_, index) => index + 1) }), "E012");
  assert.deepEqual(changes(), []);
});
