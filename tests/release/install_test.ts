import assert from "node:assert/strict";
import { findPython } from "../support/python.ts";
import { makeChecksums } from "../../scripts/release/checksums.ts";

const script = new URL("../../scripts/install/install.sh", import.meta.url).pathname;
const TARGET = "x86_64-unknown-linux-gnu";

/** A place for one test: what a release holds, served; a folder of programs; a home. */
interface Place extends AsyncDisposable {
  folder: string;
  releases: string;
  asked: string[];
  /** Runs the script with these programs in front of the machine's own, or instead of them. */
  install(options?: { env?: Record<string, string>; path?: string }): Promise<{ code: number; said: string }>;
  installed(): Promise<string | null>;
}

/** A release whose executable is a script that says its version. */
async function makePlace(): Promise<Place> {
  const folder = await Deno.makeTempDir({ prefix: "odoo-mcp-install-" });
  for (const name of ["release", "bin", "inside", "home"]) await Deno.mkdir(`${folder}/${name}`);
  const program = "#!/bin/sh\necho odoo-mcp 9.9.9\n";
  await Deno.writeTextFile(`${folder}/inside/odoo-mcp`, program, { mode: 0o755 });
  const archive = `${folder}/release/odoo-mcp-${TARGET}.tar.gz`;
  const tar = await new Deno.Command("tar", { args: ["-czf", archive, "-C", `${folder}/inside`, "odoo-mcp"] }).output();
  assert.ok(tar.success);
  await Deno.writeTextFile(`${folder}/release/SHA256SUMS`, await makeChecksums(`${folder}/release`));
  await writeProgram(`${folder}/bin/uname`, `case "$1" in -s) echo Linux ;; -m) echo x86_64 ;; esac`);
  const asked: string[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    const { pathname } = new URL(request.url);
    asked.push(pathname);
    const file = /^\/(?:latest\/download|download\/v9\.9\.9)\/([^/]+)$/.exec(pathname)?.[1];
    const bytes = file === undefined ? null : await Deno.readFile(`${folder}/release/${file}`).catch(() => null);
    return new Response(bytes, { status: bytes === null ? 404 : 200 });
  });
  const releases = `http://127.0.0.1:${server.addr.port}`;
  return {
    folder,
    releases,
    asked,
    install: async ({ env = {}, path = `${folder}/bin:${Deno.env.get("PATH")}` } = {}) => {
      const { code, stdout, stderr } = await new Deno.Command("/bin/sh", {
        args: [script],
        clearEnv: true,
        env: { HOME: `${folder}/home`, PATH: path, ODOO_MCP_RELEASES: releases, TMPDIR: folder, ...env },
      }).output();
      return { code, said: new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr) };
    },
    installed: () => Deno.readTextFile(`${folder}/home/.local/bin/odoo-mcp`).catch(() => null),
    [Symbol.asyncDispose]: async () => {
      await server.shutdown();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function writeProgram(path: string, code: string): Promise<void> {
  await Deno.writeTextFile(path, `#!/bin/sh\n${code}\n`, { mode: 0o755 });
}

Deno.test("what was released is installed, and again over itself", async () => {
  await using place = await makePlace();
  for (const env of [{}, { ODOO_MCP_VERSION: "9.9.9" }, { ODOO_MCP_VERSION: "v9.9.9" }]) {
    const { code, said } = await place.install({ env });
    assert.equal(code, 0, said);
    assert.match(said, /Installed odoo-mcp 9\.9\.9: .*\.local\/bin\/odoo-mcp/);
    assert.match(said, /is not in your PATH/);
  }
  assert.ok(place.asked.includes(`/download/v9.9.9/odoo-mcp-${TARGET}.tar.gz`));
  assert.match(await place.installed() ?? "", /9\.9\.9/);
  // Nothing is left behind beside it, neither there nor among temporary files.
  const left = (await Array.fromAsync(Deno.readDir(place.folder))).map(({ name }) => name).sort();
  assert.deepEqual(left, ["bin", "home", "inside", "release"]);
  const beside = await Array.fromAsync(Deno.readDir(`${place.folder}/home/.local/bin`));
  assert.deepEqual(beside.map(({ name }) => name), ["odoo-mcp"]);
});

Deno.test("what is not what was released is not installed, and what was there stays", async () => {
  await using place = await makePlace();
  await place.install();
  const before = await place.installed();
  const archive = `${place.folder}/release/odoo-mcp-${TARGET}.tar.gz`;
  await Deno.writeFile(archive, new Uint8Array([1]), { append: true });
  const { code, said } = await place.install();
  assert.equal(code, 1);
  assert.match(said, /is not what was released: its SHA-256 is [0-9a-f]{64}, not [0-9a-f]{64}/);
  assert.equal(await place.installed(), before);

  await Deno.writeTextFile(`${place.folder}/release/SHA256SUMS`, "");
  assert.match((await place.install()).said, /SHA256SUMS of this release does not name odoo-mcp-/);
  await Deno.remove(archive);
  assert.match((await place.install()).said, /can't be downloaded/);
  assert.equal(await place.installed(), before);
});

Deno.test("an executable that does not run here is not installed", async () => {
  await using place = await makePlace();
  await writeProgram(`${place.folder}/inside/odoo-mcp`, "exit 127");
  const archive = `${place.folder}/release/odoo-mcp-${TARGET}.tar.gz`;
  await new Deno.Command("tar", { args: ["-czf", archive, "-C", `${place.folder}/inside`, "odoo-mcp"] }).output();
  await Deno.writeTextFile(`${place.folder}/release/SHA256SUMS`, await makeChecksums(`${place.folder}/release`));
  assert.match((await place.install()).said, /does not run on this machine/);
  assert.equal(await place.installed(), null);
});

const MACHINES: [system: string, machine: string, said: RegExp][] = [
  ["FreeBSD", "x86_64", /no executable for FreeBSD/],
  ["MINGW64_NT-10.0", "x86_64", /Windows: install\.ps1/],
  ["Linux", "riscv64", /no executable for riscv64/],
  ["Darwin", "arm64", /aarch64-apple-darwin\.tar\.gz can't be downloaded/],
  ["Linux", "aarch64", /aarch64-unknown-linux-gnu\.tar\.gz can't be downloaded/],
];
for (const [system, machine, expected] of MACHINES) {
  Deno.test(`on ${system} ${machine} it takes the right file or says that there is none`, async () => {
    await using place = await makePlace();
    await writeProgram(`${place.folder}/bin/uname`, `case "$1" in -s) echo ${system} ;; -m) echo ${machine} ;; esac`);
    const { code, said } = await place.install();
    assert.equal(code, 1);
    assert.match(said, expected);
    assert.equal(await place.installed(), null);
  });
}

Deno.test("it works with curl alone and with wget alone, and says so where neither is there", async (t) => {
  await using place = await makePlace();
  const needed = ["sh", "tar", "gzip", "mktemp", "rm", "sed", "cut", "chmod", "mkdir", "cp", "mv", "sha256sum", "cat"];
  const only = async (...names: string[]) => {
    const path = await Deno.makeTempDir({ dir: place.folder });
    for (const name of [...needed, ...names]) {
      const found = (Deno.env.get("PATH") ?? "").split(":").map((one) => `${one}/${name}`)
        .find((file) => existsSync(file));
      if (found === undefined) return null;
      await writeProgram(`${path}/${name}`, `exec ${found} "$@"`);
    }
    await Deno.copyFile(`${place.folder}/bin/uname`, `${path}/uname`);
    return path;
  };
  for (const name of ["curl", "wget"]) {
    const path = await only(name);
    if (path === null) console.error(`SKIPPED: install.sh with ${name}: it is not on this machine`);
    await t.step({
      name,
      ignore: path === null,
      fn: async () => {
        if (path === null) return;
        const { code, said } = await place.install({ path });
        assert.equal(code, 0, said);
        await Deno.remove(`${place.folder}/home/.local`, { recursive: true });
      },
    });
  }
  const neither = await only();
  if (neither !== null) assert.match((await place.install({ path: neither })).said, /neither curl nor wget/);
  assert.equal(await place.installed(), null);
});

/** Prints each place that is no PowerShell. */
const PARSE = `
import sys, tree_sitter_powershell
from tree_sitter import Language, Parser
def wrong(node):
    if node.type == "ERROR" or node.is_missing:
        yield f"line {node.start_point[0] + 1}"
    for child in node.children if node.has_error else []:
        yield from wrong(child)
tree = Parser(Language(tree_sitter_powershell.language())).parse(sys.stdin.buffer.read())
print(",".join(wrong(tree.root_node)))`;

const python = await findPython();
if ("missing" in python) console.error(`SKIPPED: whether PowerShell scripts parse: ${python.missing}`);
console.error("SKIPPED: what install.ps1 does: PowerShell is in no package registry; only its syntax is looked at");

Deno.test({
  name: "the PowerShell scripts are PowerShell",
  ignore: "missing" in python,
  fn: async () => {
    if ("missing" in python) return;
    const parse = async (text: string) => {
      const child = new Deno.Command(python.path, { args: ["-c", PARSE], stdin: "piped", stdout: "piped" }).spawn();
      await new Blob([text]).stream().pipeTo(child.stdin);
      return new TextDecoder().decode((await child.output()).stdout).trim();
    };
    for (const path of ["install/install.ps1", "release/sign_windows.ps1"]) {
      const text = await Deno.readTextFile(new URL(`../../scripts/${path}`, import.meta.url));
      assert.equal(await parse(text), "", path);
      assert.match(await parse(text.replace("} finally {", " finally {")), /^line \d+/);
    }
  },
});

Deno.test("the script of the repository belongs to no release and says so", async () => {
  await using place = await makePlace();
  const { code, said } = await place.install({ env: { ODOO_MCP_RELEASES: "" } });
  assert.equal(code, 1);
  assert.match(said, /belongs to no release/);
});

function existsSync(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
