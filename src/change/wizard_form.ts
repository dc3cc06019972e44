import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { Failure } from "../lib/failure.ts";
import { both, compare, either, evaluate, not, truth, type ValueOf } from "./expression.ts";

/** Tells whether something holds for the values of a form; undefined where that is not known. */
export type Condition = (valueOf: ValueOf) => boolean | undefined;

/** A field as a form shows it. */
export interface FormField {
  name: string;
  label?: string;
  /** Its own, or of something around it. */
  invisible: Condition;
  required: Condition;
  readonly: Condition;
}

/** A button that runs a method. */
export interface FormButton {
  action: string;
  label: string;
  invisible: Condition;
  /** The Python of its own context, which it adds to the window's. */
  context: string;
}

/** A form as far as it matters for filling it in. */
export interface Form {
  /** What it tells a person, each with when it is hidden. */
  texts: { text: string; invisible: Condition }[];
  fields: FormField[];
  buttons: FormButton[];
}

/**
 * A model's form view, by id or the usual one; null where Odoo does not give it. On 14 over XML-RPC it never does: the
 * answer holds None, which that protocol can't carry.
 */
export async function loadForm(odoo: Odoo, model: string, view: number | null): Promise<Form | null> {
  const { major } = await odoo.version();
  try {
    const answer = major >= 16
      ? await odoo.call(model, "get_views", { params: { views: [[view ?? false, "form"]] }, cache: "schema" })
      : await odoo.call(model, "fields_view_get", {
        params: { view_id: view ?? false, view_type: "form" },
        cache: "schema",
      });
    const found = isObject(answer) && isObject(answer["views"]) ? answer["views"]["form"] : answer;
    const arch = isObject(found) ? found["arch"] : undefined;
    return typeof arch === "string" ? readForm(arch) : null;
  } catch (error) {
    if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
    return null;
  }
}

const PART = /<!--[\s\S]*?-->|<(\/?)([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)/g;
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;
const NEVER: Condition = () => false;

/** Reads the XML of a form, in the dialect of any version; what stands inside a field (its own views) is left out. */
export function readForm(arch: string): Form {
  const form: Form = { texts: [], fields: [], buttons: [] };
  const open: { tag: string; invisible: Condition }[] = [];
  let insideField = 0;
  for (const [, closing, tag = "", attributes = "", empty, text] of arch.matchAll(PART)) {
    const around = open.at(-1)?.invisible ?? NEVER;
    if (text !== undefined) {
      const words = unescape(text).replace(/\s+/g, " ").trim();
      const shown = insideField === 0 && !open.some(({ tag }) => tag === "button" || tag === "label");
      if (shown && /\p{L}/u.test(words)) form.texts.push({ text: words, invisible: around });
    } else if (closing === "/") {
      if (tag === "field" && open.at(-1)?.tag === "field") insideField--;
      open.pop();
    } else if (tag !== "") {
      const attribute = attributesOf(attributes);
      const own = conditionOf(attribute, "invisible");
      const invisible: Condition = (valueOf) => either(around(valueOf), own(valueOf));
      if (insideField === 0 && tag === "field") addField(form, attribute, invisible);
      if (insideField === 0 && tag === "button") addButton(form, attribute, invisible);
      if (empty !== "/") {
        if (tag === "field") insideField++;
        open.push({ tag, invisible });
      }
    }
  }
  return form;
}

function addField(form: Form, attribute: Map<string, string>, invisible: Condition): void {
  const name = attribute.get("name") ?? "";
  const label = attribute.get("string");
  const found: FormField = {
    name,
    invisible,
    required: conditionOf(attribute, "required"),
    readonly: conditionOf(attribute, "readonly"),
    ...(label !== undefined && { label }),
  };
  const twin = form.fields.find((field) => field.name === name);
  if (twin === undefined) return void form.fields.push(found);
  // A field may stand in a form twice, for different kinds of records: hidden only where both are.
  const first = { ...twin };
  twin.invisible = (valueOf) => both(first.invisible(valueOf), found.invisible(valueOf));
  twin.required = (valueOf) => either(first.required(valueOf), found.required(valueOf));
  twin.readonly = (valueOf) => both(first.readonly(valueOf), found.readonly(valueOf));
}

/** Two buttons may run one method; the first is the one that goes on to show what was made. */
function addButton(form: Form, attribute: Map<string, string>, invisible: Condition): void {
  const action = attribute.get("name") ?? "";
  if (attribute.get("type") !== "object" || action === "") return;
  if (form.buttons.some((button) => button.action === action)) return;
  const label = attribute.get("string") ?? attribute.get("title") ?? action;
  form.buttons.push({ action, label, invisible, context: attribute.get("context") ?? "" });
}

function attributesOf(text: string): Map<string, string> {
  return new Map([...text.matchAll(ATTRIBUTE)].map(([, name, a, b]) => [name!, unescape(a ?? b ?? "")]));
}

/** To 16 a domain in `modifiers`; from 17 on a Python expression in an attribute of its own. */
function conditionOf(attribute: Map<string, string>, name: string): Condition {
  const modifier = modifiersOf(attribute)[name];
  if (modifier !== undefined) {
    return Array.isArray(modifier) ? (valueOf) => holds(modifier, valueOf) : () => modifier === true;
  }
  const text = attribute.get(name);
  return text === undefined ? NEVER : (valueOf) => truth(evaluate(text, valueOf));
}

function modifiersOf(attribute: Map<string, string>): JsonObject {
  try {
    const modifiers: Json = JSON.parse(attribute.get("modifiers") ?? "{}");
    return isObject(modifiers) ? modifiers : {};
  } catch {
    return {};
  }
}

/** Whether a domain in Odoo's prefix form holds. */
function holds(domain: Json[], valueOf: ValueOf): boolean | undefined {
  const stack: (boolean | undefined)[] = [];
  for (const part of [...domain].reverse()) {
    if (part === "!") stack.push(not(stack.pop()));
    else if (part === "&") stack.push(both(stack.pop(), stack.pop()));
    else if (part === "|") stack.push(either(stack.pop(), stack.pop()));
    else if (Array.isArray(part)) stack.push(compare(valueOf(String(part[0])), String(part[1]), part[2]));
    else stack.push(part === true);
  }
  return stack.reduce((all, one) => both(all, one), true);
}

const ENTITIES: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };

function unescape(text: string): string {
  return text.replace(/&(?:#(\d+)|#x([\da-f]+)|(\w+));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? parseInt(hex, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}
