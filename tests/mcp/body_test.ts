import assert from "node:assert/strict";
import { messagesIn, readBody } from "../../src/mcp/body.ts";

const ADDRESS = "http://127.0.0.1/mcp";

/** A request whose body comes in these parts; undefined for one that never comes. */
function sent(parts: (string | undefined)[], headers: Record<string, string> = {}): Request {
  const rest = [...parts];
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (rest.length === 0) return controller.close();
      const part = rest.shift();
      if (part === undefined) return new Promise(() => {});
      controller.enqueue(new TextEncoder().encode(part));
    },
  });
  return new Request(ADDRESS, { method: "POST", body, headers });
}

async function outcome(request: Request, most = 10, ms = 60_000): Promise<string | number> {
  const read = await readBody(request, most, ms);
  return "refused" in read ? read.refused.status : new TextDecoder().decode(read.bytes);
}

Deno.test("a body is read whole, whatever parts it comes in", async () => {
  assert.equal(await outcome(sent(["a", "", "bc", "d"])), "abcd");
  assert.equal(await outcome(sent(["abcd"])), "abcd");
  assert.equal(await outcome(sent([])), "");
  assert.equal(await outcome(new Request(ADDRESS, { method: "POST" })), "");
  assert.equal(await outcome(sent(["0123456789"])), "0123456789");
});

Deno.test("a body that is too large is refused, by what it says before it is read, and by what comes", async () => {
  assert.equal(await outcome(sent(["0123456789", "0"])), 413);
  assert.equal(await outcome(sent([undefined], { "content-length": "11" })), 413);
});

Deno.test("a body that does not come is given up, and one that breaks off is refused", async () => {
  assert.equal(await outcome(sent(["a", undefined]), 10, 5), 408);
  const broken = new ReadableStream({ start: (controller) => controller.error(new Error("gone")) });
  assert.equal(await outcome(new Request(ADDRESS, { method: "POST", body: broken })), 400);
});

Deno.test("JSON that nests too deep is refused before it is parsed; brackets in texts are no nesting", async () => {
  const nested = (open: string, close: string, depth: number) => open.repeat(depth) + close.repeat(depth);
  const size = 1_000_000;
  for (const [open, close] of [["[", "]"], ['{"a":', "}"], ['["x[",', "]"]] as const) {
    assert.equal(await outcome(sent([nested(open, close, 251)]), size), 400);
    assert.notEqual(await outcome(sent([nested(open, close, 250)]), size), 400);
  }
  for (
    const text of [
      JSON.stringify("[".repeat(999)),
      JSON.stringify('\\"'.repeat(99) + "{".repeat(999)),
      "[]".repeat(999),
    ]
  ) {
    assert.equal(await outcome(sent([text]), size), text);
    // In parts that end anywhere, in an escape too.
    assert.equal(await outcome(sent(text.match(/.{1,7}/g)!), size), text);
  }
});

Deno.test("the messages of a body are counted, however it begins", () => {
  const count = (text: string) => messagesIn(new TextEncoder().encode(text));
  assert.deepEqual(["[{},{},{}]", "\n\t [1,2]", "[]", "{}", "", "[1,", '"[1,2]"'].map(count), [3, 2, 1, 1, 1, 1, 1]);
});
