export type { Access, Tool, ToolContext, ToolLimits, Toolset } from "./define.ts";
export { type HttpConnection, type HttpOptions, serveOverHttp } from "./http.ts";
export { instructions } from "./instructions.ts";
export { toJsonSchema } from "./json_schema.ts";
export { selectTools, type ToolChoice } from "./select_tools.ts";
export { makeServerFactory } from "./server.ts";
export { serveOverStdio, type StdioConnection } from "./stdio.ts";
export { type Backend, listing, type Surface, type ToolOutcome } from "./surface.ts";
export { tools } from "./tools/mod.ts";
