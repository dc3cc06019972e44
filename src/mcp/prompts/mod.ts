import { ProtocolError, ProtocolErrorCode, type Server } from "@modelcontextprotocol/server";
import type { Caller } from "../../guard/mod.ts";
import { Failure } from "../../lib/failure.ts";
import { inTime } from "../clock.ts";
import { failureLine, failureText } from "../failure_text.ts";
import type { Surface } from "../surface.ts";
import { analyzeData } from "./analyze_data.ts";
import { cleanUpData } from "./clean_up_data.ts";
import type { Prompt } from "./define.ts";
import { explainRecord } from "./explain_record.ts";
import { generateReport } from "./generate_report.ts";

/** The written list of prompts. */
export const prompts: readonly Prompt[] = [analyzeData, generateReport, cleanUpData, explainRecord];

/** Where there are several Odoos, every prompt can be asked about each. */
const INSTANCE = { name: "instance", description: "Which Odoo", required: false };

/** Serves `prompts/*`. */
export function addPrompts(server: Server, surface: Surface, caller: Caller): void {
  const instances = surface.backend.instances(caller);
  const several = instances.length > 1;
  server.setRequestHandler("prompts/list", () => ({
    prompts: prompts.map(({ name, title, description, arguments: args }) => ({
      name,
      title,
      description,
      arguments: several ? [...args, INSTANCE] : args,
    })),
  }));
  server.setRequestHandler("prompts/get", async ({ params }, ctx) => {
    const prompt = prompts.find(({ name }) => name === params.name);
    if (prompt === undefined) {
      const names = prompts.map(({ name }) => name).join(", ");
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `Unknown prompt ${params.name.slice(0, 100)}. There are ${names}.`,
      );
    }
    const values = params.arguments ?? {};
    const missing = prompt.arguments.filter(({ name, required }) => required && !values[name]);
    if (missing.length > 0) {
      const names = missing.map(({ name }) => name).join(", ");
      throw new ProtocolError(ProtocolErrorCode.InvalidParams, `Cannot make ${prompt.name}: ${names} is missing.`);
    }
    const instance = values["instance"] || (instances[0] ?? "");
    if (several && !instances.includes(instance)) {
      throw new ProtocolError(
        ProtocolErrorCode.InvalidParams,
        `Cannot make ${prompt.name}: instance is none of ${instances.join(", ")}.`,
      );
    }
    try {
      const clock = { signal: ctx.mcpReq.signal, toolMs: surface.toolMs, retryable: true };
      const text = await inTime(clock, (signal) => {
        const odoo = surface.backend.odoo(instance, caller, "read", signal);
        const { actions } = surface.limits;
        return prompt.run(values, { odoo, tools: new Set(surface.callable.keys()), actions });
      });
      return {
        description: prompt.description,
        messages: [{ role: "user" as const, content: { type: "text" as const, text } }],
      };
    } catch (error) {
      if (error instanceof Failure) {
        throw new ProtocolError(ProtocolErrorCode.InvalidParams, failureLine(error), JSON.parse(failureText(error)));
      }
      const reference = surface.backend.report(error);
      throw new ProtocolError(ProtocolErrorCode.InternalError, `Something went wrong here; the log has ${reference}`);
    }
  });
}
