import assert from "node:assert/strict";
import { Failure } from "../../src/lib/failure.ts";
import type { WireRequest } from "../../src/odoo/codec/codec.ts";
import { createRpc, type Rpc } from "../../src/odoo/rpc.ts";
import { failureOf, never } from "./calls.ts";
import { freePort, listen, serveHttp, untilClosed, write } from "./sockets.ts";

const request: WireRequest = {
  path: "/jsonrpc",
  headers: { "Content-Type": "application/json" },
  body: new TextEncoder().encode('{"é": 1}'),
};

function connect(baseUrl: string, rest: { maxBytes?: number; ca?: string; proxy?: string } = {}): Rpc & Disposable {
  const rpc = createRpc({ baseUrl, ...rest });
  return { ...rpc, [Symbol.dispose]: () => rpc.close() };
}

const sanitize = { sanitizeOps: true, sanitizeResources: true };

Deno.test("a request goes out whole, with its length, below the path of the address", sanitize, async () => {
  const seen: string[] = [];
  await using server = serveHttp(async (got) => {
    seen.push(`${got.method} ${new URL(got.url).pathname} ${got.headers.get("content-length")}`);
    seen.push(`${got.headers.get("transfer-encoding")} ${got.headers.get("cookie")} ${await got.text()}`);
    return new Response("ü", { status: 418, headers: { "Content-Type": "Text/HTML", "Set-Cookie": "session_id=x" } });
  });
  using rpc = connect(`${server.url}/erp/`);
  for (const _ of [1, 2]) {
    const answer = await rpc.send(request, never);
    const { date, ...rest } = answer;
    assert.match(date ?? "", / GMT$/);
    assert.deepEqual(rest, { status: 418, contentType: "text/html", retryAfterS: null, body: "ü" });
  }
  const once = ["POST /erp/jsonrpc 9", 'null null {"é": 1}'];
  assert.deepEqual(seen, [...once, ...once]);
});

Deno.test("Retry-After is told in seconds, as a number or a date", sanitize, async () => {
  let header = "7";
  await using server = serveHttp(() => new Response("", { status: 429, headers: { "Retry-After": header } }));
  using rpc = connect(server.url);
  assert.equal((await rpc.send(request, never)).retryAfterS, 7);
  header = new Date(Date.now() + 3_600_000).toUTCString();
  const seconds = (await rpc.send(request, never)).retryAfterS!;
  assert(seconds > 3000 && seconds <= 3601, String(seconds));
  header = "soon";
  assert.equal((await rpc.send(request, never)).retryAfterS, null);
});

Deno.test("where nothing listens the request surely never left", sanitize, async () => {
  const port = freePort();
  using rpc = connect(`http://127.0.0.1:${port}`);
  const failure = await failureOf(rpc.send(request, never));
  assert.deepEqual([failure.code, failure.applied, failure.retryable], ["E001", "no", true]);
  assert.equal(failure.message, `Cannot reach Odoo at http://127.0.0.1:${port}: nothing listens there.`);
});

Deno.test("an unknown host name is told as such", sanitize, async () => {
  using rpc = connect("http://no-such-host.invalid");
  const failure = await failureOf(rpc.send(request, never));
  assert.deepEqual([failure.code, failure.applied], ["E001", "no"]);
  assert.match(failure.message, /name/);
});

Deno.test("a connection that closes before the answer leaves open what happened", sanitize, async () => {
  await using server = listen(async () => {});
  using rpc = connect(server.url);
  const failure = await failureOf(rpc.send(request, never));
  assert.deepEqual([failure.code, failure.applied, failure.retryable], ["E001", "unknown", true]);
  assert.match(failure.message, /before an answer/);
});

