import { isObject } from "../lib/json.ts";
import { Failure } from "../lib/failure.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { print, printJson } from "./print.ts";
import { VERSION } from "./version.ts";

/** A feed is one small document; so is the patience with it. */
const WAIT_MS = 10_000;
const MOST_LETTERS = 1024 * 1024;

/**
 * `odoo-mcp upgrade --check`: asks the release feed whether there is a newer version, at this command only and nothing else:
 * the server never does. Exit code 0 with either answer, 1 when the feed can't tell.
 */
export async function upgrade({ words, flags, switches }: Invocation): Promise<number> {
  if (words.length > 0 || !switches.has("check")) {
    return misuse("Cannot upgrade by itself: write odoo-mcp upgrade --check, then take the new version.", "upgrade");
  }
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;
  const { feed } = loaded.settings.upgrade;
  if (feed === undefined) {
    throw new Failure("E004", "Cannot check for a newer version: no release feed is set.", {
      hint: "Set upgrade.feed (--upgrade-feed) to an address that answers JSON with version or tag_name.",
    });
  }
  const { version, page } = read(await ask(feed), feed);
  const newer = isNewer(version, VERSION);
  if (switches.has("json")) printJson({ version: VERSION, latest: version, newer, page });
  else if (newer) print(`odoo-mcp ${version} is out; this is ${VERSION}.${page === null ? "" : ` See ${page}`}`);
  else print(`odoo-mcp ${VERSION} is the newest version.`);
  return EXIT.ok;
}

/** No redirect is followed and nothing is sent along: the feed learns an address and a time, no more. */
async function ask(feed: string): Promise<string> {
  const { host } = new URL(feed);
  const refuse = (why: string, hint: string, cause?: unknown) =>
    new Failure("E001", `Cannot ask the release feed at ${host}: ${why}.`, { hint, cause });
  try {
    const response = await fetch(feed, {
      redirect: "manual",
      signal: AbortSignal.timeout(WAIT_MS),
      headers: { accept: "application/json", "user-agent": "odoo-mcp" },
    });
    const told = Number(response.headers.get("content-length") ?? 0);
    if (response.status !== 200 || told > MOST_LETTERS) {
      await response.body?.cancel();
      throw refuse(`it answers HTTP ${response.status}`, "Check upgrade.feed; redirects are not followed.");
    }
    const text = await response.text();
    if (text.length > MOST_LETTERS) throw refuse("its answer is too large", "Check upgrade.feed.");
    return text;
  } catch (error) {
    if (error instanceof Failure) throw error;
    if (error instanceof Deno.errors.NotCapable) {
      throw refuse("Deno was not allowed to", `Start with --allow-net=${host}.`, error);
    }
    const late = error instanceof DOMException && error.name === "TimeoutError";
    throw refuse(
      late ? "it does not answer in time" : "it can't be reached",
      "Check upgrade.feed and the network.",
      error,
    );
  }
}

/** GitHub's form of a release (`tag_name`, `html_url`), or plainly `version` and `url`. */
function read(text: string, feed: string): { version: string; page: string | null } {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch { /* told below */ }
  const said = isObject(data) ? data["version"] ?? data["tag_name"] : undefined;
  const version = typeof said === "string" ? /^v?(\d+\.\d+\.\d+(?:-[\w.]+)?)$/.exec(said)?.[1] : undefined;
  if (version === undefined || !isObject(data)) {
    throw new Failure("E001", `Cannot read the release feed at ${new URL(feed).host}: it names no version.`, {
      hint: "It must answer JSON with version or tag_name, like 1.2.3 or v1.2.3.",
    });
  }
  const page = data["url"] ?? data["html_url"];
  return { version, page: typeof page === "string" && URL.canParse(page) && /^https?:/.test(page) ? page : null };
}

/** Whether one version comes after another, by SemVer's first three numbers; a pre-release comes before its release. */
export function isNewer(one: string, other: string): boolean {
  const parts = (version: string) => [...version.split("-")[0]!.split(".").map(Number), version.includes("-") ? 0 : 1];
  const [a, b] = [parts(one), parts(other)];
  const at = a.findIndex((part, index) => part !== b[index]);
  return at >= 0 && a[at]! > b[at]!;
}
