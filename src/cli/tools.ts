import { closest } from "../lib/closest.ts";
import { didYouMean } from "../config/mod.ts";
import { connect } from "./client.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { print, printJson, table } from "./print.ts";
import { accessOf, argumentsOf, toolPage } from "./tool_page.ts";

/** `odoo-mcp tools [NAME]`: the tools a client gets with these settings, or all about one, through a real MCP session. */
export async function tools({ words, flags, switches }: Invocation): Promise<number> {
  const [name, ...more] = words;
  if (more.length > 0) return misuse(`Cannot use ${JSON.stringify(more[0])}: tools takes one name at most.`, "tools");
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;

  const client = await connect(flags, loaded.settings);
  try {
    const listed = [];
    let cursor: string | undefined;
    do {
      const page = await client.listTools(cursor === undefined ? {} : { cursor });
      listed.push(...page.tools);
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    if (name !== undefined) {
      const tool = listed.find((one) => one.name === name);
      if (tool === undefined) {
        const near = closest(name, listed.map((one) => one.name));
        const reason = "with these settings there is no such tool";
        return misuse(`Cannot show ${JSON.stringify(name)}: ${reason}.${didYouMean(near)}`, "tools");
      }
      if (switches.has("json")) printJson(tool);
      else print(...toolPage(tool));
      return EXIT.ok;
    }
    if (switches.has("json")) {
      printJson(listed);
      return EXIT.ok;
    }
    const rows = listed.map((tool) => {
      const { properties, required } = argumentsOf(tool);
      const others = Object.keys(properties).filter((one) => !required.includes(one));
      return [tool.name, accessOf(tool), tool.title ?? "", [...required, ...others.map((one) => `[${one}]`)].join(" ")];
    });
    print(...table(["tool", "access", "title", "arguments"], rows));
    print("", ...listed.map(({ name, description }) => `${name}: ${description ?? ""}`));
    print("", "All about one: odoo-mcp tools NAME");
    return EXIT.ok;
  } finally {
    await client.close();
  }
}
