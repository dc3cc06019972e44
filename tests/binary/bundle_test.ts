import { build, mustBeSeen, mustCall, mustWork } from "./program.ts";

const deno = Deno.execPath();

Deno.test("the bundle works from disk and from a URL, with no more permissions than README names", async (t) => {
  const folder = await build({ command: deno, args: [] }, "bundle");
  const common = ["run", "--no-config", "--no-prompt", "--unstable-worker-options", "--allow-env"];
  try {
    await t.step("from disk", async () => {
      const read = `--allow-read=${folder}/odoo-mcp-worker.js`;
      await mustWork({ command: deno, args: [...common, read, `${folder}/odoo-mcp.js`] });
      await mustCall({ command: deno, args: [...common, "--allow-read", "--allow-run", `${folder}/odoo-mcp.js`] });
      const net = "--allow-net=127.0.0.1";
      await mustBeSeen({ command: deno, args: [...common, read, net, `${folder}/odoo-mcp.js`] });
    });

    await t.step("from a URL", async () => {
      const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
        const body = await Deno.readTextFile(folder + new URL(request.url).pathname);
        return new Response(body, { headers: { "content-type": "text/javascript" } });
      });
      try {
        const host = `127.0.0.1:${server.addr.port}`;
        const program = [...common, `--allow-import=${host}`];
        await mustWork({ command: deno, args: [...program, `http://${host}/odoo-mcp.js`] });
        await mustCall({
          command: deno,
          args: [...program, "--allow-read", "--allow-run", `http://${host}/odoo-mcp.js`],
        });
      } finally {
        await server.shutdown();
      }
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
