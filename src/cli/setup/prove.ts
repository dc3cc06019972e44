import { Client } from "@modelcontextprotocol/client";
import { getDefaultEnvironment, StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { Failure } from "../../lib/failure.ts";
import { isObject, type Json } from "../../lib/json.ts";
import { callTool } from "../client.ts";
import { VERSION } from "../version.ts";
import type { Launch } from "./launch.ts";

/** As patient as most clients are. */
const START_MS = 30_000;

/**
 * Starts the server exactly as a client would, with the few variables that clients pass on, and asks it who it is in Odoo.
 * Answers what it said. Rejects with a `Failure` that holds the server's own last words.
 */
export async function prove({ command, args, env }: Launch): Promise<string> {
  const client = new Client({ name: "odoo-mcp setup", version: VERSION }, { versionNegotiation: { mode: "auto" } });
  const transport = new StdioClientTransport({
    command,
    args,
    env: { ...getDefaultEnvironment(), ...env },
    stderr: "pipe",
  });
  let said = "";
  transport.stderr?.on("data", (chunk: unknown) => said = (said + String(chunk)).slice(-2000));
  try {
    await client.connect(transport, { timeout: START_MS });
    const { tools } = await client.listTools();
    if (!tools.some(({ name }) => name === "get_context")) return `${tools.length} tools`;
    const { structured, text, isError } = await callTool(client, "get_context", {});
    if (isError) throw new Failure("E999", `Cannot ask Odoo: ${text}`);
    return `${tools.length} tools; ${nameOf(structured, "user")} in ${nameOf(structured, "company")}`;
  } catch (cause) {
    if (cause instanceof Failure && said === "") throw cause;
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new Failure("E999", `Cannot start the server as the client would: ${message}`, {
      hint: said.trim() === "" ? "Start it by hand to see why." : said.trim().split("\n").slice(-3).join(" "),
      cause,
    });
  } finally {
    await client.close();
  }
}

function nameOf(answer: unknown, key: string): string {
  const one: Json | undefined = isObject(answer) ? answer[key] : undefined;
  return isObject(one) ? String(one["name"]) : "?";
}
