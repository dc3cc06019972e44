// Paths people copy along with the address: the web client (`/web`, since 18 `/odoo`) and the RPC endpoints.
const COPIED_PATH = /\/(?:web|odoo|jsonrpc|xmlrpc|json)(?:\/.*)?$/;

/** What became of an address a person wrote. */
export type Address =
  /** `url` has no trailing slash; `dropped` is what was left out of it, "" for nothing. */
  | { url: string; dropped: string }
  /** Says what is wrong and what to write; never repeats a password that stood in the address. */
  | { problem: string };

/** Reads the address of a proxy or of this server: http or https, host, port and perhaps a path. */
export function readAddress(text: string): Address {
  const url = parse(text);
  if ("problem" in url) return url;
  if (url.search + url.hash !== "") return { problem: "it holds more than an address. Leave out what follows ? or #" };
  return { url: url.origin + url.pathname.replace(/\/+$/, ""), dropped: "" };
}

/** Reads the address of an Odoo, where people also paste a page of its web client. A path in front of Odoo is kept. */
export function readOdooAddress(text: string): Address {
  const url = parse(text);
  if ("problem" in url) return url;
  const { origin, pathname, search, hash } = url;
  const path = pathname.replace(COPIED_PATH, "").replace(/\/+$/, "");
  const dropped = pathname.slice(path.length).replace(/^\/+$/, "") + (search && "?…") + (hash && "#…");
  return { url: origin + path, dropped };
}

function parse(text: string): URL | { problem: string } {
  const trimmed = text.trim();
  if (trimmed.includes("@")) {
    return {
      problem: "it holds a user name or password. Write the address alone, and credentials in settings of their own",
    };
  }
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(trimmed)?.[1]?.toLowerCase();
  if (scheme === undefined) {
    const example = /^[\w.:-]+(\/\S*)?$/.test(trimmed) && URL.canParse(`https://${trimmed}`)
      ? trimmed
      : "odoo.example.com";
    const local = isLoopback(new URL(`https://${example}`).hostname);
    return { problem: `${JSON.stringify(text)} has no scheme. Write ${local ? "http" : "https"}://${example}` };
  }
  if (scheme !== "https" && scheme !== "http") {
    return { problem: `${JSON.stringify(scheme)} is not http or https. Write it like https://odoo.example.com` };
  }
  if (!URL.canParse(trimmed)) {
    return { problem: `${JSON.stringify(text)} is no web address. Write it like https://odoo.example.com` };
  }
  return new URL(trimmed);
}

/** Whether a host name can only mean this machine. Takes IPv6 addresses with or without brackets. */
export function isLoopback(host: string): boolean {
  const name = host.toLowerCase().replace(/^\[(.*)\]$/, "$1");
  return name === "localhost" || name.endsWith(".localhost") || name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
