import type { Plan } from "../change/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { Json } from "../lib/json.ts";

/** How plans are confirmed: by a person if possible, by a person only, or not at all. */
export type ConfirmSetting = "auto" | "human" | "off";

/** A plan token that is bound to one caller and payload; see `guard/plan_token.ts`. */
export interface PlanTokens {
  issue(binding: Json, look?: Json): Promise<string>;
  redeem(token: string, binding: Json, look?: Json): Promise<void>;
}

/** What a confirmation needs to know of the call it belongs to. */
export interface ConfirmOptions {
  setting: ConfirmSetting;
  /** Caller, Instance, tool and exact arguments without `plan`: what the token is bound to. */
  binding: Json;
  /** The token the caller sent back as `plan`. */
  token?: string | undefined;
  /** Whether the client can put a form before a person on this connection. */
  canAsk: boolean;
  /** What the person answered, once asked. `state` is the token that travelled with the question. */
  answer?: { accepted: boolean; state: string } | undefined;
  tokens: PlanTokens;
}

/** Thrown where a person is to be asked; `mcp/run.ts` turns it into an elicitation. */
export class AskPerson extends Error {
  constructor(readonly plan: Plan, readonly state: string) {
    super("A person has to confirm");
  }
}

/** Makes the function a tool calls with its plan before it sends anything. */
export function confirmWith(options: ConfirmOptions): (plan: Plan) => Promise<void> {
  const { setting, binding, token, canAsk, answer, tokens } = options;
  return async (plan) => {
    if (setting === "off") return;
    if (answer !== undefined) {
      await tokens.redeem(answer.state, binding, plan.look);
      if (answer.accepted) return;
      throw new Failure("E010", `Not confirmed: a person declined to ${plan.summary}. Nothing was changed`, {
        hint: "Ask the person what to do instead; do not try again by yourself.",
      });
    }
    if (token !== undefined && setting !== "human") return await tokens.redeem(token, binding, plan.look);
    if (canAsk) throw new AskPerson(plan, await tokens.issue(binding, plan.look));
    if (setting === "human") {
      throw new Failure("E010", `Cannot ${plan.summary}: a person has to confirm it, and this client can't ask one`, {
        hint: "Use a client that supports elicitation, or let the operator set confirm to auto.",
        details: { plan: [...plan.lines] },
      });
    }
    throw new Failure("E010", `Confirmation required to ${plan.summary}. Nothing was changed yet`, {
      hint: "Show the plan to the person. When they agree, call again with the same arguments and this plan token " +
        "(valid 5 minutes, once).",
      details: { plan: await tokens.issue(binding, plan.look), will: [...plan.lines] },
    });
  };
}

/** A token that confirms a plan which a dry run has shown; null where none is needed or a person must be asked. */
export async function offerPlan({ setting, binding, tokens }: ConfirmOptions, plan: Plan): Promise<string | null> {
  return setting === "auto" ? await tokens.issue(binding, plan.look) : null;
}
