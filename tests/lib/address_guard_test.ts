import assert from "node:assert/strict";
import fc from "fast-check";
import { Failure } from "../../src/lib/failure.ts";
import { checkHost, guardAddress, refusedAddress } from "../../src/lib/address_guard.ts";
import { createRpc } from "../../src/odoo/rpc.ts";

const signal = new AbortController().signal;

Deno.test("the metadata address is refused in every form a URL can write it", () => {
  const forms = [
    "http://169.254.169.254",
    "http://169.254.169.254.",
    "http://2852039166",
    "http://0xA9FEA9FE",
    "http://0xa9.0xfe.0xa9.0xfe",
    "http://0251.0376.0251.0376",
    "http://169.254.43518",
    "http://169.16689662",
    "http://%31%36%39.254.169.254",
    "http://①⑥⑨.254.169.254",
    "http://[::ffff:169.254.169.254]",
    "http://[::ffff:a9fe:a9fe]",
    "http://[0:0:0:0:0:ffff:a9fe:a9fe]",
    "http://[::169.254.169.254]",
    "http://[64:ff9b::169.254.169.254]",
    "http://[2002:a9fe:a9fe::]",
    "http://[fd00:ec2::254]",
    "http://[fd00:0ec2:0:0::254]",
    "http://100.100.100.200",
    "http://[fe80::1]",
    "http://0.0.0.0",
    "http://0",
    "http://[::]",
  ];
  for (const form of forms) {
    assert.throws(
      () => createRpc({ baseUrl: form }),
      (error) => error instanceof Failure && error.code === "E001",
      form,
    );
    assert.throws(() => createRpc({ baseUrl: "https://odoo.example", proxy: form }), Failure, `proxy ${form}`);
  }
});

Deno.test("hosts people have Odoo on are not refused", () => {
  for (
    const host of [
      "127.0.0.1",
      "[::1]",
      "10.1.2.3",
      "192.168.1.5",
      "172.16.0.1",
      "8.8.8.8",
      "[fd12::5]",
      "odoo.example",
    ]
  ) {
    checkHost(host, "odoo.url");
    assert.equal(refusedAddress(host), null, host);
  }
});

Deno.test("every link-local address is refused, alone and inside every carrier; every other IPv4 outside the list is not", () => {
  const byte = fc.integer({ min: 0, max: 255 });
  fc.assert(fc.property(byte, byte, (c, d) => {
    const hex = `a9fe:${(c * 256 + d).toString(16)}`;
    for (const form of [`169.254.${c}.${d}`, `::ffff:${hex}`, `64:ff9b::${hex}`, `2002:${hex}::9`]) {
      assert.notEqual(refusedAddress(form), null, form);
    }
  }));
  fc.assert(fc.property(fc.integer({ min: 1, max: 223 }), byte, byte, byte, (a, b, c, d) => {
    const text = `${a}.${b}.${c}.${d}`;
    fc.pre(!(a === 169 && b === 254) && !["100.100.100.200", "168.63.129.16", "192.0.0.192"].includes(text));
    assert.equal(refusedAddress(text), null);
    assert.equal(refusedAddress(`::ffff:${text}`), null);
  }));
});

Deno.test("a name that comes to resolve to a refused address is refused from then on, and asked about again", async () => {
  let addresses = ["192.0.2.1"];
  let time = 0;
  let asked = 0;
  const guard = guardAddress("odoo.example", () => Promise.resolve((asked++, addresses)), () => time);
  await guard(signal);
  await guard(signal);
  assert.equal(asked, 1, "an answer counts for some seconds");
  addresses = ["192.0.2.1", "169.254.169.254"];
  time += 60_000;
  await assert.rejects(guard(signal), /odoo\.example: its name resolves to 169\.254\.169\.254/);
  await assert.rejects(guard(signal), /resolves to/, "a refusal is not remembered as good");
  addresses = [];
  await guard(signal);
});

Deno.test("no request leaves for a name that resolves to a refused address", async () => {
  let requests = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => {
    requests++;
    return new Response("{}");
  });
  const rpc = createRpc({
    baseUrl: `http://localhost.:${server.addr.port}`,
    lookup: () => Promise.resolve(["fd00:ec2::254"]),
  });
  const failure = await rpc.get("/x", signal).catch((error: unknown) => error);
  rpc.close();
  await server.shutdown();
  assert.ok(failure instanceof Failure && failure.code === "E001" && failure.applied === "no");
  assert.deepEqual([requests, failure.retryable], [0, false]);
});
