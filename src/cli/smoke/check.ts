import type { Client } from "@modelcontextprotocol/client";
import { Failure } from "../../lib/failure.ts";
import { isObject, type JsonObject } from "../../lib/json.ts";
import { callTool } from "../client.ts";

/** One thing that must be so with a real Odoo. */
export interface Check {
  /** A sentence that is true when the check passes. */
  name: string;
  /** Tools it calls; where one is not listed the check is skipped. */
  tools: string[];
  /** Without it no other can pass: when it fails the rest is not tried. */
  first?: true;
  /** Answers what was found, for people. Rejects with a `Failure` that says what to do. */
  run(smoke: Smoke): Promise<string>;
}

/** A session with the real server, for one Instance. */
export interface Smoke {
  client: Client;
  /** Calls a tool that should work; its structured answer, or the tool's error as a `Failure`. */
  ask(tool: string, args: JsonObject): Promise<JsonObject>;
  /** Calls a tool that should refuse; the error it answers. */
  refused(tool: string, args: JsonObject): Promise<Failure>;
  /** What earlier checks have found. */
  known: { partner?: number; created?: number; undo?: string; deleted?: boolean; key: string };
}

/** Makes the session. With several Instances configured each call names this one. */
export function smokeSession(client: Client, instance: string | null): Smoke {
  const call = (tool: string, args: JsonObject) =>
    callTool(client, tool, instance === null ? args : { ...args, instance });
  return {
    client,
    known: { key: `odoo-mcp-smoke-${crypto.randomUUID()}` },
    async ask(tool, args) {
      const { text, structured, isError } = await call(tool, args);
      if (isError) throw toFailure(text);
      return isObject(structured) ? structured as JsonObject : {};
    },
    async refused(tool, args) {
      const { text, isError } = await call(tool, args);
      if (isError) return toFailure(text);
      throw wrong(`${tool} ${JSON.stringify(args)} was carried out, which it should not be`);
    },
  };
}

/** A check that can't be tried because what it builds on has failed. Stays in this folder. */
export class NotTried extends Error {}

/** What is not as it should be, and is nobody's setting. */
export function wrong(message: string): Failure {
  return new Failure("E999", `${message[0]!.toUpperCase()}${message.slice(1)}.`, {
    hint: "Please report this with the output of odoo-mcp doctor --report.",
  });
}

/** A tool's error is its Failure as JSON. */
function toFailure(text: string): Failure {
  try {
    const { code, message, hint } = JSON.parse(text);
    return new Failure(code, String(message), { hint: String(hint ?? "") });
  } catch {
    return new Failure("E999", text);
  }
}
