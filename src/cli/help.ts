import { closest } from "../lib/closest.ts";
import { GUIDES } from "../guides/mod.ts";
import { didYouMean } from "../config/mod.ts";
import { misuse } from "./command.ts";
import { printGuide, titleOf } from "./guide.ts";
import { printSettings } from "./help_settings.ts";
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
    usage: ["odoo-mcp [serve] [--transport stdio|http|sse] [settings]"],
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
    summary: "Check the settings, this machine and each Odoo layer by layer, and say what to do",
    usage: ["odoo-mcp doctor [--json | --report] [settings]"],
    text: [
      "In turn: settings, port, files, permissions, clients; then for each Odoo name, connection, proxy, certificate, HTTP, " +
      "version, protocols, database, login, second factor, API keys, user, rights on ten common models, clock, latency. Ends " +
      "with what fails, for the rest could only fail for the same reason. Changes nothing. --report prints Markdown for an " +
      "issue, without hosts, names or folders. Exit code 1 when a check fails.",
    ],
    examples: [
      ["odoo-mcp doctor --config config.json", "one line for each check"],
      ["odoo-mcp doctor --report", "to paste into an issue"],
    ],
  },
  setup: {
    summary: "Connect an Odoo to the MCP clients of this machine, step by step",
    usage: [
      "odoo-mcp setup [--clients ID,ID|all|none] [--entry NAME] [--yes] [--json] [settings]",
      "odoo-mcp setup --remove [--config FILE] [--entry NAME] [--yes] [--json]",
    ],
    text: [
      "Asks for address, database, user and key, tests them, and shows the change of each file before it writes: a config " +
      "file (--config names another than the usual), the key encrypted in the credentials file, and one entry for each " +
      "client found: claude-desktop, claude-code, cursor, vscode, codex, gemini, zed, windsurf, continue, lmstudio. Then it " +
      "starts the server as each client would. Each file changed is kept beside. With --yes or --json it asks nothing and " +
      "takes flags and variables; give the key as ODOO_API_KEY, for flags are seen by everybody on the machine.",
    ],
    examples: [
      ["odoo-mcp setup", "asks everything"],
      ["odoo-mcp setup --yes --odoo-url https://odoo.example.com --clients cursor", "in a script"],
      ["odoo-mcp setup --remove", "takes it all away again"],
    ],
  },
  smoke: {
    summary: "Test a real Odoo through the real server: a table, JSON or JUnit for CI",
    usage: ["odoo-mcp smoke [--write] [--junit FILE] [--json] [settings]"],
    text: [
      "Starts the server as clients do and asks every reading tool about contacts; each check says what to do when it " +
      "fails. Changes nothing. With --write it makes one contact of its own, changes it, undoes that and deletes it. What " +
      "the settings leave out is skipped. Exit code 1 when a check fails.",
    ],
    examples: [
      ["odoo-mcp smoke --config config.json", "after an upgrade of Odoo"],
      ["odoo-mcp smoke --write --junit smoke.xml", "in CI, on a test database"],
    ],
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
  audit: {
    summary: "Show what callers did, or check that nobody altered the record of it",
    usage: [
      "odoo-mcp audit verify [FILE] [--json] [settings]",
      "odoo-mcp audit show [FILE] [--caller C] [--tool T] [--model M] [--since WHEN] [--json] [settings]",
    ],
    text: [
      "verify: names the first line that was changed, removed, moved or cut; exit code 1 then. show: --since takes a day, a " +
      "time, or 30m, 8h, 7d. A change whose outcome was never written (the server was killed) is shown as unknown.",
    ],
    examples: [
      ["odoo-mcp audit verify --config config.json", "every file that is kept, one behind the other"],
      ["odoo-mcp audit show --model sale.order --since 7d", "who touched orders this week"],
    ],
  },
  key: {
    summary: "Make, list, replace and end the API keys that clients come with over HTTP",
    usage: [
      "odoo-mcp key create NAME --role ROLE [--expires 90d] [settings]",
      "odoo-mcp key list | rotate NAME [--overlap 24h] [--expires 90d] | revoke NAME [--json] [settings]",
    ],
    text: [
      "The keys stand in the file that security.keys names, without the keys themselves: each is shown once, when it is " +
      "made. rotate makes a new one, and the old one works on for the overlap. revoke takes a name or the visible part of a " +
      "key and works at once, on every server that shares the file or the store.",
    ],
    examples: [
      ["odoo-mcp key create alice --role editor --expires 90d", "prints the key alone on stdout"],
      ["odoo-mcp key revoke alice", "all keys of alice"],
    ],
  },
  secret: {
    summary: "Keep passwords and keys in an encrypted file",
    usage: ["odoo-mcp secret set NAME | list | rotate | remove NAME [--json] [settings]"],
    text: [
      "set reads the value from stdin, so that it stands in no list of processes. A setting then names it: secret:NAME. " +
      "rotate encrypts everything with a new key. The key comes from secrets.key_file, secrets.key or secrets.command; " +
      "where none is set, one is made beside the file.",
    ],
    examples: [
      ["odoo-mcp secret set odoo-key < key.txt", "then ODOO_API_KEY=secret:odoo-key"],
      ["odoo-mcp secret list", "names and when they were set, no values"],
    ],
  },
  policy: {
    summary: "Tell what a caller may do, and test that against a list of expectations",
    usage: [
      "odoo-mcp policy explain CALLER TOOL MODEL [--json] [settings]",
      "odoo-mcp policy test FILE [--json] [settings]",
    ],
    text: [
      "CALLER is local, key:NAME, or the name of a role. explain: allowed or not, by which rule, which fields are hidden or " +
      "masked. test: FILE is a JSON list of {caller or role, tool, model, field?, action?, expect}, where expect is " +
      "allowed, refused, hidden or masked; exit code 1 when one differs. Neither asks Odoo, whose own rights come on top.",
    ],
    examples: [
      ["odoo-mcp policy explain viewer delete_record res.partner", "refused, by the role"],
      ["odoo-mcp policy test policy.json --config config.json", "for a company's CI"],
    ],
  },
  permissions: {
    summary: "Show what the server may reach with these settings",
    usage: ["odoo-mcp permissions [--json] [settings]"],
    text: ["The sandbox holds these hosts and files and nothing else, whatever the code in it tries."],
    examples: [["odoo-mcp permissions --config config.json", "for a firewall's rules, or a review"]],
  },
  upgrade: {
    summary: "Say whether there is a newer version",
    usage: ["odoo-mcp upgrade --check [--json] [settings]"],
    text: [
      "Asks the address in upgrade.feed, once and only now; the server itself never asks anybody. The feed answers JSON " +
      "with version (or tag_name, as GitHub's releases do). Needs the network for that host alone.",
    ],
    examples: [[
      "odoo-mcp upgrade --check --upgrade-feed https://example.com/odoo-mcp.json",
      "exit code 1 when it can't tell",
    ]],
  },
  version: {
    summary: "Print the version",
    usage: ["odoo-mcp version [--json]"],
    text: [],
    examples: [["odoo-mcp version", ""]],
  },
  help: {
    summary: "Explain a command or every setting, or show a guide",
    usage: ["odoo-mcp help [COMMAND | settings | GUIDE]"],
    text: [`Guides: ${Object.keys(GUIDES).join(", ")}.`],
    examples: [["odoo-mcp help call", ""], ["odoo-mcp help settings", ""], ["odoo-mcp help first-hour", ""]],
  },
};

/** `odoo-mcp help [COMMAND | settings | GUIDE]`, and `--help` behind any command. */
export function help(words: readonly string[]): number {
  const [topic] = words;
  if (topic === undefined) overview();
  else if (topic === "settings") printSettings();
  else if (Object.hasOwn(PAGES, topic)) command(PAGES[topic]!);
  else if (Object.hasOwn(GUIDES, topic)) printGuide(GUIDES[topic]!);
  else {
    const near = closest(topic, [...Object.keys(PAGES), ...Object.keys(GUIDES), "settings"]);
    return misuse(`Cannot explain ${JSON.stringify(topic)}: there is no such command or guide.${didYouMean(near)}`);
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
    ...Object.entries(PAGES).map(([name, { summary }]) => `  ${name.padEnd(12)}${summary}`),
    "",
    paint("bold", "Guides") + " (odoo-mcp help GUIDE)",
    ...Object.entries(GUIDES).map(([topic, text]) => `  ${topic.padEnd(17)}${titleOf(text)}`),
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

function columns(rows: [string, string][]): string[] {
  return table(["", ""], rows).slice(1).map((line) => `  ${line}`);
}
