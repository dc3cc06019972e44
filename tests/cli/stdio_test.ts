import assert from "node:assert/strict";
import { spokenOdoo } from "../support/spoken_odoo.ts";
import { call, cleanEnv, connectStdio, RUN } from "../support/server.ts";
import { until } from "../support/until.ts";

const unix = Deno.build.os !== "windows";

Deno.test("with Odoo down the server starts and lists its tools, the call tells, and it heals by itself", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const { port } = listener.addr;
  listener.close();
  const env = { ODOO_URL: `http://127.0.0.1:${port}`, ODOO_DB: "acme", ODOO_USERNAME: "ada", ODOO_PASSWORD: "right" };
  await using client = await connectStdio([], { env });
  assert.ok((await client.listTools()).tools.length > 10);
  const down = await call(client, "get_context");
  assert.equal(down.isError, true);
  assert.match(down.text, /"E001".*nothing listens there/);
  const server = Deno.serve({ hostname: "127.0.0.1", port, onListen: () => {} }, spokenOdoo());
  try {
    // After several failures Odoo is left alone for a moment (E014).
    await until(async () => !(await call(client, "get_context")).isError);
  } finally {
    await server.shutdown();
  }
});

Deno.test("the log goes to a file on request, for this user alone, and nothing to stderr", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const file = `${folder}/odoo-mcp.log`;
    let stderr = "";
    {
      const args = ["demo", "--serve", "--log-file", file, "--log-level", "debug"];
      await using client = await connectStdio(args, { onStderr: (text) => stderr += text });
      await call(client, "count_records", { model: "res.partner" });
    }
    assert.match(await Deno.readTextFile(file), /tool call.*count_records/);
    assert.equal(stderr, "");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "when the process that started it is killed the server ends, though its stdin stays open",
  ignore: !unix,
  fn: async () => {
    const folder = await Deno.makeTempDir();
    let pid = 0;
    try {
      // The shell's fd 3 is passed on: the server itself holds the other end of its stdin, so that never ends.
      const program = [Deno.execPath(), ...RUN, "demo", "--serve"].map((word) => `'${word}'`).join(" ");
      const script =
        `mkfifo '${folder}/in' && exec 3<>'${folder}/in' && { ${program} <&3 2>'${folder}/err' & } && echo $! && wait`;
      const parent = new Deno.Command("bash", {
        args: ["-c", script],
        clearEnv: true,
        env: cleanEnv(),
        stdin: "null",
        stdout: "piped",
        stderr: "inherit",
      }).spawn();
      const reader = parent.stdout.getReader();
      pid = Number(new TextDecoder().decode((await reader.read()).value));
      const lives = () => new Deno.Command("kill", { args: ["-0", String(pid)], stderr: "null" }).output();
      const client = { protocolVersion: "2025-11-25", capabilities: {}, clientInfo: { name: "test", version: "1" } };
      const hello = { jsonrpc: "2.0", id: 1, method: "initialize", params: client };
      await Deno.writeTextFile(`${folder}/in`, `${JSON.stringify(hello)}\n`, { append: true });
      assert.match(new TextDecoder().decode((await reader.read()).value), /"result"/);
      parent.kill("SIGKILL");
      await parent.status;
      await until(async () => !(await lives()).success);
      await reader.cancel();
    } finally {
      if (pid > 0) await new Deno.Command("kill", { args: ["-9", String(pid)], stderr: "null" }).output();
      await Deno.remove(folder, { recursive: true });
    }
  },
});
