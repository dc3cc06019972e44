import assert from "node:assert/strict";
import { isIpRange } from "../../src/config/ip_range.ts";
import { createIpGate } from "../../src/guard/mod.ts";

Deno.test("without a list everybody may come in", async () => {
  const gate = await createIpGate({ allow: [], trustedProxies: [] });
  assert.ok(gate.admits("203.0.113.7", null) && gate.admits("::1", "x"));
});

Deno.test("addresses and ranges of both families are allowed, however they are written", async () => {
  const { admits } = await createIpGate({
    allow: ["10.0.0.0/8", "192.0.2.7", "2001:db8::/32", "::1"],
    trustedProxies: [],
  });
  for (const ip of ["10.1.2.3", "192.0.2.7", "2001:DB8:1::5", "::1", "::ffff:10.9.9.9", "[2001:db8::1]"]) {
    assert.ok(admits(ip, null), ip);
  }
  for (const ip of ["11.0.0.1", "192.0.2.8", "2001:db9::1", "::2", "::ffff:11.0.0.1", "", "unknown", "10.0.0.1.evil"]) {
    assert.ok(!admits(ip, null), ip);
  }
});

Deno.test("X-Forwarded-For counts only from a trusted proxy", async () => {
  const { admits, clientOf } = await createIpGate({ allow: ["198.51.100.0/24"], trustedProxies: ["10.0.0.0/8"] });
  assert.equal(clientOf("203.0.113.7", "198.51.100.1"), "203.0.113.7");
  assert.ok(!admits("203.0.113.7", "198.51.100.1"));
  assert.equal(clientOf("10.0.0.1", "198.51.100.1"), "198.51.100.1");
  assert.ok(admits("10.0.0.1", "198.51.100.1"));
});

Deno.test("the header is read from the right, so that what a client puts in front of it is not believed", async () => {
  const { clientOf, admits } = await createIpGate({
    allow: ["198.51.100.1"],
    trustedProxies: ["10.0.0.0/8", "2001:db8::/32"],
  });
  assert.equal(clientOf("10.0.0.1", "198.51.100.1, 203.0.113.9"), "203.0.113.9");
  assert.ok(!admits("10.0.0.1", "198.51.100.1, 203.0.113.9"));
  assert.equal(clientOf("10.0.0.1", "1.1.1.1, 198.51.100.1 , 10.0.0.9,[2001:db8::1]:443"), "198.51.100.1");
  assert.equal(clientOf("10.0.0.1", "198.51.100.1:5060"), "198.51.100.1");
  // Nothing but proxies: the one furthest away.
  assert.equal(clientOf("10.0.0.1", "10.0.0.3, 10.0.0.2"), "10.0.0.3");
});

Deno.test("a header that can't be read lets nobody in", async () => {
  const { clientOf, admits } = await createIpGate({
    allow: ["198.51.100.1", "10.0.0.0/8"],
    trustedProxies: ["10.0.0.0/8"],
  });
  for (const header of ["unknown", "198.51.100.1, _hidden", "198.51.100", "198.51.100.1;10.0.0.2", "<script>"]) {
    assert.equal(clientOf("10.0.0.1", header), null, header);
    assert.ok(!admits("10.0.0.1", header), header);
  }
  assert.ok(admits("10.0.0.1", null) && admits("10.0.0.1", ""));
});

Deno.test("the settings take addresses and ranges in CIDR form only", () => {
  for (const good of ["1.2.3.4", "10.0.0.0/8", "0.0.0.0/0", "::1", "2001:db8::/32", "::ffff:10.0.0.0/104"]) {
    assert.ok(isIpRange(good), good);
  }
  const bad = ["", "1.2.3", "1.2.3.4.", "1.2.3.4/33", "1.2.3.4/", "01.2.3.4", "300.1.1.1", "::/129", "fe80::1%eth0"];
  for (const one of [...bad, "localhost", "1.2.3.4/8/9", "0x7f.1", "2130706433"]) assert.ok(!isIpRange(one), one);
});
