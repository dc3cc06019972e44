import { connect } from "./client.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { print, printJson, table } from "./print.ts";

/** `odoo-mcp tools`: the tools a client gets with these settings, asked through a real MCP session. */
export async function tools({ words, flags, switches }: Invocation): Promise<number> {
  if (words.length > 0) return misuse(`Cannot use ${JSON.stringify(words[0])}: tools takes flags only.`, "tools");
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
    if (switches.has("json")) {
      printJson(listed);
      return EXIT.ok;
    }
    const rows = listed.map(({ name, title, annotations, inputSchema }) => {
      const access = annotations?.readOnlyHint ? "reads" : annotations?.destructiveHint ? "may destroy" : "changes";
      const required = inputSchema.required ?? [];
      const names = Object.keys(inputSchema.properties ?? {});
      const args = [...required, ...names.filter((one) => !required.includes(one)).map((one) => `[${one}]`)];
      return [name, access, title ?? "", args.join(" ")];
    });
    print(...table(["tool", "access", "title", "arguments"], rows));
    print("", ...listed.map(({ name, description }) => `${name}: ${description ?? ""}`));
    return EXIT.ok;
  } finally {
    await client.close();
  }
}
