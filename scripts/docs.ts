/**
 * README's generated parts, each between `<!-- generated:NAME -->` and `<!-- /generated -->`: `tools`, `settings`,
 * `permissions`, `questions` (a table that tests/live checks), `story` and `terminal` (recorded by tests/live). `--check` only
 * compares.
 */
import { grants } from "../src/cli/permissions.ts";
import { flagOf, leaves, loadSettings, variableOf } from "../src/config/mod.ts";
import { CODES } from "../src/guides/mod.ts";
import { FAILURE_KINDS, type FailureCode } from "../src/lib/failure.ts";
import { isObject } from "../src/lib/json.ts";
import { listing, type Tool, tools } from "../src/mcp/mod.ts";
import { questions } from "../tests/live/questions.ts";
import { fill, writeOrCheck } from "./generated.ts";

const readme = new URL("../README.md", import.meta.url).pathname;
const story = await Deno.readTextFile(new URL("../tests/fixtures/story.md", import.meta.url));
const terminal = await Deno.readTextFile(new URL("../tests/fixtures/terminal.md", import.meta.url));
const text = fill(await Deno.readTextFile(readme), {
  tools: toolTable,
  settings: settingTable,
  permissions: permissionTable,
  questions: questionList,
  story: () => story.trimEnd(),
  terminal: () => `\`\`\`text\n${terminal.trimEnd()}\n\`\`\``,
});
const troubleshooting = new URL("../src/guides/troubleshooting.md", import.meta.url).pathname;
const guide = fill(await Deno.readTextFile(troubleshooting), { codes: codeSections });
Deno.exit(await writeOrCheck(new Map([[readme, text], [troubleshooting, guide]]), Deno.args, "docs"));

/** What each error code means and what helps; sections, because they are read in terminals too. */
function codeSections(): string {
  return Object.entries(FAILURE_KINDS).map(([code, kind]) => {
    const { means, helps } = CODES[code as FailureCode];
    return `## ${code} ${kind}\n\n<!-- deno-fmt-ignore -->\n${means} **What helps:** ${helps}`;
  }).join("\n\n");
}

function toolTable(): string {
  const listed = tools.filter(({ aliasOf }) => aliasOf === undefined);
  const rows = listed.map((tool) => [`\`${tool.name}\``, tool.access, argumentNames(tool), tool.description]);
  return table(["tool", "access", "arguments", "what it does"], rows);
}

/** What `odoo-mcp permissions` says of a server with one Odoo behind a proxy, over HTTP. */
function permissionTable(): string {
  const args = {
    "odoo-url": "https://odoo.example.com",
    "odoo-proxy": "http://proxy.example.com:3128",
    "transport": "http",
    "store-file": "…/odoo-mcp/store.db",
    "audit-file": "…/odoo-mcp/audit.jsonl",
    "log-file": "…/odoo-mcp.log",
  };
  const loaded = loadSettings({ args });
  if ("problems" in loaded) throw new Error(loaded.problems.map(({ message }) => message).join("\n"));
  const rows = grants(loaded.settings).map(({ kind, what, why }) => [kind, `\`${what}\``, why]);
  return table(["may", "what", "why"], [...rows, [
    "nothing else",
    "–",
    "no other host, file, variable, program or code",
  ]]);
}

/** As clients see them, the required ones bold. */
function argumentNames(tool: Tool): string {
  const { inputSchema } = listing(tool, []);
  if (!isObject(inputSchema) || !isObject(inputSchema.properties)) return "–";
  const required = Array.isArray(inputSchema.required) ? inputSchema.required : [];
  const names = Object.keys(inputSchema.properties).map((name) => required.includes(name) ? `**${name}**` : name);
  return names.join(", ") || "–";
}

function settingTable(): string {
  const rows = leaves().map(({ path, description, allowed, default: value }) => [
    `\`${path}\``,
    `\`${flagOf(path)}\``,
    `\`${variableOf(path)}\``,
    value === undefined ? "–" : `\`${JSON.stringify(value)}\``,
    `${description} (${allowed})`,
  ]);
  return table(["setting", "flag", "variable", "default", "what it does"], rows);
}

/** The questions of the tested table, each with its call. */
function questionList(): string {
  const areas = [...new Set(questions.map(({ area }) => area))];
  const lines = areas.flatMap((area) => [
    `**${area}**`,
    "",
    ...questions.filter((one) => one.area === area).map(({ ask, tool, input }) =>
      `- ${ask}<br>\`${tool} ${JSON.stringify(input)}\``
    ),
    "",
  ]);
  return ["<!-- deno-fmt-ignore-start -->", "", ...lines, "<!-- deno-fmt-ignore-end -->"].join("\n");
}

/** The formatter would pad every cell to the longest of its column: hundreds of blanks a line. */
function table(head: string[], rows: string[][]): string {
  const lines = [head, head.map(() => "---"), ...rows].map((cells) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s*\n\s*/g, " ")).join(" | ")} |`
  );
  return ["<!-- deno-fmt-ignore-start -->", "", ...lines, "", "<!-- deno-fmt-ignore-end -->"].join("\n");
}
