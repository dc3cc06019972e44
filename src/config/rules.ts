import { isLoopback } from "./address.ts";
import { type Origin, type Problem, problem } from "./entry.ts";
import { spoken } from "./names.ts";
import type { InstanceSettings, Settings } from "./schema.ts";

/** Tells where a setting's value came from. */
type SourceOf = (path: string) => { source: string; origin: Origin | undefined };

/** What single values can't tell: whether settings fit together. */
export function checkTogether(settings: Settings, sourceOf: SourceOf): { problems: Problem[]; warnings: string[] } {
  const problems: Problem[] = [];
  const warnings: string[] = [];
  const refuse = (path: string, why: string) => {
    const { source, origin } = sourceOf(path);
    problems.push(problem(origin ?? "default", path, source, why));
  };
  if (settings.transport === "http" && !isLoopback(settings.http.host)) {
    // Authentication comes with its own release; until then nobody else may reach the server at all.
    refuse(
      "http.host",
      `${JSON.stringify(settings.http.host)} lets other machines in, and there is no authentication. ` +
        "Allowed are localhost, 127.0.0.1 and ::1",
    );
  }
  for (const [name, instance] of Object.entries(settings.instances)) {
    checkInstance(`instances.${name}`, instance, refuse, warnings);
  }
  return { problems, warnings };
}

function checkInstance(
  path: string,
  instance: InstanceSettings,
  refuse: (path: string, why: string) => void,
  warnings: string[],
): void {
  const { username, password, api_key: key, protocol } = instance;
  const url = new URL(instance.url);
  const of = (setting: string) => spoken(`${path}.${setting}`);
  if (url.protocol === "http:" && !isLoopback(url.hostname) && instance.allow_http !== true) {
    refuse(
      `${path}.url`,
      `over http:// anybody on the way can read the credentials. Write https://, ` +
        `or set ${of("allow_http")} to true on a network you trust`,
    );
  }
  if (protocol === "json2" && key === undefined) {
    refuse(`${path}.protocol`, `json2 needs an API key. Set ${of("api_key")}, or choose auto, jsonrpc or xmlrpc`);
  } else if (password === undefined && key === undefined) {
    warnings.push(
      `${of("url")} has no credentials: set ${of("username")} and ${of("api_key")} (or ${of("password")}).`,
    );
  } else if (username === undefined && (key === undefined || protocol === "jsonrpc" || protocol === "xmlrpc")) {
    refuse(`${path}.${key === undefined ? "password" : "protocol"}`, `it needs the login too. Set ${of("username")}`);
  }
}
