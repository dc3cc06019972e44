/**
 * A person at a terminal: setup → doctor → call on the real Odoo, typed into tmux. tests/live/terminal_test.ts compares the
 * screens with tests/fixtures/terminal.md, which README shows; `deno run -A tests/support/terminal.ts` writes that file anew.
 */
import { type LiveOdoo, liveOdoo } from "./live.ts";
import { denoDir } from "./deno_dir.ts";
import { cleanEnv, RUN } from "./server.ts";

export const FIXTURE = new URL("../fixtures/terminal.md", import.meta.url).pathname;
const SCRIPT = new URL("../../scripts/tmux.sh", import.meta.url).pathname;

/** Where tmux is, or why there is none. */
export async function findTmux(): Promise<{ path: string } | { missing: string }> {
  try {
    const { code, stdout, stderr } = await new Deno.Command("bash", { args: [SCRIPT] }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trim();
    return code === 0 ? { path: text(stdout) } : { missing: text(stderr).split("\n").at(-1) ?? "" };
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) };
  }
}

/** Types the whole session. Answers what stood on the screen, with what differs from run to run replaced. */
export async function session(tmux: string, odoo: LiveOdoo): Promise<string> {
  const folder = await Deno.makeTempDir();
  const home = `${folder}/ada`;
  await Deno.mkdir(`${home}/.cursor`, { recursive: true });
  await Deno.mkdir(`${folder}/bin`);
  // Under npx setup would write npx as the command, which is not what this is about.
  const deno = `${folder}/bin/deno`;
  await Deno.copyFile(Deno.execPath(), deno);
  await Deno.writeTextFile(`${folder}/bin/odoo-mcp`, `#!/bin/sh\nexec ${[deno, ...RUN].join(" ")} "$@"\n`, {
    mode: 0o755,
  });
  const { NO_COLOR: _, XDG_STATE_HOME: __, XDG_CONFIG_HOME: ___, TMUX: ____, ...usual } = cleanEnv();
  const env = { ...usual, HOME: home, DENO_DIR: await denoDir(), NO_COLOR: "1", LC_ALL: "C.UTF-8" };
  await Deno.writeTextFile(`${folder}/rc`, "PS1='$ '\nunset HISTFILE\n");
  const path = `${folder}/bin:${usual["PATH"] ?? ""}`;
  const socket = `${folder}/tmux`;
  const run = async (...args: string[]) => {
    const { code, stdout, stderr } = await new Deno.Command(tmux, {
      args: ["-S", socket, "-f", "/dev/null", ...args],
      clearEnv: true,
      env: { ...env, PATH: path, TERM: "xterm-256color" },
    }).output();
    if (code !== 0) throw new Error(`tmux ${args[0]}: ${new TextDecoder().decode(stderr)}`);
    return new TextDecoder().decode(stdout);
  };
  const screen = async () => (await run("capture-pane", "-p", "-J", "-S", "-500", "-t", "0")).trimEnd();
  const see = async (what: RegExp) => {
    const end = Date.now() + 30_000;
    for (let text = await screen();; text = await screen()) {
      if (what.test(text)) return text;
      if (Date.now() > end) throw new Error(`The terminal never showed ${what}:\n${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const type = async (text: string) => {
    if (text !== "") await run("send-keys", "-t", "0", "-l", text);
    await run("send-keys", "-t", "0", "Enter");
  };
  try {
    await run("new-session", "-d", "-x", "120", "-y", "50", `bash --noprofile --rcfile ${folder}/rc`);
    await see(/\$/);
    await type("odoo-mcp setup");
    await see(/Address of your Odoo/);
    await type(odoo.url);
    await see(/Login of the Odoo user/);
    await type(odoo.username);
    await see(/How does it log in/);
    await run("send-keys", "-t", "0", "Down");
    await type("");
    await see(/Password\n/);
    await type(odoo.password);
    await see(/What may agents do/);
    await type("");
    await see(/Which clients get it/);
    await type("");
    await see(/Write these files/);
    await type("");
    await see(/Done\.\n[^]*\$ ?$/);
    const config = "--config ~/.config/odoo-mcp/config.json";
    await type(`odoo-mcp doctor ${config}`);
    await see(/plan +\d+ ms[^]*\$ ?$/);
    await type(`odoo-mcp call ${config} count_records '{"model": "res.country"}'`);
    return masked(await see(/count: \d+\n\$ ?$/), odoo, home);
  } finally {
    await run("kill-server").catch(() => {});
    await Deno.remove(folder, { recursive: true });
  }
}

function masked(text: string, odoo: LiveOdoo, home: string): string {
  return text
    .replaceAll(home, "/home/ada")
    .replace(
      /^(\/home\/ada\/\.cursor\/mcp\.json \(new\))\n(\+.*\n|[^\n]{0,120}\n(?=\+))+/m,
      "$1\n+ … the entry odoo, which starts this program\n",
    )
    .replaceAll(odoo.url, "http://localhost:8069")
    .replaceAll(new URL(odoo.url).host, "localhost:8069")
    .replaceAll(new URL(odoo.url).hostname, "localhost")
    .replaceAll(`port ${new URL(odoo.url).port}`, "port 8069")
    .replaceAll(odoo.database, "demo14")
    .replace(/\d+ ms/g, (time) => "…".padStart(time.length - 3) + " ms")
    .replace(/… +\/ … +\/ \S+ ms|\d+ \/ \d+ \/ +\S+ ms/g, "… / … / … ms")
    .replace(/[ \t]+$/gm, "")
    .replace(/\$$/, "")
    .trimEnd() + "\n";
}

if (import.meta.main) {
  const [odoo, tmux] = [liveOdoo(), await findTmux()];
  if (odoo === null || "missing" in tmux) throw new Error("It needs the real Odoo and tmux");
  await Deno.writeTextFile(FIXTURE, await session(tmux.path, odoo));
}
