/** Everything in the guides that can be run is run, and what can be read by a program is read. */
import assert from "node:assert/strict";
import { lines } from "../../src/cli/guide.ts";
import { loadSettings } from "../../src/config/mod.ts";
import { GUIDES } from "../../src/guides/mod.ts";
import { spokenOdoo } from "../support/spoken_odoo.ts";
import { cleanEnv, RUN } from "../support/server.ts";

/** A code block: what stands behind the three marks, and the code. */
interface Block {
  guide: string;
  info: string;
  code: string;
}

const blocks: Block[] = Object.entries(GUIDES).flatMap(([guide, text]) =>
  [...text.matchAll(/^```(.*)\n([\s\S]*?)^```$/gm)].map(([, info, code]) => ({ guide, info: info!, code: code! }))
);

/** What a company's config file of the guides would hold, as far as other commands need it. */
const CONFIG = {
  security: { keys: "keys.json", roles: { sales: { from: "editor", models: { allow: ["res.partner", "sale.*"] } } } },
};

/** Runs a block as a shell script in a folder of its own, with `odoo-mcp` on the path and an Odoo that answers. */
async function runBlock({ code, info }: Block, url: string): Promise<{ success: boolean; said: string }> {
  const folder = await Deno.makeTempDir();
  try {
    const program = `#!/bin/sh\nexec '${Deno.execPath()}' ${RUN.join(" ")} "$@"\n`;
    await Deno.mkdir(`${folder}/bin`);
    await Deno.writeTextFile(`${folder}/bin/odoo-mcp`, program, { mode: 0o755 });
    await Deno.writeTextFile(`${folder}/key.txt`, "right\n");
    await Deno.writeTextFile(`${folder}/config.json`, JSON.stringify(CONFIG));
    const odoo = { ODOO_URL: url, ODOO_DB: "acme", ODOO_USERNAME: "ada", ODOO_PASSWORD: "right" };
    const usual = cleanEnv();
    const process = new Deno.Command("bash", {
      args: ["-euo", "pipefail", "-c", prepared(code, url)],
      cwd: folder,
      clearEnv: true,
      env: {
        ...usual,
        ...odoo,
        PATH: `${folder}/bin:${usual["PATH"] ?? ""}`,
        XDG_STATE_HOME: `${folder}/state`,
        XDG_CONFIG_HOME: `${folder}/config`,
      },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const stdout = new Response(process.stdout).text();
    let stderr = "";
    let stopped = false;
    for await (const chunk of process.stderr.pipeThrough(new TextDecoderStream())) {
      stderr += chunk;
      if (!info.endsWith(" serve") || stopped || !stderr.includes("serving MCP at")) continue;
      stopped = true; // a second signal would be an impatient one
      process.kill("SIGTERM");
    }
    const { success } = await process.status;
    return { success, said: await stdout + stderr };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * The addresses of the guides lead nowhere; questions go to the demo company; an audit must have been begun; a server takes the
 * place of its shell, so that it gets the signal.
 */
function prepared(code: string, url: string): string {
  const script = code.replaceAll("https://odoo.example.com", url)
    .replace(/^odoo-mcp (call|tools|smoke)/gm, "env ODOO_MCP_DEMO=true odoo-mcp $1")
    .replace(/^odoo-mcp serve/m, "exec env ODOO_MCP_DEMO=true odoo-mcp serve");
  return code.includes("odoo-mcp audit") ? `odoo-mcp call get_context\n${script}` : script;
}

Deno.test("every command of the guides runs", async (t) => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, spokenOdoo());
  try {
    const scripts = blocks.filter(({ info }) => /^sh( |$)/.test(info));
    assert.ok(scripts.length >= 10);
    for (const block of scripts) {
      await t.step(`${block.guide}: ${block.code.trim().split("\n").at(-1)}`, async () => {
        const { success, said } = await runBlock(block, `http://localhost:${server.addr.port}`);
        assert.ok(success, said);
      });
    }
  } finally {
    await server.shutdown();
  }
});

Deno.test("every config file of the guides can be used, and other JSON can be read", () => {
  const files = blocks.filter(({ info }) => info.startsWith("json"));
  assert.ok(files.length >= 4);
  for (const { guide, info, code } of files) {
    JSON.parse(code);
    if (!info.endsWith(" config")) continue;
    const loaded = loadSettings({ file: { path: "config.json", text: code } });
    assert.ok("settings" in loaded, `${guide}: ${JSON.stringify("problems" in loaded && loaded.problems)}`);
  }
});

Deno.test("every block of a guide says what it is, and what is not run has no command that could be", () => {
  for (const { guide, info, code } of blocks) {
    assert.match(info, /^(sh|sh serve|json|json config|ts|text)$/, `${guide}: ${code}`);
    // Only what waits for a person, or works on the source, may stand outside of what is run.
    const commands = info === "text" ? code.match(/^odoo-mcp .*/gm) ?? [] : [];
    assert.deepEqual(commands.filter((line) => line !== "odoo-mcp setup"), [], guide);
  }
});

Deno.test("guides name only commands, settings and other guides that are there", async () => {
  const { code, stdout } = await new Deno.Command(Deno.execPath(), { args: [...RUN, "help"], env: { NO_COLOR: "1" } })
    .output();
  assert.equal(code, 0);
  const overview = new TextDecoder().decode(stdout);
  for (const [guide, text] of Object.entries(GUIDES)) {
    for (const [, command] of text.matchAll(/`odoo-mcp ([a-z]+)/g)) {
      assert.match(overview, new RegExp(`^ {2}${command} `, "m"), `${guide}: ${command}`);
    }
    for (const [, topic] of text.matchAll(/odoo-mcp help ([a-z0-9-]+)/g)) {
      assert.ok(Object.hasOwn(GUIDES, topic!), `${guide}: help ${topic}`);
    }
  }
});

Deno.test("a guide on a terminal fits its width, keeps code whole, and shows no Markdown marks", () => {
  for (const [guide, text] of Object.entries(GUIDES)) {
    const shown = lines(text, 60);
    const code = new Set(blocks.filter((one) => one.guide === guide).flatMap((one) => one.code.split("\n")));
    for (const line of shown) {
      if (line.startsWith("    ") && code.has(line.slice(4))) continue;
      assert.ok(line.length <= 60 || !line.trim().includes(" "), `${guide}: ${line}`);
      assert.doesNotMatch(line, /^#|\*\*|<!--|```/, guide);
    }
    for (const line of code) if (line !== "") assert.ok(shown.includes(`    ${line}`), `${guide}: ${line}`);
  }
});
