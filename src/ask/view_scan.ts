import type { SaxesParser, SaxesTagPlain } from "saxes";
import { isObject, type Json } from "../lib/json.ts";

/** A condition under which something of a view is hidden: a domain (Odoo up to 16) or a Python expression (17 and later). */
export type RawCondition = Json[] | string;

/** A field as a view shows it. Fields of views inside a field (order lines) belong to another model and are not here. */
export interface SeenField {
  name: string;
  /** Never shown; such fields only serve the view itself. */
  hidden: boolean;
  /** A column that people have to switch on. */
  optional: boolean;
}

/** A button that calls a method of the record. */
export interface SeenButton {
  method: string;
  label: string;
  /** Hidden as soon as one holds: its own condition and those of everything it stands in. */
  hiddenIf: RawCondition[];
}

/** What one list or form view holds, in the order it shows. */
export interface SeenView {
  fields: SeenField[];
  /** Buttons that are never shown are left out. */
  buttons: SeenButton[];
}

/** What stands around the place that is read. */
interface Open {
  tag: string;
  hidden: boolean;
  hiddenIf: RawCondition[];
}

/** Where Odoo says that something is hidden: computed as JSON up to 16, the expression itself from 17 on. */
function invisibility({ attributes }: SaxesTagPlain): { hidden: boolean; hiddenIf: RawCondition[] } {
  const modifiers = attributes["modifiers"];
  if (modifiers !== undefined) {
    const read = parseJson(modifiers);
    const found = isObject(read) ? [read["invisible"], read["column_invisible"]] : [];
    const conditions = found.filter((one): one is Json[] => Array.isArray(one) && one.length > 0);
    return { hidden: found.some((one) => one === true || one === 1), hiddenIf: conditions };
  }
  const texts = [attributes["invisible"], attributes["column_invisible"]].filter((one) => one !== undefined);
  const plain = texts.map((text) => text.trim().replace(/\s+/g, " ")).filter((text) => !/^(|0|false)$/i.test(text));
  const hidden = plain.some((text) => /^(1|true)$/i.test(text));
  return { hidden, hiddenIf: hidden ? [] : plain };
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Saxes is loaded with the first view: most processes that only answer a search by ids never need it. */
let loading: Promise<typeof SaxesParser> | undefined;

/** Reads the `arch` of a list or form view, of any version. Throws a `SyntaxError` where it is no XML. */
export async function scanView(arch: string): Promise<SeenView> {
  const Parser = await (loading ??= import("saxes").then((module) => module.SaxesParser));
  const parser = new Parser({ xmlns: false, fragment: true });
  const fields = new Map<string, SeenField>();
  const buttons: SeenButton[] = [];
  const stack: Open[] = [];
  let button: SeenButton | null = null;
  let isShown = false;

  parser.on("error", (error) => {
    throw new SyntaxError(`Cannot read the view: ${error.message}`);
  });
  parser.on("opentag", (node) => {
    const { name: tag, attributes } = node;
    const around = stack.at(-1);
    const own = invisibility(node);
    const open = {
      tag,
      hidden: own.hidden || around?.hidden === true,
      hiddenIf: [...around?.hiddenIf ?? [], ...own.hiddenIf],
    };
    stack.push(open);
    if (stack.slice(0, -1).some((outer) => outer.tag === "field")) return;
    const name = attributes["name"] ?? "";
    if (tag === "field") {
      if (button !== null) {
        button.label ||= attributes["string"] ?? "";
        return;
      }
      const seen = { name, hidden: open.hidden, optional: attributes["optional"] === "hide" };
      const before = fields.get(name);
      // A field may stand several times for several cases: what counts is the place where it is shown most.
      if (before === undefined || before.hidden && !seen.hidden) fields.set(name, seen);
    } else if (tag === "button" && attributes["type"] === "object") {
      button = { method: name, label: attributes["string"] ?? "", hiddenIf: open.hiddenIf };
      isShown = !open.hidden;
    }
  });
  parser.on("text", (text) => {
    if (button !== null && stack.every(({ tag }) => tag !== "field")) button.label = join(button.label, text);
  });
  parser.on("closetag", ({ name }) => {
    stack.pop();
    if (name !== "button" || button === null) return;
    if (isShown && /^\w+$/.test(button.method)) buttons.push(button);
    button = null;
  });
  parser.write(arch).close();
  return { fields: [...fields.values()], buttons };
}

function join(label: string, text: string): string {
  return `${label} ${text}`.trim().replace(/\s+/g, " ");
}
