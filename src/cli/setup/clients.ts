import { join } from "node:path";

/** Folders of one person on one machine. */
export interface Home {
  os: typeof Deno.build.os;
  /** The home folder. */
  home: string;
  /** Windows: `%APPDATA%`. */
  appData: string;
  /** Linux: `XDG_CONFIG_HOME`, else `~/.config`. */
  configHome: string;
  /** `CODEX_HOME`, else `~/.codex`. */
  codexHome: string;
}

/** An MCP client: where it keeps its servers, and in which form. */
export interface McpClient {
  /** As it stands behind `--clients`. */
  id: string;
  title: string;
  /** What is there when the client is installed. */
  found(home: Home): string;
  /** The file of the person's own servers. */
  file(home: Home): string;
  format: "json" | "toml";
  /** The keys above the servers' names. */
  servers: string[];
  /** What an entry has beside command, args and env. */
  extra?: Record<string, string>;
  /** What to do so that it reads the file again. */
  then: string;
  /** Where its maker says so. */
  source: string;
}

const RESTART = "Quit it and start it again.";

/** Folder of a program that keeps its settings where the system wants them. */
function settingsFolder({ os, home, appData, configHome }: Home, name: string): string {
  if (os === "darwin") return join(home, "Library", "Application Support", name);
  return os === "windows" ? join(appData, name) : join(configHome, name);
}

/**
 * The clients whose files are known, as their makers' pages (`source`) had them in November 2026. All but Codex (TOML) hold
 * JSON; VS Code's, Zed's and Gemini's may hold comments.
 */
export const CLIENTS: readonly McpClient[] = [
  {
    id: "claude-desktop",
    title: "Claude Desktop",
    found: (home) => settingsFolder(home, "Claude"),
    file: (home) => join(settingsFolder(home, "Claude"), "claude_desktop_config.json"),
    format: "json",
    servers: ["mcpServers"],
    then: RESTART,
    source: "https://modelcontextprotocol.io/quickstart/user",
  },
  {
    id: "claude-code",
    title: "Claude Code",
    found: ({ home }) => join(home, ".claude.json"),
    file: ({ home }) => join(home, ".claude.json"),
    format: "json",
    servers: ["mcpServers"],
    extra: { type: "stdio" },
    then: "Start a new session; /mcp shows it.",
    source: "https://code.claude.com/docs/en/mcp",
  },
  {
    id: "cursor",
    title: "Cursor",
    found: ({ home }) => join(home, ".cursor"),
    file: ({ home }) => join(home, ".cursor", "mcp.json"),
    format: "json",
    servers: ["mcpServers"],
    then: "Switch it on under Settings, MCP.",
    source: "https://cursor.com/docs/context/mcp",
  },
  {
    id: "vscode",
    title: "VS Code",
    found: (home) => join(settingsFolder(home, "Code"), "User"),
    file: (home) => join(settingsFolder(home, "Code"), "User", "mcp.json"),
    format: "json",
    servers: ["servers"],
    extra: { type: "stdio" },
    then: "Run the command MCP: List Servers and start it.",
    source: "https://code.visualstudio.com/docs/agents/reference/mcp-configuration",
  },
  {
    id: "codex",
    title: "Codex",
    found: ({ codexHome }) => codexHome,
    file: ({ codexHome }) => join(codexHome, "config.toml"),
    format: "toml",
    servers: ["mcp_servers"],
    then: "Start a new session; /mcp shows it.",
    source: "https://developers.openai.com/codex/mcp",
  },
  {
    id: "gemini",
    title: "Gemini CLI",
    found: ({ home }) => join(home, ".gemini"),
    file: ({ home }) => join(home, ".gemini", "settings.json"),
    format: "json",
    servers: ["mcpServers"],
    then: "Start a new session; /mcp shows it.",
    source: "https://geminicli.com/docs/tools/mcp-server/",
  },
  {
    id: "zed",
    title: "Zed",
    // Unlike others on macOS it keeps to ~/.config there.
    found: (home) => home.os === "windows" ? join(home.appData, "Zed") : join(home.configHome, "zed"),
    file: (home) =>
      home.os === "windows"
        ? join(home.appData, "Zed", "settings.json")
        : join(home.configHome, "zed", "settings.json"),
    format: "json",
    servers: ["context_servers"],
    then: "It starts by itself; see the agent panel's settings.",
    source: "https://zed.dev/docs/ai/mcp",
  },
  {
    id: "windsurf",
    title: "Windsurf",
    found: ({ home }) => join(home, ".codeium", "windsurf"),
    file: ({ home }) => join(home, ".codeium", "windsurf", "mcp_config.json"),
    format: "json",
    servers: ["mcpServers"],
    then: "Press Refresh in Cascade's MCP list.",
    source: "https://docs.windsurf.com/windsurf/cascade/mcp",
  },
  {
    id: "continue",
    title: "Continue",
    found: ({ home }) => join(home, ".continue"),
    // It takes each JSON file of this folder; its config.yaml stays as it is.
    file: ({ home }) => join(home, ".continue", "mcpServers", "odoo-mcp.json"),
    format: "json",
    servers: ["mcpServers"],
    then: "Use it in agent mode.",
    source: "https://docs.continue.dev/customize/deep-dives/mcp",
  },
  {
    id: "lmstudio",
    title: "LM Studio",
    found: ({ home }) => join(home, ".lmstudio"),
    file: ({ home }) => join(home, ".lmstudio", "mcp.json"),
    format: "json",
    servers: ["mcpServers"],
    then: "Switch it on in the chat's integrations.",
    source: "https://lmstudio.ai/docs/app/mcp",
  },
];

/** The folders of whoever runs this; undefined where there is no home folder. */
export function homeOf(env: (name: string) => string | undefined): Home | undefined {
  const { os } = Deno.build;
  const home = env(os === "windows" ? "USERPROFILE" : "HOME");
  if (home === undefined || home === "") return undefined;
  return {
    os,
    home,
    appData: env("APPDATA") || join(home, "AppData", "Roaming"),
    configHome: (os === "windows" ? undefined : env("XDG_CONFIG_HOME")) || join(home, ".config"),
    codexHome: env("CODEX_HOME") || join(home, ".codex"),
  };
}

/** Whether the client is on this machine. */
export function isFound(client: McpClient, home: Home): boolean {
  try {
    Deno.statSync(client.found(home));
    return true;
  } catch {
    return false;
  }
}
