import type { Odoo } from "../../ask/mod.ts";
import type { ActionRules } from "../../change/mod.ts";

/** One argument of a prompt. */
export interface PromptArgument {
  name: string;
  description: string;
  required: boolean;
}

/** What a prompt's function gets beside its arguments. */
export interface PromptContext {
  /** The chosen Instance as this caller. */
  odoo: Odoo;
  /** Names of the tools the caller may really use. */
  tools: ReadonlySet<string>;
  /** Which actions `run_action` takes. */
  actions: ActionRules;
}

/** One prompt as data: it reads the real fields and today's date before it speaks. */
export interface Prompt {
  name: string;
  title: string;
  description: string;
  arguments: PromptArgument[];
  /** The text of the user's message. */
  run(values: Record<string, string>, context: PromptContext): Promise<string>;
}
