import { SaxesParser } from "saxes";
import type { Json } from "../../../src/lib/json.ts";

/** What an XML-RPC document holds. */
export interface Document {
  values: Json[];
  fault: boolean;
}

interface Element {
  name: string;
  text: string;
  children: Element[];
}

/** Reads XML-RPC with a general, conforming parser: what the project's own scanner is compared with. */
export function readWithSaxes(xml: string): Document {
  const root: Element = { name: "", text: "", children: [] };
  const open = [root];
  const parser = new SaxesParser();
  parser.on("opentag", ({ name }) => {
    const element: Element = { name, text: "", children: [] };
    open.at(-1)!.children.push(element);
    open.push(element);
  });
  parser.on("text", (text) => open.at(-1)!.text += text);
  parser.on("closetag", () => open.pop());
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(xml).close();
  const content = root.children[0]!.children.filter(({ name }) => name === "params" || name === "fault");
  const fault = content[0]?.name === "fault";
  const params = fault ? content : content.flatMap(({ children }) => children);
  return { values: params.map(({ children }) => valueOf(children[0]!)), fault };
}

function valueOf({ text, children }: Element): Json {
  const typed = children[0];
  if (typed === undefined) return text;
  switch (typed.name) {
    case "nil":
      return null;
    case "boolean":
      return typed.text === "1";
    case "int":
    case "i4":
    case "i8":
    case "double":
      return Number(typed.text);
    case "array":
      return typed.children[0]!.children.map(valueOf);
    case "struct":
      return Object.fromEntries(
        typed.children.map((member) => [member.children[0]!.text, valueOf(member.children[1]!)]),
      );
    default:
      return typed.text;
  }
}
