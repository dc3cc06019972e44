import { isObject, type JsonObject } from "../../src/lib/json.ts";
import { listing, type Tool, tools } from "../../src/mcp/mod.ts";
import { page, table } from "./table.ts";

const listed = tools.filter(({ aliasOf }) => aliasOf === undefined);

/** The tools in short, for README. */
export function toolTable(): string {
  return table(
    ["tool", "access", "what it does"],
    listed.map(({ name, access, description }) => [`\`${name}\``, access, description]),
  );
}

/** Every tool with all its arguments, as clients see them. */
export function toolPage(): string {
  return page(
    "Tools",
    "Every tool with its arguments, as `tools/list` gives them to a client. `odoo-mcp tools NAME` prints the same for the " +
      "settings in use. With several Instances configured each tool also takes `instance`.",
    "What the words mean, and how answers look, is in the [README](../../../README.md#tools); error codes are in " +
      "[ERRORS.md](../../lib/ERRORS.md).",
    ...listed.map(section),
  );
}

function section(tool: Tool): string {
  const { inputSchema, outputSchema } = listing(tool, []);
  const required = isObject(inputSchema) && Array.isArray(inputSchema.required) ? inputSchema.required : [];
  const rows = Object.entries(properties(inputSchema)).map(([name, schema]) => [
    required.includes(name) ? `**\`${name}\`**` : `\`${name}\``,
    typeOf(schema),
    String(schema.description ?? ""),
  ]);
  const answered = Object.keys(properties(outputSchema)).map((name) => `\`${name}\``).join(", ");
  const aliases = tools.filter(({ aliasOf }) => aliasOf === tool.name).map(({ name }) => `\`${name}\``);
  return [
    `## \`${tool.name}\``,
    tool.description,
    `Access: **${tool.access}** · toolset: ${tool.toolset}` +
    (aliases.length > 0 ? ` · also called as ${aliases.join(", ")}` : ""),
    ...(rows.length > 0 ? [table(["argument", "type", "what it is"], rows)] : []),
    ...(answered === "" ? [] : [`Answers, among others: ${answered}`]),
  ].join("\n\n");
}

function properties(schema: unknown): Record<string, JsonObject> {
  if (!isObject(schema) || !isObject(schema.properties)) return {};
  return schema.properties as Record<string, JsonObject>;
}

function typeOf(schema: JsonObject): string {
  if (Array.isArray(schema.enum)) return schema.enum.map((word) => `\`${word}\``).join(", ");
  if (Array.isArray(schema.anyOf)) return schema.anyOf.map((one) => isObject(one) ? typeOf(one) : "").join(" or ");
  if (schema.type !== "array") return String(schema.type ?? "any");
  const items = isObject(schema.items) ? typeOf(schema.items) : "any";
  return items === "any" ? "list" : `list of ${items}`;
}
