import { closest } from "../lib/closest.ts";
import { didYouMean, flagOf, type Leaf, leaves, variableOf } from "../config/mod.ts";
import { misuse } from "./command.ts";
import { paint, print, table, width, wrap } from "./print.ts";

/** What `--help` tells about one command. */
interface Page {
  /** In the list of commands. */
  summary: string;
  usage: string[];
  text: string[];
  /** Command and what it does. */
  examples: [string, string][];
}

const SETTINGS_NOTE = "Takes every setting as a flag: odoo-mcp help settings.";

const PAGES: Record<string, Page> = {
  serve: {
    summary: "Serve MCP clients over stdio or HTTP (the default command)",
    usage: ["odoo-mcp [serve] [--transport stdio|http] [settings]"],
    text: ["Starts at once, whether Odoo answers or not; a call tells when it does not. " + SETTINGS_NOTE],
    examples: [
      ["odoo-mcp --config config.json", "over stdio, as clients start it"],
      ["odoo-mcp serve --transport http --port 8000", "at http://localhost:8000/mcp"],
      ["odoo-mcp --mode read-only", "lets nothing be changed"],
    ],
  },
  demo: {
    summary: "Show a guided conversation with an invented company, or serve it",
    usage: ["odoo-mcp demo [--serve] [settings]"],
    text: ["Needs no Odoo and no network, and changes nothing outside its own memory."],
    examples: [
      ["odoo-mcp demo", "a conversation in the terminal, in some seconds"],
      ["odoo-mcp demo --serve", "serves the company over stdio, to try a client"],
      ["odoo-mcp demo --serve --transport http", "the same at http://localhost:8000/mcp"],
    ],
  },
  call: {
    summary: "Call one tool from a shell",
    usage: ["odoo-mcp call TOOL ['{json}' | -] [--yes] [--json] [settings]"],
    text: [
      "Prints the answer as an agent gets it, or with --json the structured form. - reads the arguments from stdin. " +
      "Exit code 1 when the tool answers an error. What needs a confirmation is asked on the terminal; in a script --yes " +
      "confirms it.",
    ],
    examples: [
      ["odoo-mcp call get_context", "who am I, where"],
      [`odoo-mcp call search_records '{"model":"res.partner","limit":5}'`, "five partners"],
      [`odoo-mcp call --demo count_records '{"model":"sale.order"}'`, "asks the demo company"],
    ],
  },
  tools: {
    summary: "List the tools clients get with these settings, or tell all about one",
    usage: ["odoo-mcp tools [NAME] [--json] [settings]"],
    text: [
      "With a NAME: what that tool is for, and each of its arguments with type, default and meaning. Without: all of " +
      "them; arguments in [brackets] may be left out. --json prints everything clients see, schemas included.",
    ],
    examples: [
      ["odoo-mcp tools --demo", "needs no Odoo"],
      ["odoo-mcp tools analytics_query", "how to ask it"],
      ["odoo-mcp tools --toolsets all --json", "for programs"],
    ],
  },
  doctor: {
    summary: "Check the settings and each Odoo step by step, and say what to do",
    usage: ["odoo-mcp doctor [--json] [settings]"],
    text: ["Tries to reach each Odoo, its version, protocol, login and the user's rights. Changes nothing."],
    examples: [["odoo-mcp doctor --config config.json", "one line for each check; exit code 1 when one fails"]],
  },
  config: {
    summary: "Show, check or describe the settings",
    usage: ["odoo-mcp config [show | check | schema] [--json] [settings]"],
    text: [
      "show: each setting, its value (secrets starred) and where that came from. check: exit code 0 or 1. " +
      "schema: a JSON Schema of the config file, for editors.",
    ],
    examples: [
      ["odoo-mcp config show --config config.json", "what would be used"],
      ["odoo-mcp config schema > odoo-mcp.schema.json", 'name it in config.json as "$schema"'],
    ],
  },
  version: {
    summary: "Print the version",
    usage: ["odoo-mcp version [--json]"],
    text: [],
    examples: [["odoo-mcp version", ""]],
  },
  help: {
    summary: "Explain a command, or every setting",
    usage: ["odoo-mcp help [COMMAND | settings]"],
    text: [],
    examples: [["odoo-mcp help call", ""], ["odoo-mcp help settings", ""]],
  },
};

