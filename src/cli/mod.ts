/** The command line. Nothing but the settings is loaded before it is known which command is wanted. */
import { closest } from "../lib/closest.ts";
import { Failure } from "../lib/failure.ts";
import { closeFlags, didYouMean, readSettings } from "../config/mod.ts";
import { readArgs } from "./args.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { complain } from "./print.ts";
import { VERSION } from "./version.ts";

/** A command: its switches, whether it takes settings' flags, and how it runs. Each loads its own file. */
interface Command {
  switches: string[];
  /** Flags with a value that are no settings. */
  options?: string[];
  settings: boolean;
  run(invocation: Invocation): Promise<number>;
}

const COMMANDS: Record<string, Command> = {
  serve: { switches: [], settings: true, run: serve },
  demo: {
    switches: ["serve"],
    settings: true,
    run: async (invocation) => {
      if (!invocation.switches.has("serve")) return (await import("./demo.ts")).demo(invocation);
      return await serve({ ...invocation, flags: { ...invocation.flags, demo: "true" } });
    },
  },
  call: {
    switches: ["json", "yes"],
    settings: true,
    run: async (invocation) => (await import("./call.ts")).call(invocation),
  },
  tools: {
    switches: ["json"],
    settings: true,
    run: async (invocation) => (await import("./tools.ts")).tools(invocation),
  },
  doctor: {
    switches: ["json", "report"],
    settings: true,
    run: async (invocation) => (await import("./doctor.ts")).doctor(invocation),
  },
  setup: {
    switches: ["json", "yes", "remove"],
    options: ["clients", "entry"],
    settings: true,
    run: async (invocation) => (await import("./setup.ts")).setup(invocation),
  },
  smoke: {
    switches: ["json", "write"],
    options: ["junit"],
    settings: true,
    run: async (invocation) => (await import("./smoke.ts")).smoke(invocation),
  },
  config: {
    switches: ["json"],
    settings: true,
    run: async (invocation) => (await import("./config.ts")).config(invocation),
  },
  audit: {
    switches: ["json"],
    options: ["caller", "tool", "model", "since"],
    settings: true,
    run: async (invocation) => (await import("./audit.ts")).audit(invocation),
  },
  secret: {
    switches: ["json"],
    settings: true,
    run: async (invocation) => (await import("./secret.ts")).secret(invocation),
  },
  key: {
    switches: ["json"],
    options: ["role", "expires", "overlap"],
    settings: true,
    run: async (invocation) => (await import("./key.ts")).key(invocation),
  },
  policy: {
    switches: ["json"],
    settings: true,
    run: async (invocation) => (await import("./policy.ts")).policy(invocation),
  },
  permissions: {
    switches: ["json"],
    settings: true,
    run: async (invocation) => (await import("./permissions_command.ts")).permissions(invocation),
  },
  upgrade: {
    switches: ["check", "json"],
    settings: true,
    run: async (invocation) => (await import("./upgrade.ts")).upgrade(invocation),
  },
  version: {
    switches: ["json"],
    settings: false,
    run: async ({ switches }) => (await import("./version.ts")).version(switches.has("json")),
  },
  help: { switches: [], settings: false, run: async ({ words }) => (await import("./help.ts")).help(words) },
};

/** Runs one command line (without the program's name). Answers the exit code: 0 ok, 1 failed, 2 wrong use. */
export async function run(args: readonly string[]): Promise<number> {
  const { words, flags, switches, options, unknown } = readArgs(args);
  if (switches.has("version")) words.unshift("version");
  const [name = "serve", ...rest] = words;
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command === undefined) {
    // The value behind an unknown flag looks like a command.
    const strange = unknown[0];
    if (strange !== undefined) return misuse(notAFlag(strange, COMMANDS["serve"]!));
    return misuse(`Cannot run ${JSON.stringify(name)}: there is no such command.` + near(name));
  }
  if (switches.has("help")) return (await import("./help.ts")).help(words.slice(0, 1));
  const given = [...unknown, ...[...switches].filter((one) => one !== "version").map((one) => `--${one}`)];
  const strange = given.find((flag) => !command.switches.includes(flag.slice(2))) ??
    Object.keys(options).map((flag) => `--${flag}`).find((flag) => !command.options?.includes(flag.slice(2))) ??
    Object.keys(flags).map((flag) => `--${flag}`).find(() => !command.settings);
  if (strange !== undefined) return misuse(notAFlag(strange, command), words.length === 0 ? "" : name);
  try {
    return await command.run({ words: rest, flags, switches, options });
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    complain(`${error.code} ${error.message}`, ...(error.hint === "" ? [] : [error.hint]));
    return EXIT.failed;
  }
}

async function serve({ words, flags }: Invocation): Promise<number> {
  if (words.length > 0) return misuse(`Cannot serve ${JSON.stringify(words[0])}: serve takes flags only.`, "serve");
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;
  const { settings, warnings } = loaded;
  if (settings.transport === "stdio" && Deno.stdin.isTerminal()) {
    complain(
      "Waiting for an MCP client on stdin. This is started by clients; people see: odoo-mcp help (Ctrl+C ends).",
    );
  }
  return await (await import("./serve.ts")).serve(settings, {
    version: VERSION,
    warnings,
    reread: () => readSettings(flags),
  });
}

function near(name: string): string {
  return didYouMean(closest(name, Object.keys(COMMANDS)));
}

function notAFlag(flag: string, { switches, settings }: Command): string {
  const close = settings ? closeFlags(flag.slice(2), switches) : closest(flag, switches.map((one) => `--${one}`));
  return `Cannot understand ${flag}: there is no such flag here.${didYouMean(close)}`;
}
