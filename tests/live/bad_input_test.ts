/** Bad settings, bad arguments and bad networks in front of a real Odoo: told apart, in time, without a secret, sent once. */
import assert from "node:assert/strict";
import type { Client } from "@modelcontextprotocol/client";
import { jsonCall, login } from "../../scripts/bench/odoo.ts";
import { type Fault, startFaulty } from "../support/faulty_odoo.ts";
import { type LiveOdoo, liveTest } from "../support/live.ts";
import { call, type Called, connectStdio } from "../support/server.ts";

const PROTOCOLS = ["jsonrpc", "xmlrpc"] as const;
type Protocol = typeof PROTOCOLS[number];

/** Fails when an answer takes so long that a person would call it hung. */
async function soon<T>(what: string, answer: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer: ${what}`)), 30_000);
  });
  return await Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

/** The program in front of an Odoo, and everything it says: no secret may be in it. */
async function start(
  options: { url: string; database: string; user: string; password: string; protocol?: Protocol; args?: string[] },
) {
  const { url, database, user, password, protocol = "jsonrpc", args = [] } = options;
  let said = "";
  const flags = ["--odoo-url", url, "--odoo-database", database, "--odoo-protocol", protocol, "--log-level", "debug"];
  const client: Client & AsyncDisposable = await connectStdio(["serve", ...flags, ...args], {
    env: { ODOO_USERNAME: user, ODOO_PASSWORD: password },
    onStderr: (text) => said += text,
  });
  return {
    async ask(tool: string, args: Record<string, unknown>): Promise<Called> {
      const answer = await soon(`${tool} ${JSON.stringify(args).slice(0, 200)}`, call(client, tool, args));
      said += answer.text + JSON.stringify(answer.data);
      assert.doesNotMatch(answer.text, /\.(ts|py|js):\d|Traceback|File "|\/srv\/secret/);
      return answer;
    },
    async [Symbol.asyncDispose]() {
      await client.close();
      assert.ok(!said.includes(password), "the password is in an answer or in the log");
      assert.doesNotMatch(said, /\.ts:\d|^\s+at /m);
    },
  };
}

type Program = Awaited<ReturnType<typeof start>>;

async function works(program: Program, label: string): Promise<void> {
  const { isError, text } = await program.ask("count_records", { model: "res.partner" });
  assert.equal(isError, false, `the call after ${label}: ${text}`);
}

/** Asks the real Odoo itself, as its administrator. */
async function direct(live: LiveOdoo) {
  const uid = await login(live);
  return async (model: string, method: string, args: unknown[], kwargs = {}) =>
    JSON.parse(await jsonCall(live, uid, model, method, args, kwargs)).result;
}

/** A user who may make contacts, with a password that is nothing else; gone when the test ends, and its contacts too. */
async function canaryUser(live: LiveOdoo) {
  const odoo = await direct(live);
  const password = `canary-${crypto.randomUUID()}`;
  const groups = [["module", "=", "base"], ["name", "in", ["group_user", "group_partner_manager"]]];
  const found: { res_id: number }[] = await odoo("ir.model.data", "search_read", [groups], { fields: ["res_id"] });
  const { group_ids } = await odoo("res.users", "fields_get", [], { attributes: ["type"] });
  const field = group_ids === undefined ? "groups_id" : "group_ids";
  const values = {
    name: "Bad Input",
    login: password.slice(-12),
    password,
    [field]: [[6, 0, found.map((one) => one.res_id)]],
  };
  const id: number = await odoo("res.users", "create", [values], { context: { no_reset_password: true } });
  return {
    user: password.slice(-12),
    password,
    /** How many contacts of a name there are. */
    contacts: (name: string): Promise<number> => odoo("res.partner", "search_count", [[["name", "=", name]]]),
    async [Symbol.asyncDispose]() {
      const [{ partner_id }] = await odoo("res.users", "read", [[id]], { fields: ["partner_id"] });
      const own = await odoo("res.partner", "search", [[["create_uid", "=", id]]]);
      await odoo("res.users", "unlink", [[id]]);
      await odoo("res.partner", "unlink", [[...own, partner_id[0]]]);
    },
  };
}

for (const protocol of PROTOCOLS) {
  liveTest(
    `a wrong database and a wrong password are told apart over ${protocol}, and asked about once`,
    async (live) => {
      await using proxy = startFaulty(live.url);
      const password = "canary-hunter2";
      const { url } = proxy;
      {
        await using program = await start({ url, database: "no_such_db", user: "limited", password, protocol });
        const answer = await program.ask("count_records", { model: "res.partner" });
        assert.equal(answer.data.code, "E001", answer.text);
        assert.match(answer.text, /no_such_db.*odoo\.database/);
      }
      {
        await using program = await start({ url, database: live.database, user: "limited", password, protocol });
        const answer = await program.ask("create_record", { model: "res.partner", values: { name: "x" } });
        assert.deepEqual([answer.data.code, answer.data.details!.reason], ["E002", "credentials"], answer.text);
        proxy.taken();
        const again = await program.ask("count_records", { model: "res.partner" });
        assert.equal(again.data.code, "E002");
        // Each wrong login brings Odoo 14 nearer to refusing everybody from this address.
        assert.deepEqual(proxy.taken(), []);
      }
      // A good login resets Odoo's count of bad ones.
      assert.ok(await login(live) > 0);
    },
  );

  liveTest(`what no real Odoo has is refused by name over ${protocol}, mostly before it is asked`, async (live) => {
    await using proxy = startFaulty(live.url);
    await using canary = await canaryUser(live);
    await using program = await start({ ...canary, url: proxy.url, database: live.database, protocol });
    const model = "res.partner";
    const cases: [tool: string, args: Record<string, unknown>, code: string, words: RegExp, asks: boolean][] = [
      ["search_records", { model: "res.partnr" }, "E005", /res\.partner/, true],
      ["search_records", { model, fields: ["nmae"] }, "E004", /Did you mean name/, false],
      ["search_records", { model, fields: ["__proto__"] }, "E004", /__proto__/, false],
      ["search_records", { model, domain: [["nmae", "=", 1]] }, "E004", /Did you mean name/, false],
      ["search_records", { model, domain: [["name", "likes", 1]] }, "E004", /is no operator/, false],
      ["search_records", { model, domain: [["name", "child_of", 1]] }, "E004", /does not fit/, false],
      ["search_records", { model, domain: [["name", "any", [["id", "=", 1]]]] }, "E004", /needs a relation/, false],
      ["search_records", { model, domain: "[]" }, "E004", /domain/, false],
      ["search_records", { model, domain: [["name", "="]] }, "E004", /2 parts/, false],
      ["search_records", { model, domain: [...Array(60).fill("!"), ["id", "=", 1]] }, "E004", /40 levels/, false],
      ["search_records", { model, domain: [["id", "in", Array(20_000).fill(1)]] }, "E004", /5000/, false],
      ["search_records", { model, domain: [["name", "=", "\ud800"]] }, "E004", /surrogate/, false],
      ["search_records", { model, domain: [["image_1920", "=", "x"]] }, "E004", /does not fit/, false],
      ["search_records", { model, order: "nmae" }, "E004", /nmae/, false],
      ["search_records", { model, limit: 1_000_000 }, "E012", /500/, false],
      ["get_record", { model, ids: [2 ** 31] }, "E004", /ids/, false],
      ["update_record", { model, ids: [2_000_000_000], values: { city: "x" } }, "E005", /2000000000/, true],
      ["delete_record", { model, ids: [2_000_000_000] }, "E005", /2000000000/, true],
      ["create_record", { model, values: { nmae: "x" } }, "E004", /Did you mean name/, false],
      ["create_record", { model, values: { name: "a\u0000" } }, "E004", /U\+0000/, false],
      ["create_record", { model, values: { name: "a\u0007" } }, "E004", /U\+0007/, false],
      ["create_record", { model, values: { name: "a\uffff" } }, "E004", /U\+FFFF/, false],
      ["create_record", { model, values: { name: "x", country_id: 2_000_000_000 } }, "E004", /country|record/i, true],
      ["create_record", { model, values: { name: "x", color: 2 ** 40 } }, "E004", /color/, false],
      ["create_record", { model, values: { name: "x", type: "nonsense" } }, "E004", /nonsense/, false],
      ["run_action", { model, ids: [1], action: "action_no_such" }, "E011", /action_no_such/, false],
    ];
    await works(program, "the start");
    for (const [tool, args, code, words, asks] of cases) {
      proxy.taken();
      const answer = await program.ask(tool, args);
      const label = `${tool} ${JSON.stringify(args).slice(0, 200)}: ${answer.text}`;
      assert.deepEqual([answer.isError, answer.data.code], [true, code], label);
      assert.match(answer.text, words, label);
      if (!asks) assert.deepEqual(proxy.taken(), [], label);
    }
    await works(program, "bad arguments");
    assert.equal(await canary.contacts("x"), 0);
  });

  liveTest(`text of every kind that can be sent comes back as it was over ${protocol}`, async (live) => {
    await using canary = await canaryUser(live);
    await using program = await start({ ...canary, url: live.url, database: live.database, protocol });
    const texts = [
      "]]> <![CDATA[ &amp; &#0; </string>",
      "Ünï 漢字 🛒 e\u0301",
      "a\tb\nc",
      "\\u0000 %s {0} $1 ${x}",
      "'; DROP--",
    ];
    for (const text of texts) {
      const created = await program.ask("create_record", {
        model: "res.partner",
        values: { name: text, comment: text },
      });
      assert.equal(created.isError, false, created.text);
      const read = await program.ask("get_record", {
        model: "res.partner",
        ids: created.data.ids,
        fields: ["name", "comment"],
      });
      assert.equal(read.data.records![0]!.name, text);
      const found = await program.ask("count_records", { model: "res.partner", domain: [["name", "=", text]] });
      assert.equal(found.data.count, 1, text);
    }
  });

  liveTest(`control characters that Odoo stores are shown, never a broken answer, over ${protocol}`, async (live) => {
    await using canary = await canaryUser(live);
    const odoo = await direct(live);
    const id = await odoo("res.partner", "create", [{ name: "bell \u0007 escape \u001b[31m" }]);
    try {
      await using program = await start({ ...canary, url: live.url, database: live.database, protocol });
      const read = await program.ask("get_record", { model: "res.partner", ids: [id], fields: ["name"] });
      assert.equal(read.isError, false, read.text);
      assert.match(read.text, /bell . escape .\[31m/u);
      assert.ok(!read.text.includes("\u0007") && !read.text.includes("\u001b"), read.text);
    } finally {
      await odoo("res.partner", "unlink", [[id]]);
    }
  });

  liveTest(`a read survives what a network does to it, over ${protocol}`, async (live) => {
    await using proxy = startFaulty(live.url);
    await using canary = await canaryUser(live);
    await using program = await start({ ...canary, url: proxy.url, database: live.database, protocol });
    const page = (status: number, headers: Record<string, string> = {}): Fault => ({
      reaches: false,
      answer: { status, headers },
    });
    const count = "res.partner.search_count";
    const read = () => program.ask("count_records", { model: "res.partner" });

    // The very first requests: version and login are asked again as well.
    proxy.break("common.version", { reaches: false, answer: "nothing" });
    proxy.break("common.authenticate", { reaches: true, answer: "half" });
    await works(program, "a login with breaks");

    const healed: [label: string, fault: Fault][] = [
      ["dropped before Odoo got it", { reaches: false, answer: "nothing" }],
      ["dropped after Odoo answered", { reaches: true, answer: "nothing" }],
      ["cut in the middle", { reaches: true, answer: "half" }],
      ["502", page(502)],
      ["503", page(503)],
      ["504 after Odoo answered", { ...page(504), reaches: true }],
      ["429 with a second to wait", page(429, { "Retry-After": "1" })],
    ];
    for (const [label, fault] of healed) {
      proxy.taken();
      proxy.break(count, fault);
      const answer = await read();
      assert.equal(answer.isError, false, `${label}: ${answer.text}`);
      assert.deepEqual(proxy.taken(), [count, count], label);
    }

    const told: [label: string, faults: Fault[], code: string, words: RegExp][] = [
      ["garbage", [{ reaches: true, answer: "garbage" }], "E999", /Cannot read Odoo's answer/],
      ["a page with status 200", [page(200)], "E001", /a web page/],
      ["403 of a firewall", [page(403)], "E003", /firewall/],
      ["413", [page(413)], "E012", /HTTP 413/],
      ["429 for longer than anybody waits", [page(429, { "Retry-After": "300" })], "E006", /"retry_after_s":300/],
      ["503 for good", [page(503), page(503), page(503)], "E001", /service unavailable/],
    ];
    for (const [label, faults, code, words] of told) {
      proxy.taken();
      proxy.break(count, ...faults);
      const answer = await read();
      assert.deepEqual([answer.isError, answer.data.code], [true, code], `${label}: ${answer.text}`);
      assert.match(answer.text, words, label);
      assert.equal(proxy.taken().length, faults.length, label);
      await works(program, label);
    }
  });

  liveTest(`a create is sent once whatever happens to it, over ${protocol}`, async (live) => {
    await using proxy = startFaulty(live.url);
    await using canary = await canaryUser(live);
    await using program = await start({ ...canary, url: proxy.url, database: live.database, protocol });
    const sent = "res.partner.create";
    const create = (name: string) => program.ask("create_record", { model: "res.partner", values: { name } });
    const page = (status: number, reaches: boolean, headers: Record<string, string> = {}): Fault => ({
      reaches,
      answer: { status, headers },
    });

    // Nothing of the call itself leaves while the login does not work, so nothing is uncertain.
    proxy.break("common.authenticate", page(503, false), page(503, false), page(503, false));
    const early = await create(`${protocol} without a login`);
    assert.equal(early.data.code, "E001", early.text);
    assert.ok(!proxy.taken().includes(sent));
    await works(program, "a login that failed");

    const uncertain: [label: string, fault: Fault][] = [
      ["dropped before Odoo got it", { reaches: false, answer: "nothing" }],
      ["dropped after Odoo answered", { reaches: true, answer: "nothing" }],
      ["cut in the middle", { reaches: true, answer: "half" }],
      ["garbage", { reaches: true, answer: "garbage" }],
      ["502 before Odoo got it", page(502, false)],
      ["503 after Odoo answered", page(503, true)],
      ["504 after Odoo answered", page(504, true)],
      ["a page with status 200", page(200, true)],
    ];
    for (const [label, fault] of uncertain) {
      const name = `${protocol} ${label}`;
      proxy.taken();
      proxy.break(sent, fault);
      const answer = await create(name);
      assert.equal(proxy.taken().filter((call) => call === sent).length, 1, label);
      await proxy.settled();
      assert.equal(await canary.contacts(name), fault.reaches ? 1 : 0, label);
      if (fault.reaches) {
        assert.match(answer.text, /The answer was lost on the way; looked up, the change is done/, label);
        continue;
      }
      assert.deepEqual([answer.isError, answer.data.code, answer.data.retryable], [true, "E009", false], answer.text);
      assert.match(String(answer.data.hint), /Search res\.partner with domain \[\["create_uid"/, label);
      // What the hint says to look for is what there is.
      const domain = JSON.parse(/\[\[.*\]\]/.exec(String(answer.data.hint))![0]);
      const looked = await program.ask("count_records", {
        model: "res.partner",
        domain: [...domain, ["name", "=", name]],
      });
      assert.equal(looked.data.count, 0, looked.text);
    }

    // Told to come back later, nothing has happened: so it is sent again.
    proxy.taken();
    proxy.break(sent, page(429, false, { "Retry-After": "1" }));
    const later = await create(`${protocol} later`);
    assert.equal(later.isError, false, later.text);
    assert.deepEqual(proxy.taken().filter((name) => name === sent), [sent, sent]);
    assert.equal(await canary.contacts(`${protocol} later`), 1);
    proxy.break(sent, page(429, false, { "Retry-After": "300" }));
    assert.equal((await create(`${protocol} much later`)).data.code, "E006");
    assert.equal(await canary.contacts(`${protocol} much later`), 0);

    // The create is done; what fails is only the look at it.
    proxy.break("res.partner.read", page(503, false), page(503, false), page(503, false));
    const unseen = await create(`${protocol} unseen`);
    assert.equal(unseen.isError, false, unseen.text);
    assert.match(unseen.text, /reading it back failed/);
    const ids = unseen.data.ids;
    await works(program, "a create that could not be read back");

    proxy.break("res.partner.write", { reaches: true, answer: "nothing" });
    const changed = await program.ask("update_record", { model: "res.partner", ids, values: { city: "Ghent" } });
    assert.match(changed.text, /The answer was lost on the way; looked up, the change is done/);
    const read = await program.ask("get_record", { model: "res.partner", ids, fields: ["city"] });
    assert.equal(read.data.records![0]!.city, "Ghent");

    await proxy[Symbol.asyncDispose]();
    const away = await create(`${protocol} away`);
    assert.deepEqual([away.data.code, away.data.retryable], ["E001", true], away.text);
    assert.match(away.text, /nothing listens there/);
    assert.equal(await canary.contacts(`${protocol} away`), 0);
  });

  liveTest(`who gets no answer is told so at the deadline, over ${protocol}`, async (live) => {
    await using proxy = startFaulty(live.url);
    await using canary = await canaryUser(live);
    const args = ["--limits-read-ms", "3000", "--limits-write-ms", "2000"];
    await using program = await start({ ...canary, url: proxy.url, database: live.database, protocol, args });
    const create = (name: string) => program.ask("create_record", { model: "res.partner", values: { name } });
    await works(program, "the start");
    const silent = (reaches: boolean): Fault => ({ reaches, answer: "silence" });
    proxy.break("res.partner.create", silent(true), silent(false));
    proxy.break("res.partner.search_count", silent(true));
    const [read, first, second] = await Promise.all([
      program.ask("count_records", { model: "res.partner" }),
      create(`${protocol} silent`),
      create(`${protocol} silent`),
    ]);
    assert.deepEqual(
      [read.data.code, first.data.code, second.data.code],
      ["E007", "E009", "E009"],
      [read.text, first.text, second.text].join("\n"),
    );
    assert.match(read.text, /no answer within 3 s/);
    assert.match(first.text, /no answer within 2 s/);
    await proxy.settled();
    assert.equal(await canary.contacts(`${protocol} silent`), 1);
    await works(program, "silence");

    // With one connection, taken by a read, a create waits in the queue until its time is up: it surely never left.
    const one = [...args, "--odoo-max-connections", "1"];
    await using narrow = await start({ ...canary, url: proxy.url, database: live.database, protocol, args: one });
    await narrow.ask("create_record", { model: "res.partner", values: { name: "x" } });
    proxy.break("res.partner.search_count", silent(false));
    const [, waited] = await Promise.all([
      narrow.ask("count_records", { model: "res.partner" }),
      narrow.ask("create_record", { model: "res.partner", values: { name: `${protocol} waited` } }),
    ]);
    assert.equal(waited.data.code, "E007", waited.text);
    assert.equal(await canary.contacts(`${protocol} waited`), 0);
    await works(narrow, "the queue");
  });
}

liveTest("an Odoo that stays away is not asked any more for a while, and is back by itself", async (live) => {
  await using proxy = startFaulty(live.url);
  await using canary = await canaryUser(live);
  await using program = await start({ ...canary, url: proxy.url, database: live.database });
  await works(program, "the start");
  const dead: Fault = { reaches: false, answer: "nothing" };
  proxy.break("res.partner.search_count", ...Array<Fault>(6).fill(dead));
  const codes: unknown[] = [];
  for (let turn = 0; turn < 3; turn++) {
    const answer = await program.ask("count_records", { model: "res.partner" });
    codes.push(answer.data.code);
    if (turn < 2) continue;
    assert.match(answer.text, /"retry_after_s":\d/);
    proxy.taken();
    proxy.break("res.partner.search_count");
    await new Promise((resolve) => setTimeout(resolve, Number(answer.data.details!.retry_after_s) * 1000 + 100));
  }
  assert.deepEqual(codes, ["E001", "E001", "E014"]);
  await works(program, "the pause");
});

liveTest("over TLS an Odoo is trusted with the right ca_file only", async (live) => {
  await using canary = await canaryUser(live);
  const fixture = (name: string) => new URL(`../fixtures/tls/${name}`, import.meta.url).pathname;
  const options = {
    hostname: "127.0.0.1",
    port: 0,
    onListen: () => {},
    cert: Deno.readTextFileSync(fixture("cert.pem")),
    key: Deno.readTextFileSync(fixture("key.pem")),
  };
  const tls = Deno.serve(options, async (request) => {
    const { pathname } = new URL(request.url);
    const headers = { "content-type": request.headers.get("content-type") ?? "" };
    return await fetch(live.url + pathname, { method: "POST", headers, body: await request.blob() });
  });
  try {
    const { database } = live;
    const at = (host: string) => ({ ...canary, url: `https://${host}:${tls.addr.port}`, database });
    const cases: [host: string, file: string | null, words: RegExp][] = [
      ["localhost", null, /its certificate is not trusted.*ca_file/],
      ["localhost", "other_ca.pem", /its certificate is not trusted.*ca_file/],
      ["127.0.0.1", "ca.pem", /its certificate is for another name/],
      ["localhost", "ca.pem", /^count: \d+/],
    ];
    for (const [host, file, words] of cases) {
      const args = file === null ? [] : ["--odoo-ca-file", fixture(file)];
      await using program = await start({ ...at(host), args });
      const answer = await program.ask("count_records", { model: "res.partner" });
      assert.match(answer.text, words, `${host} ${file}`);
      if (answer.isError) assert.equal(answer.data.code, "E001", answer.text);
    }
  } finally {
    await tls.shutdown();
  }
});