Deno.test("a server that dies in the middle of its answer leaves open what happened", sanitize, async () => {
  await using server = listen((connection) => write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"));
  using rpc = connect(server.url);
  const failure = await failureOf(rpc.send(request, never));
  assert.deepEqual([failure.code, failure.applied, failure.retryable], ["E001", "unknown", true]);
  assert.match(failure.message, /middle of the answer/);
});

Deno.test("what does not speak http is told as such", sanitize, async () => {
  await using server = listen((connection) => write(connection, "SSH-2.0-OpenSSH_9.2\r\n"));
  using rpc = connect(server.url);
  const failure = await failureOf(rpc.send(request, never));
  assert.deepEqual([failure.code, failure.retryable], ["E001", false]);
  assert.match(failure.message, /does not speak http/);
});

Deno.test("https to a port that speaks http is told as such", sanitize, async () => {
  await using server = listen((connection) => write(connection, "HTTP/1.1 400 Bad Request\r\n\r\n"));
  using rpc = connect(server.url.replace("http:", "https:"));
  const failure = await failureOf(rpc.send(request, never));
  assert.deepEqual([failure.code, failure.applied], ["E001", "no"]);
  assert.match(failure.hint, /http:\/\//);
});

Deno.test("a redirect is never followed, and its target is named without its path", sanitize, async () => {
  let posts = 0;
  await using target = serveHttp(() => (posts++, new Response("{}")));
  await using server = serveHttp(() => Response.redirect(`${target.url}/web/login?token=abc`, 302));
  using rpc = connect(server.url);
  const failure = await failureOf(rpc.send(request, never));
  assert.equal(failure.code, "E001");
  assert(failure.message.includes(target.url) && failure.hint.includes(target.url));
  assert(!JSON.stringify(failure).includes("token"));
  assert.equal(posts, 0);
});

Deno.test("an answer over the limit is given up while it is read", sanitize, async () => {
  await using told = serveHttp(() => new Response("x".repeat(2000)));
  await using untold = listen(async (connection) => {
    await write(connection, "HTTP/1.1 200 OK\r\n\r\n");
    for (;;) await write(connection, "x".repeat(1000));
  });
  for (const { url } of [told, untold]) {
    using rpc = connect(url, { maxBytes: 1000 });
    const failure = await failureOf(rpc.send(request, never));
    assert.deepEqual([failure.code, failure.applied], ["E012", "unknown"]);
    assert.equal(failure.details["limit_bytes"], 1000);
  }
});

Deno.test("an answer that is not UTF-8 is refused instead of changed", sanitize, async () => {
  await using server = serveHttp(() => new Response(new Uint8Array([34, 0xe9, 34])));
  using rpc = connect(server.url);
  const failure = await failureOf(rpc.send(request, never));
  assert.deepEqual([failure.code, failure.applied], ["E999", "unknown"]);
});

Deno.test("characters cut in two by the network arrive whole", sanitize, async () => {
  const bytes = new TextEncoder().encode("é€😀");
  await using server = serveHttp(() => {
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        for (const byte of bytes) {
          controller.enqueue(new Uint8Array([byte]));
          await new Promise((resolve) => setTimeout(resolve, 1));
        }
        controller.close();
      },
    });
    return new Response(body);
  });
  using rpc = connect(server.url);
  assert.equal((await rpc.send(request, never)).body, "é€😀");
});

Deno.test(
  "a server that never answers is left when the deadline aborts the signal, with the deadline's own Failure",
  sanitize,
  async () => {
    const control = new AbortController();
    await using server = listen(async (connection) => {
      control.abort(new Failure("E007", "Cannot finish: no answer within 30 s.", { retryable: true }));
      await untilClosed(connection);
    });
    using rpc = connect(server.url);
    const failure = await failureOf(rpc.send(request, control.signal));
    assert.deepEqual([failure.code, failure.applied, failure.retryable], ["E007", "unknown", true]);
    assert.match(failure.message, /30 s/);
  },
);

Deno.test("a cancelled request ends with its connection, in the middle of an answer too", sanitize, async () => {
  const control = new AbortController();
  const closed = Promise.withResolvers<void>();
  {
    await using server = listen(async (connection) => {
      await write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
      control.abort();
      await untilClosed(connection);
      closed.resolve();
    });
    using rpc = connect(server.url);
    const failure = await failureOf(rpc.send(request, control.signal));
    assert.deepEqual([failure.code, failure.applied, failure.details["cancelled"]], ["E007", "unknown", true]);
    await closed.promise;
  }
});

