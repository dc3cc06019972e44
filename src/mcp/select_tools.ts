import type { Tool } from "./define.ts";

/** What decides which tools a server offers. Every entry narrows; nothing here can widen what policy allows. */
export interface ToolChoice {
  mode: string;
  /** Names of toolsets, or `all`. */
  toolsets: string[];
  /** Only these, where not empty. */
  only: string[];
  exclude: string[];
  /** Tools that belong to a feature that is switched off. */
  withoutFeatures: string[];
}

/** Splits the tools into those listed and those callable: an alias is callable as long as the tool it stands for is. */
export function selectTools(all: readonly Tool[], choice: ToolChoice): { listed: Tool[]; callable: Map<string, Tool> } {
  const { mode, toolsets, only, exclude, withoutFeatures } = choice;
  const inSet = (tool: Tool) => toolsets.includes("all") || toolsets.includes(tool.toolset);
  const allowed = (tool: Tool) =>
    (mode !== "read-only" || tool.access === "read") && !exclude.includes(tool.name) &&
    !withoutFeatures.includes(tool.name);
  const real = all.filter((tool) => tool.aliasOf === undefined && allowed(tool));
  // Naming a tool is asking for it: `tools` reaches beyond the toolsets, never beyond mode and exclusions.
  const offered = real.filter((tool) => only.length > 0 ? only.includes(tool.name) : inSet(tool));
  const names = new Set(offered.map((tool) => tool.name));
  const aliases = all.filter((tool) => tool.aliasOf !== undefined && names.has(tool.aliasOf) && allowed(tool));
  const listed = [...offered, ...aliases.filter((tool) => only.includes(tool.name) || inSet(tool))];
  return { listed, callable: new Map([...offered, ...aliases].map((tool) => [tool.name, tool])) };
}
