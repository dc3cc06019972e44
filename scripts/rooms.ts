/**
 * Checks the layout of `src/`: who may import whom, rooms entered by their door, no cycles, no vague names, one writer
 * of stdout, one `fetch`. README's "How it is built" says why. Prints each breach as `file:line: rule — what to do`.
 */
import { cycles, type Import, readImports, sourceFiles } from "./imports.ts";

interface Room {
  /** Rooms it may import. */
  rooms: string[];
  /** Rooms of which it may import types only. */
  types?: string[];
  packages?: string[];
}

/** The table of rooms. `app`, `worker` and `main` are single files; `node:` among the packages allows every built-in. */
const ROOMS: Record<string, Room> = {
  lib: { rooms: [], packages: ["@logtape/logtape", "prom-client", "@redis/client", "node:"] },
  config: { rooms: ["lib"], packages: ["zod", "node:"] },
  // The built-in ones only where `doctor` looks into names and certificates, which Deno's own API does not show.
  odoo: { rooms: ["lib"], packages: ["lru-cache", "cockatiel", "node:dns/promises", "node:tls"] },
  ask: { rooms: ["odoo", "lib"], packages: ["html-to-text", "saxes"] },
  change: { rooms: ["ask", "odoo", "lib"] },
  demo: { rooms: ["lib"], types: ["odoo"] },
  guard: { rooms: ["lib"], types: ["odoo"], packages: ["jose", "limiter", "node:"] },
  mcp: {
    rooms: ["ask", "change", "guard", "lib"],
    types: ["odoo"],
    // The last two are for the page in mcp/ui/page, which runs in browsers.
    packages: ["@modelcontextprotocol/server", "zod", "node:", "@modelcontextprotocol/ext-apps", "chart.js"],
  },
  status: { rooms: ["lib"], types: ["odoo"], packages: ["prom-client"] },
  app: { rooms: ["ask", "change", "config", "demo", "guard", "lib", "mcp", "odoo", "status"] },
  worker: { rooms: ["app", "ask", "change", "config", "demo", "guard", "lib", "mcp", "odoo"] },
  guides: { rooms: ["lib"] },
  // The MCP client is what `call`, `tools` and `demo` talk to the server with: the same way as any other client.
  cli: {
    rooms: ["app", "worker", "config", "guides", "lib"],
    // The last three are for `setup`: questions, and clients' files whose comments must stay.
    packages: ["@modelcontextprotocol/client", "node:", "@clack/prompts", "jsonc-parser", "smol-toml"],
  },
  main: { rooms: ["cli"] },
};

/** Contracts that other rooms may import beside `mod.ts`: loading the whole room for a type would cost start-up. */
const CALL_TYPES = ["src/odoo/call.ts", "src/odoo/odoo.ts", "src/odoo/schema.ts", "src/odoo/version.ts"];

/** Too dear to load before a command needs them (about 40 ms each): `main.ts` reaches them through `import("…")` only. */
const LAZY_PACKAGES = [
  "@modelcontextprotocol/server",
  "@modelcontextprotocol/client",
  "@modelcontextprotocol/ext-apps",
  "@redis/client",
  "chart.js",
  "@clack/prompts",
  "jsonc-parser",
  "smol-toml",
];

const VAGUE = /(^|_)(types|utils?|constants?|helpers?|managers?|services?|handlers?)(_|$)/;

