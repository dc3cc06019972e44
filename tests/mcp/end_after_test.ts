import assert from "node:assert/strict";
import { endAfter } from "../../src/mcp/end_after.ts";

const stream = { headers: { "content-type": "text/event-stream" } };

Deno.test("a stream that would go on ends when its time is over, and whoever wrote it is told", async () => {
  let cancelled = false;
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(": hello\n\n")),
    cancel: () => void (cancelled = true),
  });
  assert.equal(await endAfter(new Response(body, stream), 20).text(), ": hello\n\n");
  assert.ok(cancelled);
});

Deno.test("a stream that ends by itself arrives whole and leaves no timer behind", async () => {
  const text = "data: x\n\n".repeat(1000);
  const limited = endAfter(new Response(text, { status: 202, ...stream }), 86_400_000);
  assert.deepEqual([limited.status, await limited.text()], [202, text]);
});

Deno.test("a client that goes away is passed on, and an error too", async () => {
  let reason: unknown;
  const body = new ReadableStream({ cancel: (given) => void (reason = given) });
  await endAfter(new Response(body, stream), 86_400_000).body?.cancel("gone");
  assert.equal(reason, "gone");
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error("broken")) });
  await assert.rejects(endAfter(new Response(broken, stream), 86_400_000).text(), /broken/);
});

Deno.test("an answer that does not stream passes as it is", () => {
  const response = Response.json({ done: true });
  assert.equal(endAfter(response, 1), response);
});
