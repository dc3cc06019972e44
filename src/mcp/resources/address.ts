import { ProtocolError, ProtocolErrorCode } from "@modelcontextprotocol/server";

/** The resource templates, each with what its variables mean. */
export const TEMPLATES = [
  {
    name: "model",
    uriTemplate: "odoo://model/{model}",
    title: "A model",
    description: "What you may do with a model, and its most useful fields.",
  },
  {
    name: "record",
    uriTemplate: "odoo://record/{model}/{id}",
    title: "A record",
    description: "One record with its most useful fields.",
  },
  {
    name: "instance-record",
    uriTemplate: "odoo://{instance}/{model}/{id}",
    title: "A record of a named Odoo",
    description: "One record of the Instance of that name.",
  },
] as const;

/** The one resource with an address of its own. */
export const MODELS = {
  uri: "odoo://models",
  name: "models",
  title: "Models",
  description: "The models of this Odoo with their labels.",
  mimeType: "text/plain",
};

/** What the address of a resource means. */
export type Address =
  | { kind: "models"; instance: string }
  | { kind: "model"; instance: string; model: string }
  | { kind: "record"; instance: string; model: string; id: number };

/** What `uri` means to a caller of these Instances. Throws what the protocol answers for an unknown one. */
export function parseUri(uri: string, instances: string[]): Address {
  const instance = instances[0] ?? "";
  if (uri === MODELS.uri) return { kind: "models", instance };
  const [, first = "", second = "", third] = /^odoo:\/\/([a-z0-9-]+)\/([\w.]+)(?:\/([1-9]\d{0,9}))?$/.exec(uri) ?? [];
  if (first === "model" && second !== "" && third === undefined) return { kind: "model", instance, model: second };
  const id = Number(third);
  if (third !== undefined && id < 2 ** 31) {
    if (first === "record") return { kind: "record", instance, model: second, id };
    if (instances.includes(first)) return { kind: "record", instance: first, model: second, id };
  }
  const known = [MODELS.uri, ...TEMPLATES.map((template) => template.uriTemplate)].join(", ");
  throw new ProtocolError(
    ProtocolErrorCode.InvalidParams,
    `Resource not found: ${uri.slice(0, 200)}. There are ${known}.`,
    {
      uri,
    },
  );
}
