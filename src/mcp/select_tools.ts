import { mayAccess, type Narrowing, type Role } from "../guard/mod.ts";
import type { Tool } from "./define.ts";

/** What decides which tools a server offers. Every entry narrows; nothing here can widen what policy allows. */
export interface ToolChoice {
  mode: string;
  /** Names of toolsets, or `all`. */
  toolsets: readonly string[];
  /** Only these, where not empty. */
  only: readonly string[];
  exclude: readonly string[];
  /** Tools that belong to a feature that is switched off. */
  withoutFeatures: readonly string[];
  /** The role of the caller they are for. */
  role?: Role;
  /** What this caller gave up by itself. */
  narrowed?: Narrowing | undefined;
}

/** The tools of one caller. */
export interface Selection {
  /** In order. */
  listed: Tool[];
  /** By every name that may be called, aliases included. */
  callable: Map<string, Tool>;
  /** Tools that others may call, by name, with the rule that keeps this caller from them. */
  closed: Map<string, string>;
}

/** Splits the tools into those listed and those callable: an alias is callable as long as the tool it stands for is. */
export function selectTools(all: readonly Tool[], choice: ToolChoice): Selection {
  const { mode, toolsets, only, exclude, withoutFeatures } = choice;
  const allowed = (tool: Tool) =>
    (mode !== "read-only" || tool.access === "read") && !exclude.includes(tool.name) &&
    !withoutFeatures.includes(tool.name);
  const real = all.filter((tool) => tool.aliasOf === undefined && allowed(tool));
  // Naming a tool is asking for it: `tools` reaches beyond the toolsets, never beyond mode and exclusions.
  const offered = real.filter((tool) => only.length > 0 ? only.includes(tool.name) : isIn(tool, toolsets));
  const rules = new Map(offered.map((tool) => [tool.name, ruleAgainst(tool, choice)]));
  const aliases = all.filter((tool) => tool.aliasOf !== undefined && rules.has(tool.aliasOf) && allowed(tool));
  const ruleFor = (tool: Tool) => rules.get(tool.aliasOf ?? tool.name) ?? null;
  const open = [...offered, ...aliases].filter((tool) => ruleFor(tool) === null);
  const shown = (tool: Tool) => tool.aliasOf === undefined || only.includes(tool.name) || isIn(tool, toolsets);
  return {
    listed: open.filter((tool) => shown(tool) && isWithin(tool, choice.role?.toolsets ?? [])),
    callable: new Map(open.map((tool) => [tool.name, tool])),
    closed: new Map([...offered, ...aliases].flatMap((tool) => {
      const rule = ruleFor(tool);
      return rule === null ? [] : [[tool.name, rule]];
    })),
  };
}

/** The rule that keeps the caller from a tool the server offers, or null. */
function ruleAgainst(tool: Tool, { role, narrowed }: ToolChoice): string | null {
  if (narrowed?.readOnly === true && tool.access !== "read") return "X-MCP-Readonly";
  if (!isWithin(tool, narrowed?.toolsets ?? [])) return "X-MCP-Toolsets";
  if (role === undefined) return null;
  if (!mayAccess(role, tool.access)) return "role";
  if (role.tools.length > 0) return role.tools.includes(tool.name) ? null : `security.roles.${role.name}.tools`;
  return isWithin(tool, role.toolsets) ? null : `security.roles.${role.name}.toolsets`;
}

function isIn(tool: Tool, toolsets: readonly string[]): boolean {
  return toolsets.includes("all") || toolsets.includes(tool.toolset);
}

/** No toolsets named narrow nothing. */
function isWithin(tool: Tool, toolsets: readonly string[]): boolean {
  return toolsets.length === 0 || isIn(tool, toolsets);
}
