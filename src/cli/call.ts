import { isObject, type JsonObject } from "../lib/json.ts";
import { callTool, type Confirm, connect } from "./client.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { complain, print, printJson } from "./print.ts";
import { progressBar } from "./progress.ts";

/** `odoo-mcp call TOOL '{json}'`: one tool call through a real MCP session. Exit code 1 when the tool answers an error. */
export async function call({ words, flags, switches }: Invocation): Promise<number> {
  const [tool, text = "{}", ...more] = words;
  if (tool === undefined) return misuse("Cannot call: the tool is missing. Write odoo-mcp call TOOL '{…}'.", "call");
  if (more.length > 0) {
    return misuse("Cannot call: there are too many arguments. Put quotes around the JSON: '{…}'.", "call");
  }
  const args = readArguments(text === "-" ? await new Response(Deno.stdin.readable).text() : text);
  if (args === undefined) {
    return misuse(`Cannot call ${tool}: its arguments are not a JSON object like '{"a":1}'.`, "call");
  }
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;

  const client = await connect(flags, loaded.settings, confirmation(switches.has("yes")));
  try {
    const bar = progressBar();
    const answer = await callTool(client, tool, args, bar.show).finally(bar.end);
    if (switches.has("json")) printJson(answer.structured);
    else print(answer.text);
    if (answer.isError && answer.text.includes('"E010"') && !Deno.stdin.isTerminal()) {
      complain(
        loaded.settings.demo
          ? "Each call has a demo company of its own, so a plan token of this one can't be used in the next: add --yes."
          : "To carry it out, call again with the plan token as plan, or add --yes.",
      );
    }
    return answer.isError ? EXIT.failed : EXIT.ok;
  } finally {
    await client.close();
  }
}

/** Who answers when the server wants a confirmation: the flag, the person at the terminal, or nobody. */
function confirmation(yes: boolean): Confirm | undefined {
  if (yes) return () => true;
  return Deno.stdin.isTerminal() ? (plan) => confirm(plan) : undefined;
}

function readArguments(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
