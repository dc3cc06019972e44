import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Call } from "../odoo/mod.ts";
import type { RelationOf } from "./follow.ts";
import { holdsPseudonym, type MaskNames } from "./mask_names.ts";
import type { Masks } from "./masks.ts";
import { READ_METHODS } from "./methods.ts";

/** Methods whose `fields` are sums and groups, not values that are masked in the answer. */
const GROUPING = new Set(["read_group", "formatted_read_group"]);

const HINT = "Masked fields can be read as pseudonyms, and compared with = or in and a pseudonym.";

/**
 * The Call with real values for the pseudonyms in its domains. Refuses (`E011`) what would tell about masked values another
 * way: other comparisons, sorting, grouping, sums, search by name, and pseudonyms as values to write. A pseudonym that is
 * not known (any more) is `E004`.
 */
export async function unmaskCall(masks: Masks, names: MaskNames, call: Call, relationOf: RelationOf): Promise<Call> {
  if (call.effect !== "read") {
    refusePseudonyms(call, call.params);
    return call;
  }
  const { model } = call;
  const kinds = READ_METHODS.get(call.method) ?? {};
  const params: JsonObject = { ...call.params };
  for (const [name, value] of Object.entries(call.params)) {
    const kind = kinds[name];
    if (kind === "domain" && Array.isArray(value)) params[name] = await domain(value, model);
    if (kind === "order" && typeof value === "string") {
      for (const part of value.split(",")) await refuseMasked("sort by", part.trim().split(/[\s:]/)[0] ?? "");
    }
    if (kind === "fields" && GROUPING.has(call.method)) {
      for (const item of Array.isArray(value) ? value : [value]) {
        for (const word of String(item).split(/[:()]/)) await refuseMasked("group by or add up", word);
      }
    }
  }
  if (call.method === "name_search" && params["name"] !== "" && typeof params["name"] === "string") {
    if (masks.ofName(model) !== null) throw refused(`search ${model} by name`);
    refusePersonal(params["name"]);
  }
  return { ...call, params };

  async function domain(items: Json[], from: string): Promise<Json[]> {
    const made: Json[] = [];
    for (const item of items) made.push(isLeaf(item) ? await leaf(item, from) : item);
    return made;
  }

  async function leaf([path, operator, right]: Leaf, from: string): Promise<Json> {
    const { masked, relation } = await follow(path.split(":")[0]!, from);
    if (masked) return await maskedLeaf(path, operator, right);
    if (/any/i.test(operator) && Array.isArray(right) && relation !== null) {
      return [path, operator, await domain(right, relation)];
    }
    const texts = [right].flat().filter((one) => typeof one === "string");
    // A text against a relation is searched for in its names.
    if (texts.length > 0 && relation !== null && masks.ofName(relation) !== null) {
      throw refused(`search ${path} by name`);
    }
    texts.forEach(refusePersonal);
    return [path, operator, right];
  }

  function maskedLeaf(path: string, operator: string, right: Json): Json {
    if ((operator === "=" || operator === "!=") && (right === false || right === null)) return [path, operator, right];
    if (path.includes(":") || (operator !== "=" && operator !== "in")) {
      throw refused(`compare ${path} with ${operator}`);
    }
    const values = [right].flat().flatMap((one) => {
      if (typeof one !== "string") throw refused(`compare ${path} with something that is no pseudonym`);
      const known = names.valuesOf(one);
      if (known !== null) return known;
      if (!holdsPseudonym(one)) throw refused(`compare ${path} with a value`);
      throw new Failure("E004", `Cannot compare ${path}: the pseudonym ${one.slice(0, 60)} is not known`, {
        hint: "Pseudonyms are the caller's own and are forgotten after a while: read the record again.",
        details: { rule: "fields.mask" },
      });
    });
    return [path, "in", values];
  }

  async function refuseMasked(what: string, name: string): Promise<void> {
    if (name !== "" && (await follow(name, model)).masked) throw refused(`${what} ${name}`);
  }

  /** Goes down a path: whether a field on it is masked, and where its last one leads. */
  async function follow(path: string, from: string): Promise<{ masked: boolean; relation: string | null }> {
    let at: string | null = from;
    for (const step of path.split(".")) {
      if (at === null) break;
      if (masks.of(at, step) !== null) return { masked: true, relation: null };
      at = await relationOf(at, step) ?? null;
    }
    return { masked: false, relation: at };
  }

  /** Odoo's search by name looks at e-mail addresses too, and the chatter is full of them: a guess would be confirmed. */
  function refusePersonal(text: string): void {
    const found = masks.families.find(({ name, find }) =>
      find(text).length > 0 || (name === "email" && text.includes("@"))
    );
    if (found !== undefined) throw refused(`search for what looks like masked data (${found.name})`);
  }
}

/** Remembers what a caller wrote into masked fields: it knows these values, so they come back as they are. */
export function rememberWritten(masks: Masks, names: MaskNames, { model, method, params }: Call): void {
  const remember = (values: Json) => {
    if (!isObject(values)) return;
    for (const [field, value] of Object.entries(values)) {
      if (typeof value === "string" && value !== "" && masks.of(model, field) !== null) names.wrote(value);
    }
  };
  const { fields, data } = params;
  if (method === "load" && Array.isArray(fields) && Array.isArray(data)) {
    for (const row of data) {
      if (Array.isArray(row)) remember(Object.fromEntries(fields.map((name, at) => [String(name), row[at] ?? null])));
    }
  } else [params["vals"] ?? null, params["vals_list"] ?? null].flat().forEach(remember);
}

type Leaf = [path: string, operator: string, right: Json];

/** Everything else was checked by the policy before: operators, and `[1, "=", 1]`. */
function isLeaf(item: Json): item is Leaf {
  return Array.isArray(item) && typeof item[0] === "string" && typeof item[1] === "string";
}

function refusePseudonyms(call: Call, value: Json): void {
  if (typeof value === "string" && holdsPseudonym(value)) {
    throw new Failure(
      "E011",
      `Cannot ${call.method} ${call.model}: a value holds a pseudonym, which means nothing to Odoo`,
      {
        hint: "Leave masked fields out, or ask the person for the real value.",
        details: { rule: "fields.mask" },
      },
    );
  }
  if (Array.isArray(value)) { for (const item of value) refusePseudonyms(call, item); }
  if (isObject(value)) { for (const item of Object.values(value)) refusePseudonyms(call, item); }
}

function refused(what: string): Failure {
  return new Failure("E011", `Cannot ${what}: the setting fields.mask keeps it from you`, {
    hint: HINT,
    details: { rule: "fields.mask" },
  });
}
