/** Rules of the house that no compiler or linter knows. */
import assert from "node:assert/strict";
import config from "../deno.json" with { type: "json" };
import { sourceFiles } from "../scripts/imports.ts";
import { findBreaches } from "../scripts/rooms.ts";

const root = new URL("..", import.meta.url).pathname;
const read = (path: string) => Deno.readTextFile(root + path);

/** Everything people write, from the root: no dependencies, no recordings, no generated files. */
async function writtenFiles(folder = ""): Promise<string[]> {
  const skipped = /^(\.git|node_modules|dist|coverage|tests\/fixtures|tests\/snapshots|deno\.lock|\.env)$/;
  const found: string[] = [];
  for await (const { name, isDirectory, isFile } of Deno.readDir(root + folder)) {
    const path = folder === "" ? name : `${folder}/${name}`;
    if (skipped.test(path)) continue;
    if (isDirectory) found.push(...await writtenFiles(path));
    else if (isFile) found.push(path);
  }
  return found.sort();
}

/** `file:line` of each line that matches. */
async function linesWith(files: string[], pattern: RegExp): Promise<string[]> {
  const found = await Promise.all(files.map(async (file) => {
    const lines = (await read(file)).split("\n");
    return lines.flatMap((line, index) => pattern.test(line) ? [`${file}:${index + 1}: ${line.trim()}`] : []);
  }));
  return found.flat();
}

Deno.test("every source file keeps to its room", async () => {
  assert.deepEqual((await findBreaches(root)).map(({ file, line, rule }) => `${file}:${line}: ${rule}`), []);
});

for (const list of ["tools", "resources", "prompts"]) {
  Deno.test(`every file of mcp/${list} stands in its written list`, async () => {
    const folder = `src/mcp/${list}`;
    const files = (await sourceFiles(root, folder)).filter((file) => file !== `${folder}/mod.ts`);
    // A file that others of the folder build upon need not be a member itself.
    const texts = await Promise.all([...files, `${folder}/mod.ts`].map(read));
    const unlisted = files.filter((file) =>
      !texts.some((text) => text.includes(`"./${file.slice(folder.length + 1)}"`))
    );
    assert.deepEqual(unlisted, []);
  });
}

Deno.test("no source file is longer than 300 lines", async () => {
  const files = ["main.ts", ...await sourceFiles(root, "src"), ...await sourceFiles(root, "scripts")];
  const counts = await Promise.all(
    files.map(async (file) => [file, (await read(file)).split("\n").length - 1] as const),
  );
  assert.deepEqual(counts.filter(([, count]) => count > 300), []);
});

Deno.test("no file names a folder of one machine or a package host", async () => {
  const names = [
    "/wor[k]/|/far[m]/|/roo[t]/|/tmp/bash_job[s]",
    "regist[r]y\\.npm|pythonhost[e]d\\.org|deb\\.deb[i]an|static\\.crat[e]s|repo\\d*\\.mav[e]n|dl\\.den[o]\\.land",
  ];
  assert.deepEqual(await linesWith(await writtenFiles(), new RegExp(names.join("|"))), []);
});

Deno.test("nothing is muted and nothing left for later", async () => {
  const marks = /TOD[O]|FIXM[E]|@ts-ignor[e]|@ts-nochec[k]|deno-lint-ignor[e]|\.onl[y]\(|export defaul[t]/;
  const files = (await writtenFiles()).filter((file) => file.endsWith(".ts"));
  assert.deepEqual(await linesWith(files, marks), []);
});

Deno.test("no test changes what all tests share: variables and working folder", async () => {
  const files = await sourceFiles(root, "tests");
  assert.deepEqual(await linesWith(files, /Deno\.env\.(se[t]|delet[e])\(|Deno\.chdi[r]\(/), []);
});

Deno.test("every live test is registered so that it is counted and skipped loudly", async () => {
  assert.deepEqual(await linesWith(await sourceFiles(root, "tests/live"), /Deno\.tes[t]\(/), []);
});

Deno.test("CI runs the README's command for the tests", async () => {
  const command = "npx -y deno@2.9.6 task test";
  assert.ok((await read("README.md")).split("\n").some((line) => line.startsWith(command)));
  assert.ok((await read(".ci/run")).trimEnd().endsWith(command));
});

Deno.test("the program says the version of deno.json", async () => {
  const { stdout, code } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--no-prompt", "--allow-env", "--allow-read", "main.ts", "version"],
    cwd: root,
  }).output();
  const said = new TextDecoder().decode(stdout);
  assert.equal(code, 0);
  assert.ok(said.split(/\s/).includes(config.version), said);
});
