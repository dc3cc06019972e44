import { readDotenv } from "./dotenv.ts";
import { type Collected, didYouMean, empty, problem } from "./entry.ts";
import { byVariable, closeVariables, ECOSYSTEM_VARIABLES, PREFIX } from "./names.ts";
import { fromText } from "./text.ts";

/** What the environment says. Empty variables count as not set, as compose files leave them. */
export function fromEnvironment(env: Readonly<Record<string, string>>): Collected {
  const lines = Object.entries(env).map(([name, value]) => ({ name, value, source: `variable ${name}` }));
  return fromVariables(lines, "environment");
}

/** What a `.env` file says. */
export function fromDotenv(file: { path: string; text: string }): Collected {
  const lines = readDotenv(file.text).map(({ line, name, value }) => ({
    name,
    value,
    source: `${file.path} line ${line} (${name})`,
  }));
  return fromVariables(lines, "dotenv");
}

function runsCommand(path: string, value: string): boolean {
  return path === "secrets.command" || value.startsWith("command:");
}

function fromVariables(
  lines: { name: string; value: string | undefined; source: string }[],
  origin: "environment" | "dotenv",
): Collected {
  const { entries, problems, warnings } = empty();
  const kubernetes: string[] = [];
  // Our own names before the ecosystem's, and those in the order of their table: the first one wins.
  const order = [...ECOSYSTEM_VARIABLES.keys()];
  for (const { name, value, source } of lines.sort((a, b) => order.indexOf(a.name) - order.indexOf(b.name))) {
    const named = byVariable(name);
    if (named === undefined && !name.startsWith(PREFIX)) continue;
    if (value === "" || name === "ODOO_MCP_CONFIG") continue;
    if (/_(?:SERVICE_HOST|SERVICE_PORT\w*|PORT_\d+_\w+)$/.test(name) || /^(?:tcp|udp|sctp):\/\//.test(value ?? "")) {
      kubernetes.push(name);
    } else if (named === undefined) {
      warnings.push(`Left alone ${source}: there is no such setting.${didYouMean(closeVariables(name))}`);
    } else if (value === undefined) {
      problems.push(problem(origin, named.path, source, "its quotes do not end in this line"));
    } else if (origin === "dotenv" && runsCommand(named.path, value)) {
      // Whoever starts the program in a strange folder has not read the .env that lies there.
      problems.push(problem(origin, named.path, source, "a .env file may not make this program run a command"));
    } else entries.push({ ...named, value: fromText(named.leaf.kind, value), origin, source });
  }
  if (kubernetes.length > 0) {
    warnings.push(`Left alone ${kubernetes.join(", ")}: set by Kubernetes for a Service, not settings.`);
  }
  return { entries, problems, warnings };
}
