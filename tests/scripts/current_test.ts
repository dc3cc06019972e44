import assert from "node:assert/strict";

const root = new URL("../..", import.meta.url).pathname;

for (const script of ["docs", "snapshots"]) {
  Deno.test(`what ${script}.ts makes from the source is what stands in the repository`, async () => {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--allow-read", "--allow-env", `${root}scripts/${script}.ts`, "--check"],
      cwd: root,
    }).output();
    const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
    assert.ok(success, `${said}\nRun: deno task ${script}`);
  });
}
