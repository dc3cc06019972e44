import type { Settings } from "../../config/mod.ts";
import { VERSION } from "../version.ts";
import type { Line } from "./line.ts";

/**
 * What the checks found as Markdown for an issue. Hosts, databases, users, people, keys and folders are replaced by what
 * they are: secrets are in no finding anyway.
 */
export function report(lines: readonly Line[], settings: Settings | undefined): string[] {
  const hide = hiding(lines, settings);
  const form = Deno.build.standalone ? "executable" : Deno.mainModule.endsWith(".js") ? "bundle" : "source";
  const rows = lines.map(({ instance, name, verdict, ms, message, hint }) => {
    const told = [message, hint].filter((text) => text !== "").join(" → ");
    return `| ${hide(instance === "" ? name : `${instance}: ${name}`)} | ${verdict} | ${ms} ms | ${cell(hide(told))} |`;
  });
  return [
    `odoo-mcp ${VERSION} (${form}), Deno ${Deno.version.deno}, ${Deno.build.target}`,
    "",
    "| check | verdict | time | found |",
    "| --- | --- | ---: | --- |",
    ...rows,
  ];
}

/** A function that takes the names of one company's own out of a text. */
function hiding(lines: readonly Line[], settings: Settings | undefined): (text: string) => string {
  const words = new Map<string, string>();
  const add = (word: string | undefined, what: string) => {
    if (word !== undefined && word.trim() !== "") words.set(word, what);
  };
  for (const { url, database, username, proxy } of Object.values(settings?.instances ?? {})) {
    add(new URL(url).hostname.replace(/^\[(.*)\]$/, "$1"), "HOST");
    if (proxy !== undefined) add(new URL(proxy).hostname, "PROXY");
    add(database, "DATABASE");
    add(username, "USER");
  }
  for (const name of Object.keys(settings?.instances ?? {})) if (name !== "default") add(name, "INSTANCE");
  for (const name of lines.flatMap(({ names }) => names)) add(name, "NAME");
  add(Deno.env.get("HOME") ?? Deno.env.get("USERPROFILE"), "~");
  const longest = [...words.keys()].sort((a, b) => b.length - a.length).map(RegExp.escape);
  const own = longest.length === 0 ? null : new RegExp(`(?<![\\w-])(?:${longest.join("|")})(?![\\w-])`, "g");
  const address = /(?<![\w.])(?!127\.)\d{1,3}(?:\.\d{1,3}){3}(?![\w.])|(?<![\w:])(?:[\da-f]{1,4}:){2,7}[\da-f]{1,4}/g;
  return (text) => (own === null ? text : text.replace(own, (word) => words.get(word)!)).replace(address, "ADDRESS");
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replace(/\s+/g, " ");
}