/** Text that only some files may hold, because one place must own the matter. */
const OWNED = [
  {
    text: /\b(Deno|process)\.stdout\b|\bconsole\.(log|info|debug|table|dir)\b/,
    owners: ["src/cli/print.ts", "src/mcp/stdio.ts"],
    rule: "only cli/print.ts and mcp/stdio.ts write to stdout",
    fix: "print through cli/print.ts, log through lib/log.ts: stdout belongs to JSON-RPC",
  },
  {
    text: /(?<![\w.])(globalThis\.)?fetch\(/,
    // The status page runs in browsers.
    owners: [
      "src/odoo/rpc.ts",
      "src/guard/ask_json.ts",
      "src/lib/otlp.ts",
      "src/status/page/status_page.ts",
      "src/cli/upgrade.ts",
    ],
    rule: "only odoo/rpc.ts fetches",
    fix: "send a Call through an Execute, so that deadline, size limit and permissions hold",
  },
  {
    text: /["']jose["']/,
    owners: ["src/guard/oauth.ts"],
    rule: "only guard/oauth.ts imports jose",
    fix: "keep tokens in one file: let oauth.ts check them and hand on what they say",
  },
  {
    text: /\bimport\((?!\s*["'])/,
    owners: [],
    rule: "an import() names its file in the text",
    fix: 'write import("…"): bundle and executable hold only what stands in the text',
  },
];

/** One breach, `file` from the root. */
export interface Breach {
  file: string;
  line: number;
  rule: string;
  fix: string;
}

/** All breaches in `root/main.ts` and `root/src`, by file and line. */
export async function findBreaches(root: string): Promise<Breach[]> {
  const files = ["main.ts", ...await sourceFiles(root, "src")];
  const imports = await readImports(root, files);
  const breaches: Breach[] = [];
  for (const file of files) {
    for (const each of imports.get(file) ?? []) breaches.push(...judge(file, each));
    breaches.push(...judgePlace(file), ...judgeText(file, await Deno.readTextFile(`${root}/${file}`)));
  }
  breaches.push(...judgeCycles(imports), ...judgeStart(imports));
  return breaches.sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line);
}

function roomOf(file: string): string {
  return file.replace(/^src\//, "").replace(/\/.*|\.ts$/, "");
}

function judge(file: string, { specifier, target, line, typeOnly }: Import): Breach[] {
  const name = roomOf(file);
  const room = ROOMS[name];
  if (room === undefined) return []; // judgePlace has said it
  const breach = (rule: string, fix: string): Breach[] => [{ file, line, rule: `${rule} (${specifier})`, fix }];
  if (target === null) {
    const known = room.packages?.some((each) =>
      specifier === each || specifier.startsWith(each.endsWith(":") ? each : `${each}/`)
    );
    return known
      ? []
      : breach(`${name} may not import this package`, `allowed: ${room.packages?.join(", ") ?? "none"}`);
  }
  if (target === "deno.json" && name === "cli") return []; // the version stands there, once
  const other = roomOf(target);
  if (other === name) return [];
  if (!room.rooms.includes(other) && !(room.types?.includes(other) && typeOnly)) {
    const rule = room.types?.includes(other)
      ? `${name} may import only types of ${other}`
      : `${name} may not import ${other}`;
    return breach(rule, `allowed: ${room.rooms.join(", ") || "no room"}; move the code or pass it in from app.ts`);
  }
  const isDoor = other === "lib" || target === `src/${other}/mod.ts` || target === `src/${other}.ts`;
  if (isDoor || CALL_TYPES.includes(target)) return [];
  return breach(`${other} is entered through its mod.ts`, `export what you need from src/${other}/mod.ts`);
}

function judgePlace(file: string): Breach[] {
  const breaches: Breach[] = [];
  if (ROOMS[roomOf(file)] === undefined) {
    breaches.push({
      file,
      line: 1,
      rule: `there is no room ${roomOf(file)}`,
      fix: "put it in a room of scripts/rooms.ts",
    });
  }
  const word = VAGUE.exec(file.replace(/^.*\//, "").replace(/\.ts$/, ""))?.[2];
  if (word !== undefined) {
    breaches.push({ file, line: 1, rule: `no "${word}" in a file name`, fix: "name the one thing the file is about" });
  }
  return breaches;
}

function judgeText(file: string, text: string): Breach[] {
  return withoutComments(text).split("\n").flatMap((content, index) =>
    OWNED.filter(({ text, owners }) => !owners.includes(file) && text.test(content))
      .map(({ rule, fix }) => ({ file, line: index + 1, rule, fix }))
  );
}

/** Line numbers stay. `://` in a string is not taken for a comment. */
function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, "")).replace(/(?<!:)\/\/.*$/gm, "");
}

function judgeCycles(imports: Map<string, Import[]>): Breach[] {
  const edges = new Map([...imports].map(([file, list]) => [file, list.flatMap(({ target }) => target ?? [])]));
  return cycles(edges).map((path) => {
    const [file = "", next] = path;
    const line = imports.get(file)?.find(({ target }) => target === next)?.line ?? 1;
    return {
      file,
      line,
      rule: `files import each other in a circle (${path.join(" → ")})`,
      fix: "move what both need into a third file",
    };
  });
}

/** Follows what loads as soon as `main.ts` starts. */
function judgeStart(imports: Map<string, Import[]>): Breach[] {
  const reached = new Set(["main.ts"]);
  const breaches: Breach[] = [];
  for (const file of reached) {
    for (const { specifier, target, line, typeOnly, lazy } of imports.get(file) ?? []) {
      if (typeOnly || lazy) continue;
      if (target !== null) reached.add(target);
      if (LAZY_PACKAGES.some((each) => specifier === each || specifier.startsWith(`${each}/`))) {
        breaches.push({
          file,
          line,
          rule: `${specifier} loads with main.ts`,
          fix: 'reach this file through import("…") in the command that needs it',
        });
      }
    }
  }
  return breaches;
}

if (import.meta.main) {
  const root = new URL("..", import.meta.url).pathname;
  const breaches = await findBreaches(root);
  for (const { file, line, rule, fix } of breaches) console.error(`${file}:${line}: ${rule} — ${fix}`);
  console.error(breaches.length === 0 ? "rooms: every file is in its place" : `rooms: ${breaches.length} breaches`);
  Deno.exit(breaches.length === 0 ? 0 : 1);
}
