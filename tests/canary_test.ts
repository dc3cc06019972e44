/**
 * Secrets and values of records go through every path of the program, error paths too; then everything it wrote beside its
 * answers is searched for them: the log at its loudest, the audit, what a dying process says.
 */
import assert from "node:assert/strict";
import { assertClean, everyTool, inFolder, SECRET, VALUE } from "./support/canary.ts";
import { call, cleanEnv, connectHttp, connectStdio, RUN, startHttp } from "./support/server.ts";

Deno.test("over stdio no value of a record reaches the log or the audit, whatever tools are asked", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/audit.jsonl`;
    for (const format of ["json", "pretty"]) {
      let said = "";
      const args = ["serve", "--demo", "--mode", "open", "--toolsets", "all", "--log-level", "debug"];
      await using client = await connectStdio([...args, "--log-format", format, "--audit-file", file], {
        env: { ODOO_PASSWORD: SECRET },
        onStderr: (text) => said += text,
      });
      const calls = await everyTool(client);
      await client.close();
      assert.ok(said.split("tool call").length > calls / 2, "the log has something in it");
      assertClean(`the ${format} log`, said);
    }
    const text = await Deno.readTextFile(file);
    assert.ok(text.split("\n").length > 100);
    assertClean("the audit", text);
  });
});

Deno.test("over HTTP neither values nor what requests carry reach the log or the audit", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/audit.jsonl`;
    await using server = await startHttp(["--demo", "--mode", "open", "--log-level", "debug", "--audit-file", file]);
    {
      await using client = await connectHttp(server.url);
      await everyTool(client);
    }
    const headers = { "content-type": "application/json", accept: "application/json, text/event-stream" };
    const strange: [string, RequestInit][] = [
      ["/mcp", { method: "POST", headers, body: `{"jsonrpc": "2.0", "${VALUE}` }],
      ["/mcp", {
        method: "POST",
        headers,
        body: JSON.stringify({ jsonrpc: "2.0", id: 1, method: VALUE, params: { VALUE } }),
      }],
      ["/mcp", { method: "POST", headers: { ...headers, authorization: `Bearer ${SECRET}` }, body: "[]" }],
      ["/mcp", { method: "POST", headers: { ...headers, origin: `https://${VALUE}.example` }, body: "{}" }],
      ["/mcp", { method: "POST", headers: { ...headers, "x-odoo-api-key": SECRET, cookie: SECRET }, body: "{}" }],
      [`/${VALUE}?key=${SECRET}`, {}],
      ["/metrics", {}],
      ["/ready", {}],
    ];
    for (const [path, init] of strange) await (await fetch(new URL(path, server.url), init)).text();
    await server.stop();
    assertClean("the log", server.log());
    assertClean("the audit", await Deno.readTextFile(file));
  });
});

Deno.test("an Odoo that repeats passwords and values in its errors puts neither into the log or the audit", async () => {
  await inFolder(async (folder) => {
    const file = `${folder}/audit.jsonl`;
    const version = { server_version: "14.0", server_version_info: [14, 0, 0, "final", 0] };
    let turn = 0;
    const answers: ((text: string) => Response)[] = [
      (text) => new Response(text, { status: 500, headers: { "content-type": "text/html" } }),
      (text) =>
        Response.json({
          jsonrpc: "2.0",
          id: 1,
          error: { code: 200, message: text, data: { debug: text, message: text } },
        }),
      (text) =>
        new Response(`{"jsonrpc": "2.0", "result": ${text}`, { headers: { "content-type": "application/json" } }),
      (text) => Response.json({ jsonrpc: "2.0", id: 1, result: text }),
      (text) => Response.redirect(`http://127.0.0.1:1/?${encodeURIComponent(text.slice(0, 200))}`),
    ];
    const odoo = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
      const text = await request.text();
      if (text.includes('"version"')) return Response.json({ jsonrpc: "2.0", id: 1, result: version });
      if (text.includes('"authenticate"')) return Response.json({ jsonrpc: "2.0", id: 1, result: 2 });
      return answers[turn++ % answers.length]!(`${text} ${VALUE} ${SECRET}`);
    });
    let said = "";
    {
      const url = `http://127.0.0.1:${odoo.addr.port}`;
      const args = ["serve", "--mode", "open", "--log-level", "debug", "--audit-file", file, "--odoo-url", url];
      await using client = await connectStdio(args, {
        env: { ODOO_DB: "x", ODOO_USERNAME: "a", ODOO_PASSWORD: SECRET },
        onStderr: (text) => said += text,
      });
      for (let round = 0; round < 20; round++) {
        const answer = await call(client, "search_records", { model: "res.partner", domain: [["name", "=", VALUE]] });
        assert.ok(!answer.text.includes(SECRET), answer.text);
        await call(client, "create_record", { model: "res.partner", values: { name: VALUE } });
      }
    }
    await odoo.shutdown();
    assertClean("the log", said);
    assertClean("the audit", await Deno.readTextFile(file));
  });
});

Deno.test("garbage on stdin, and a process that is killed, say nothing of what was sent", async () => {
  for (const signal of ["SIGTERM", "SIGABRT", "SIGKILL"] as const) {
    const process = new Deno.Command(Deno.execPath(), {
      args: [...RUN, "serve", "--demo", "--log-level", "debug"],
      env: cleanEnv({ ODOO_PASSWORD: SECRET, ODOO_API_KEY: SECRET }),
      clearEnv: true,
      stdin: "piped",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    const writer = process.stdin.getWriter();
    const messages = [
      VALUE,
      `{"jsonrpc":"2.0","id":1,"method":"${VALUE}`,
      JSON.stringify({ jsonrpc: "2.0", id: 1, method: VALUE, params: { name: VALUE } }),
      JSON.stringify({ jsonrpc: "1.0", id: VALUE, method: "tools/call", params: VALUE }),
      JSON.stringify([VALUE, { [VALUE]: VALUE }]),
      JSON.stringify({
        jsonrpc: "2.0",
        id: 2,
        method: "tools/call",
        params: { name: "search_records", arguments: VALUE },
      }),
      JSON.stringify({ jsonrpc: "2.0", id: VALUE, result: VALUE }),
    ];
    await writer.write(new TextEncoder().encode(messages.join("\n") + "\n"));
    const saying = new Response(process.stderr).text();
    await new Promise((resolve) => setTimeout(resolve, 1000));
    process.kill(signal);
    await process.status;
    await writer.close().catch(() => {});
    assertClean(`what was said on ${signal}`, await saying);
  }
});