Deno.test("nothing is sent once the signal has aborted", sanitize, async () => {
  await using server = listen(async () => {});
  using rpc = connect(server.url);
  const failure = await failureOf(rpc.send(request, AbortSignal.abort()));
  assert.deepEqual([failure.code, failure.applied], ["E007", "no"]);
  assert.equal(server.requests(), 0);
});

Deno.test(
  "a certificate that is not trusted is told with what to do, and the CA setting makes it trusted",
  sanitize,
  async () => {
    // Made for this test, trusted by nothing else.
    const [ca, cert, key, otherCa] = await Promise.all(
      ["ca.pem", "cert.pem", "key.pem", "other_ca.pem"].map((name) =>
        Deno.readTextFile(new URL(`../fixtures/tls/${name}`, import.meta.url))
      ),
    ) as [string, string, string, string];
    const server = Deno.serve(
      { hostname: "127.0.0.1", port: 0, cert, key, onListen: () => {} },
      () => new Response("ok"),
    );
    const url = `https://localhost:${server.addr.port}`;
    for (const rest of [{}, { ca: otherCa }]) {
      using rpc = connect(url, rest);
      const failure = await failureOf(rpc.send(request, never));
      assert.deepEqual([failure.code, failure.applied, failure.retryable], ["E001", "no", false]);
      assert.match(failure.message, /certificate is not trusted/);
      assert.match(failure.hint, /odoo\.ca_file/);
    }
    {
      using rpc = connect(url, { ca });
      assert.equal((await rpc.send(request, never)).body, "ok");
    }
    {
      using rpc = connect(url.replace("localhost", "127.0.0.1"), { ca });
      assert.match((await failureOf(rpc.send(request, never))).message, /certificate is for another name/);
    }
    await server.shutdown();
  },
);

Deno.test("requests go through a proxy, with the name and password of its address", sanitize, async () => {
  const seen: string[] = [];
  await using proxy = listen(async (connection, text) => {
    seen.push(text.split("\r\n", 1)[0]!, /^proxy-authorization: (.*)$/im.exec(text)?.[1] ?? "");
    await write(connection, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
  });
  using rpc = connect("http://odoo.invalid", { proxy: proxy.url.replace("http://", "http://me:s%40fe@") });
  assert.equal((await rpc.send(request, never)).body, "ok");
  assert.deepEqual(seen, ["POST http://odoo.invalid/jsonrpc HTTP/1.1", `Basic ${btoa("me:s@fe")}`]);
});

Deno.test("an unusable address, CA or proxy is refused with the setting's name", () => {
  const bad = [
    [{ baseUrl: "ftp://x" }, /odoo\.url/],
    [{ baseUrl: "localhost:8069" }, /odoo\.url/],
    [{ baseUrl: "http://admin:pw@x" }, /odoo\.url/],
    [{ baseUrl: "http://x", ca: "garbage" }, /odoo\.ca_file/],
    [{ baseUrl: "http://x", proxy: "garbage" }, /odoo\.proxy/],
  ] as const;
  for (const [options, message] of bad) {
    assert.throws(
      () => createRpc(options),
      (error) =>
        error instanceof Failure && error.code === "E001" && message.test(error.message) &&
        !/pw|garbage/.test(error.message),
    );
  }
});

// Not sanitized: when it refuses a host, Deno 2.7 itself leaves the request's body open.
Deno.test("a host outside the sandbox is told as such", {
  permissions: { net: ["127.0.0.1:1234"] },
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  using rpc = connect("http://127.0.0.1:4321");
  const failure = await failureOf(rpc.send(request, never));
  assert.deepEqual([failure.code, failure.applied], ["E001", "no"]);
  assert.match(failure.hint, /sandbox/);
});
