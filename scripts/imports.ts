/** What each source file imports, as Deno's own parser sees it: `import`, `export … from`, `import type`, `import("…")`. */

/** One specifier in one file. A file that names the same specifier twice gets one entry, code before type. */
export interface Import {
  /** As written, e.g. `../odoo/mod.ts` or `zod`. */
  specifier: string;
  /** Path of the file meant, from the root, e.g. `src/odoo/mod.ts`; `null` for packages and built-ins. */
  target: string | null;
  /** 1-based. */
  line: number;
  /** Only types: nothing is loaded when the program runs. */
  typeOnly: boolean;
  /** Loaded when the line runs (`import("…")`), not when the file is. */
  lazy: boolean;
}

interface Dependency {
  specifier: string;
  code?: { span: { start: { line: number } } };
  type?: { span: { start: { line: number } } };
  isDynamic?: boolean;
}

interface Graph {
  modules: { specifier: string; error?: string; dependencies?: Dependency[] }[];
}

/** The paths of all `.ts` files below `root/folder`, from the root, sorted. */
export async function sourceFiles(root: string, folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(`${root}/${folder}`)) {
    const path = `${folder}/${entry.name}`;
    if (entry.isDirectory) found.push(...await sourceFiles(root, path));
    else if (entry.name.endsWith(".ts")) found.push(path);
  }
  return found.sort();
}

/** The imports of every file given (paths from the root). Rejects when a file cannot be parsed. */
export async function readImports(root: string, files: string[]): Promise<Map<string, Import[]>> {
  const base = new URL(`file://${await Deno.realPath(root)}/`);
  const imports = new Map<string, Import[]>();
  for (const file of files) {
    if (imports.has(file)) continue; // one graph covers all that it reaches
    for (const module of (await graph(new URL(file, base))).modules) {
      if (!module.specifier.startsWith(base.href)) continue;
      const path = module.specifier.slice(base.href.length);
      if (module.error !== undefined && files.includes(path)) throw new Error(`Cannot parse ${path}: ${module.error}`);
      imports.set(path, (module.dependencies ?? []).map((each) => toImport(each, module.specifier, base)));
    }
  }
  return imports;
}

/** Without configuration and network: names are judged as written, whether or not a package is there. */
async function graph(file: URL): Promise<Graph> {
  const args = ["info", "--json", "--no-config", "--no-npm", "--no-remote", "--no-lock", file.pathname];
  const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), { args }).output();
  if (!success) throw new Error(`Cannot read the imports of ${file.pathname}: ${new TextDecoder().decode(stderr)}`);
  return JSON.parse(new TextDecoder().decode(stdout));
}

function toImport({ specifier, code, type, isDynamic }: Dependency, from: string, base: URL): Import {
  const target = /^(\.|\/|file:)/.test(specifier) ? new URL(specifier, from).href : null;
  return {
    specifier,
    target: target === null ? null : target.startsWith(base.href) ? target.slice(base.href.length) : target,
    line: ((code ?? type)?.span.start.line ?? 0) + 1,
    typeOnly: code === undefined,
    lazy: isDynamic === true,
  };
}

/** A way round in `edges` that comes back to where it began, e.g. `[a, b, a]`, for each group of files that has one. */
export function cycles(edges: Map<string, string[]>): string[][] {
  const found: string[][] = [];
  const finished = new Set<string>();
  const visit = (file: string, path: string[]): void => {
    if (finished.has(file)) return;
    const start = path.indexOf(file);
    if (start >= 0) {
      found.push([...path.slice(start), file]);
      return;
    }
    for (const next of edges.get(file) ?? []) visit(next, [...path, file]);
    finished.add(file);
  };
  for (const file of edges.keys()) visit(file, []);
  return found;
}
