import type { Client } from "@modelcontextprotocol/client";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import { callTool, connect, lasting, program } from "./client.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { type Known, type Step, STEPS } from "./conversation.ts";
import { paint, print, width, wrap } from "./print.ts";

/** Settings the conversation relies on, whatever this machine's variables say. */
const FLAGS = { demo: "true", mode: "guarded", confirm: "auto", "toolsets": "core", "log-level": "error" };

/** Lines of an answer that are shown. */
const SHOWN_LINES = 12;

/** Lines of the terminal that one line of an answer may take. */
const FOLDED_LINES = 3;

/** `odoo-mcp demo`: the real server with the demo company, asked by a real MCP client, told in plain words. */
export async function demo({ words, flags }: Invocation): Promise<number> {
  if (words.length > 0) return misuse(`Cannot use ${JSON.stringify(words[0])}: demo takes flags only.`, "demo");
  const all = { ...flags, ...FLAGS };
  const loaded = settingsOrExit(all);
  if (typeof loaded === "number") return loaded;
  const started = performance.now();
  const client = await connect(all, loaded.settings);
  try {
    const { tools } = await client.listTools();
    const ms = Math.round(performance.now() - started);
    print(
      paint("bold", "A conversation with an invented company"),
      ...wrap(
        `The real server was started and asked for its ${tools.length} tools over stdio in ${ms} ms. ` +
          "The company lives in its memory: there is no Odoo and no network behind it.",
        width(),
      ),
    );
    let strange = 0;
    const known: Known = {};
    for (const [index, step] of STEPS.entries()) {
      if (!await show(client, step, `${index + 1}/${STEPS.length}`, known)) strange++;
    }
    goodbye();
    return strange === 0 ? EXIT.ok : EXIT.failed;
  } finally {
    await client.close();
  }
}

/** Plays one step. Answers whether it went as it should. */
async function show(client: Client, step: Step, number: string, known: Known): Promise<boolean> {
  const args = step.arguments(known);
  print("", paint("bold", `${number}  You: ${step.question}`));
  print(...wrap(`${step.tool} ${spaced(args)}`, width(), "     ").map((line) => paint("cyan", line)));
  const started = performance.now();
  const { text, structured, isError } = await callTool(client, step.tool, args);
  const ms = (performance.now() - started).toFixed(1);
  print(...trim(isError ? indented(text) : text).map((line) => `     ${line}`));
  const asPlanned = isError === (step.refused === true);
  const remark = asPlanned ? step.remark : "This is not what should have happened: please report it.";
  print(paint(asPlanned ? "dim" : "red", `     ${ms} ms. ${remark}`));
  if (isObject(structured)) step.learn?.(structured as JsonObject, known);
  return asPlanned;
}

/** JSON on one line with spaces, so that it breaks where people read easily. */
function spaced(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (!isObject(value)) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, child]) => `${JSON.stringify(key)}: ${spaced(child)}`).join(", ")}}`;
}

/** A failure's JSON, broken into lines for people; other text as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 1);
  } catch {
    return text;
  }
}

/** An answer as far as the terminal shows it well, saying what is left out here (the agent gets all of it). */
function trim(text: string): string[] {
  const lines = text.split("\n");
  const columns = width() - 5;
  const shown = lines.slice(0, SHOWN_LINES).flatMap((line) => fold(line.replaceAll("\t", "  "), columns));
  const rest = lines.length - SHOWN_LINES;
  const cut = shown.some((line) => line.endsWith("…")) ? ["lines that end in … are longer"] : [];
  const left = [...(rest > 0 ? [`${rest} more lines`] : []), ...cut];
  return left.length === 0 ? shown : [...shown, paint("dim", `(${left.join("; ")}; the agent gets all of it)`)];
}

/** A line in as many as are allowed for it, the last one marked where there is more. */
function fold(line: string, columns: number): string[] {
  const parts: string[] = [];
  for (let at = 0; at < line.length || parts.length === 0; at += columns) parts.push(line.slice(at, at + columns));
  if (parts.length <= FOLDED_LINES) return parts;
  return [...parts.slice(0, FOLDED_LINES - 1), `${parts[FOLDED_LINES - 1]!.slice(0, -1)}…`];
}

/** How a stranger goes on: the command of this very program, put into the clients' own forms. */
function goodbye(): void {
  const { command, args } = lasting(program({ network: true }));
  const env = {
    ODOO_URL: "https://odoo.example.com",
    ODOO_DB: "my-database",
    ODOO_USERNAME: "me@example.com",
    ODOO_API_KEY: "…",
  };
  const line = [command, ...args].map((part) => /^[\w./:=@-]+$/.test(part) ? part : `'${part}'`).join(" ");
  const variables = Object.entries(env).map(([name, value]) => `-e ${name}=${value}`).join(" ");
  print(
    "",
    paint("bold", "Connect your own client"),
    "",
    "Claude Desktop, Cursor and most others, in their JSON configuration:",
    JSON.stringify({ mcpServers: { odoo: { command, args, env } } }, null, 2),
    "",
    "Claude Code:",
    `  claude mcp add odoo ${variables} -- ${line}`,
    "",
    "Any other client: start this command with those variables and speak MCP over stdio, or add --transport http",
    "and connect to http://localhost:8000/mcp:",
    `  ${line}`,
    "",
    "To try a client with the demo company, put demo --serve behind that command; no variables are needed then.",
  );
}
