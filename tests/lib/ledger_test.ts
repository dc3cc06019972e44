import assert from "node:assert/strict";
import fc from "fast-check";
import { openLedger, readHead } from "../../src/lib/ledger.ts";
import { headFile } from "../../src/lib/head_file.ts";
import { type Checked, checkLines, lineKey, START } from "../../src/lib/signed_lines.ts";

const KEY = await lineKey("k".repeat(40));

async function inFolder(run: (file: string) => void | Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(`${folder}/audit.jsonl`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function append(file: string, ...bodies: Record<string, number | string>[]): void {
  const ledger = openLedger(file, KEY);
  for (const body of bodies) ledger.append(body, false);
  ledger.close();
}

const check = (file: string): Checked => checkLines(KEY, Deno.readTextFileSync(file), START);

Deno.test("lines follow each other from the first, across openings, in files only this user may read", async () => {
  await inFolder((file) => {
    append(file, { a: 1 }, { a: 2 });
    append(file, { a: 3 });
    const { bodies, flaw, last } = check(file);
    assert.equal(flaw, null);
    assert.deepEqual(bodies.map(({ n, a }) => [n, a]), [[1, 1], [2, 2], [3, 3]]);
    assert.deepEqual(readHead(file, KEY), { ...last, size: Deno.statSync(file).size });
    if (Deno.build.os === "windows") return;
    for (const one of [file, headFile(file)]) assert.equal(Deno.statSync(one).mode! & 0o777, 0o600, one);
  });
});

/** Ten lines, and each with its line break. */
function tenLines(file: string): string[] {
  append(file, ...Array.from({ length: 10 }, (_, at) => ({ at, words: "äöü" })));
  return Deno.readTextFileSync(file).split("\n").slice(0, -1).map((line) => `${line}\n`);
}

Deno.test("any change of any one character is found in its own line", async () => {
  await inFolder((file) => {
    const lines = tenLines(file);
    const text = lines.join("");
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom("0", "x", " ", '"', "}", "ä"), (at, letter) => {
        fc.pre(text[at] !== letter && text[at] !== "\n");
        const line = text.slice(0, at).split("\n").length;
        assert.equal(checkLines(KEY, text.slice(0, at) + letter + text.slice(at + 1), START).flaw?.line, line);
      }),
      { numRuns: 500 },
    );
  });
});

Deno.test("a removed, repeated, moved or foreign line is named", async () => {
  await inFolder(async (file) => {
    const lines = tenLines(file);
    const flawOf = (changed: string[]) => checkLines(KEY, changed.join(""), START).flaw;
    for (let at = 0; at < 9; at++) {
      const without = flawOf(lines.toSpliced(at, 1));
      assert.deepEqual([without?.line, without?.what], [at + 1, `in front of it number ${at + 1} is missing`]);
      assert.equal(flawOf(lines.toSpliced(at, 0, lines[at]!))?.line, at + 2, "repeated");
      assert.equal(flawOf(lines.toSpliced(at, 2, lines[at + 1]!, lines[at]!))?.line, at + 1, "swapped");
    }
    const other = await lineKey("o".repeat(40));
    assert.match(checkLines(other, lines.join(""), START).flaw?.what ?? "", /signed with another key/);
    assert.match(flawOf(lines.toSpliced(3, 1, "{}\n"))?.what ?? "", /changed/);
  });
});

Deno.test("a file cut by any number of bytes is found, with the file beside where whole lines are gone", async () => {
  await inFolder((file) => {
    const text = tenLines(file).join("");
    const bytes = new TextEncoder().encode(text);
    const head = readHead(file, KEY)!;
    for (let cut = 1; cut < bytes.length; cut += 7) {
      const rest = new TextDecoder().decode(bytes.subarray(0, bytes.length - cut));
      const { flaw, last } = checkLines(KEY, rest, START);
      if (rest.endsWith("\n")) assert.ok((last?.n ?? 0) < head.n);
      else assert.match(flaw?.what ?? "", /cut short/);
    }
    assert.match(checkLines(KEY, text.slice(0, -1), START).flaw?.what ?? "", /cut short/);
  });
});

Deno.test("two ledgers of one file, as two processes have them, make one chain", async () => {
  await inFolder((file) => {
    const [one, other] = [openLedger(file, KEY), openLedger(file, KEY)];
    for (let round = 0; round < 20; round++) {
      one.append({ by: "one" }, false);
      other.append({ by: "other" }, false);
      if (round === 10) one.rotate(() => `${file}.old`, { kind: "rotated" });
    }
    one.close();
    other.close();
    const old = checkLines(KEY, Deno.readTextFileSync(`${file}.old`), START);
    const now = checkLines(KEY, Deno.readTextFileSync(file), old.last);
    assert.deepEqual([old.flaw, now.flaw, old.bodies.length + now.bodies.length], [null, null, 41]);
  });
});

Deno.test("what a crash left between a line and the head is followed, a torn line stays visible", async () => {
  await inFolder((file) => {
    append(file, { a: 1 });
    const head = Deno.readFileSync(headFile(file));
    append(file, { a: 2 });
    Deno.writeFileSync(headFile(file), head);
    append(file, { a: 3 });
    assert.equal(check(file).flaw, null);
    assert.equal(check(file).last?.n, 3);

    Deno.truncateSync(file, Deno.statSync(file).size - 1);
    append(file, { a: 4 });
    const { flaw } = check(file);
    // The line itself is whole, only its line break was gone; the next one says what its place is.
    assert.equal(flaw, null);
    Deno.truncateSync(file, Deno.statSync(file).size - 5);
    append(file, { a: 5 });
    assert.deepEqual(check(file).flaw?.line, 4);
  });
});

Deno.test("a removed file, and a removed head, show", async () => {
  await inFolder((file) => {
    const ledger = openLedger(file, KEY);
    ledger.append({ a: 1 }, false);
    Deno.removeSync(file);
    ledger.append({ a: 2 }, false);
    ledger.close();
    assert.match(check(file).flaw?.what ?? "", /number 1 is missing/);
    Deno.removeSync(headFile(file));
    assert.equal(readHead(file, KEY), null);
    append(file, { a: 3 });
    assert.deepEqual(checkLines(KEY, Deno.readTextFileSync(file), null).bodies.map(({ n }) => n), [2, 3]);
  });
});

Deno.test({
  name: "a full disk is an error, and leaves the file as it was",
  ignore: Deno.build.os !== "linux",
  fn: async () => {
    await inFolder((file) => {
      new Deno.Command("ln", { args: ["-s", "/dev/full", file] }).outputSync();
      // Deno opens devices only with all permissions, which the tests do without.
      const ledger = new URL("../../src/lib/ledger.ts", import.meta.url).href;
      const script = `import { openLedger } from ${JSON.stringify(ledger)};
        const file = ${JSON.stringify(file)};
        const ledger = openLedger(file, new Uint8Array(${JSON.stringify([...KEY])}));
        let why = "";
        try { ledger.append({ a: 1 }, true) } catch (error) { why = String(error) }
        Deno.removeSync(file);
        ledger.append({ a: 1 }, true);
        ledger.close();
        console.log(why);`;
      const config = new URL("../../deno.json", import.meta.url).pathname;
      const { stdout } = new Deno.Command(Deno.execPath(), { args: ["eval", "--config", config, script] }).outputSync();
      assert.match(new TextDecoder().decode(stdout), /No space left/);
      assert.deepEqual([check(file).flaw, check(file).last?.n], [null, 1]);
    });
  },
});