/** `odoo-mcp help [COMMAND | settings]`, and `--help` behind any command. */
export function help(words: readonly string[]): number {
  const [topic] = words;
  if (topic === undefined) overview();
  else if (topic === "settings") settings();
  else if (Object.hasOwn(PAGES, topic)) command(PAGES[topic]!);
  else {
    const near = closest(topic, [...Object.keys(PAGES), "settings"]);
    return misuse(`Cannot explain ${JSON.stringify(topic)}: there is no such command.${didYouMean(near)}`);
  }
  return 0;
}

function overview(): void {
  print(
    "odoo-mcp puts Odoo in the hands of AI agents: an MCP server for Odoo 14 and later.",
    "",
    paint("bold", "Usage"),
    "  odoo-mcp [COMMAND] [flags]",
    "",
    paint("bold", "Commands"),
    ...Object.entries(PAGES).map(([name, { summary }]) => `  ${name.padEnd(9)}${summary}`),
    "",
    paint("bold", "Examples"),
    ...columns([
      ["odoo-mcp demo", "see what it does, without an Odoo"],
      ["odoo-mcp doctor --odoo-url https://odoo.example.com", "check a connection"],
      [`odoo-mcp call search_records '{"model":"res.partner"}'`, "try a tool"],
      ["odoo-mcp --transport http --port 8000", "serve over HTTP"],
    ]),
    "",
    "An Odoo is set by ODOO_URL, ODOO_DB, ODOO_USERNAME and ODOO_API_KEY (or ODOO_PASSWORD), by --config FILE, or by",
    "flags. See odoo-mcp help settings, and odoo-mcp COMMAND --help. Exit codes: 0 ok, 1 failed, 2 wrong use.",
  );
}

function command({ summary, usage, text, examples }: Page): void {
  print(summary, "", paint("bold", "Usage"), ...usage.map((line) => `  ${line}`));
  for (const paragraph of text) print("", ...wrap(paragraph, width()));
  print("", paint("bold", "Examples"), ...columns(examples));
}

function settings(): void {
  print(
    ...wrap(
      "Each setting is a flag, a variable or a key of the JSON file that --config names: --http-port 8000, " +
        'ODOO_MCP_HTTP_PORT=8000, {"http":{"port":8000}}. Flags win over the file, that over variables, those over ' +
        ".env in the working directory. Lists are separated by commas. --host and --port are short for http.",
      width(),
    ),
  );
  for (const leaf of leaves()) print("", ...setting(leaf));
  print(
    "",
    ...wrap(
      "--instances-{name}-… sets one of several Odoos; --odoo-… sets the one called default, and so do ODOO_URL, " +
        "ODOO_DB, ODOO_USERNAME, ODOO_PASSWORD and ODOO_API_KEY.",
      width(),
    ),
  );
}

function setting(leaf: Leaf): string[] {
  const fallback = Array.isArray(leaf.default) ? leaf.default.join(",") : leaf.default;
  const ending = fallback === undefined || fallback === "" ? "" : `; default ${fallback}`;
  const variable = variableOf(leaf.path).replace("{NAME}", "{NAME}");
  return [
    `${paint("bold", flagOf(leaf.path))}  ${paint("dim", variable)}`,
    ...wrap(`${leaf.description} (${leaf.secret ? "a secret" : leaf.allowed}${ending}).`, width(), "    "),
  ];
}

function columns(rows: [string, string][]): string[] {
  return table(["", ""], rows).slice(1).map((line) => `  ${line}`);
}
