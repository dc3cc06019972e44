import assert from "node:assert/strict";
import { debianTest, said } from "../support/debian.ts";

const unit = new URL("../../scripts/deploy/systemd/odoo-mcp.service", import.meta.url).pathname;

await debianTest(
  "systemd knows every line of the unit, and finds it well locked in",
  ["systemd-analyze"],
  async ({ "systemd-analyze": analyze }) => {
    const folder = await Deno.makeTempDir({ prefix: "systemd-" });
    try {
      // It wants the program to be there; this machine has it nowhere.
      const text = (await Deno.readTextFile(unit)).replace("/usr/local/bin/odoo-mcp", Deno.execPath());
      await Deno.writeTextFile(`${folder}/odoo-mcp.service`, text);
      // A systemd that was only unpacked complains about the links between its own units.
      const complaints = await said(analyze, ["verify", "--man=no", `${folder}/odoo-mcp.service`]);
      assert.deepEqual(complaints.split("\n").filter((line) => line.includes("odoo-mcp")), []);
      const report = await said(analyze, ["security", "--offline=true", "--no-pager", `${folder}/odoo-mcp.service`]);
      const exposure = Number(/exposure level for odoo-mcp\.service: (\d+\.\d+)/.exec(report)?.[1]);
      assert.ok(exposure <= 1.5, `exposure ${exposure} of 10:\n${report}`);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
);
