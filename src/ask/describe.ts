import { closest } from "../lib/closest.ts";
import type { Field, Fields, Odoo } from "../odoo/mod.ts";
import { briefly, type FieldDescription, inFull } from "./describe_field.ts";
import { knownField } from "./path.ts";
import { isColumn, isNoise, rankFields } from "./rank.ts";
import { refuse } from "./refuse.ts";
import { readRights, type Rights } from "./rights.ts";
import { searchFields, searchPaths } from "./search_fields.ts";
import { quote } from "./text.ts";
import { type Action, viewActions } from "./view_actions.ts";
import { readViews, type Views } from "./view_read.ts";

/** What `describe_model` takes. */
export interface DescribeInput {
  model: string;
  /** Words of a field's name, label, help or values. */
  query?: string | undefined;
  /** Fields to tell everything about. */
  fields?: readonly string[] | undefined;
  /** Any of `fields`, `actions`, `relations`. Default `["fields"]`. */
  include?: readonly string[] | undefined;
}

/** An action that a model usually has. */
export interface UsualAction {
  action: string;
  does: string;
  /** The statuses it belongs to. */
  from?: readonly string[];
  /** The wizard that a button of it opens, where it is no method: views do not name it so. */
  opens?: string;
}

/** What whoever asks knows of actions: these are no business of a reading room. */
export interface ActionKnowledge {
  /** Whether `run_action` would take it. */
  mayRun(action: string): boolean;
  /** The usual ones of the model and what they do, for texts and for where no view can be read. */
  usual: readonly UsualAction[];
}

/** A model as callers see it. */
export interface Description {
  model: string;
  rights: Rights;
  /** Empty where they were not asked for. */
  fields: FieldDescription[];
  /** Fields of related models that fit the query, by path. */
  paths?: FieldDescription[];
  /** Fields that are not shown, where fields were asked for. */
  more?: number;
  /** What `run_action` would take, with when it is there and what it does. */
  actions?: (Action & { does?: string })[];
  /** Buttons that are not allowed here. */
  not_allowed?: string[];
  /** Models this one leads to, and through which fields. */
  relations?: { model: string; fields: string[] }[];
  notes: string[];
}

/** How many fields are shown when none are named. */
const SHOWN = 12;
/** How many fields that fit the words are shown. */
const FOUND = 10;
const FOUND_BESIDE_PATHS = 3;
const PARTS = ["fields", "actions", "relations"];
const NO_ACTIONS: ActionKnowledge = { mayRun: () => false, usual: [] };

/** What may be done with a model, and its fields: the best ones, those that fit `query`, or those named, in full. */
export async function describeModel(
  odoo: Odoo,
  input: DescribeInput,
  knowledge: ActionKnowledge = NO_ACTIONS,
): Promise<Description> {
  const { model } = input;
  const include = checkInclude(input);
  const fields = await odoo.fields(model);
  const [rights, part] = await Promise.all([
    readRights(odoo, model),
    include.includes("fields") ? describeFields(odoo, input, fields) : null,
  ]);
  const actions = include.includes("actions") ? await describeActions(odoo, model, fields, knowledge) : null;
  return {
    model,
    rights,
    fields: [],
    ...part?.told,
    ...actions?.told,
    ...(include.includes("relations") && { relations: relationsOf(fields) }),
    notes: [
      ...(rights.read === false ? [`You may not read ${model} in this Odoo.`] : []),
      ...part?.notes ?? [],
      ...actions?.notes ?? [],
    ],
  };
}

function checkInclude({ include, fields, query }: DescribeInput): readonly string[] {
  for (const word of include ?? []) {
    if (PARTS.includes(word)) continue;
    refuse("include", `${quote(word)} is no part of a model`, {
      near: closest(word, PARTS),
      hint: "Use fields, actions or relations.",
    });
  }
  if (include === undefined || include.length === 0) return ["fields"];
  // Whoever names fields wants to see them.
  return fields === undefined && query === undefined ? include : [...include, "fields"];
}

interface Told<Part> {
  told: Part;
  notes: string[];
}

async function describeFields(
  odoo: Odoo,
  { model, query = "", fields: wanted }: DescribeInput,
  fields: Fields,
): Promise<Told<Pick<Description, "fields" | "paths" | "more">>> {
  if (wanted !== undefined) {
    if (wanted.length === 0) {
      refuse("fields", "the list is empty", { hint: "Leave it out for the most useful fields." });
    }
    const named = wanted.map((name, index) => knownField(fields, model, name, `fields[${index}]`));
    return { told: { fields: named.map(inFull), more: fields.size - named.length }, notes: [] };
  }
  if (query.trim() !== "") return await findFields(odoo, fields, query);
  const shown = bestFields(fields, await readViews(odoo, model, fields));
  const isAll = shown.length >= fields.size;
  return {
    told: { fields: shown.map(briefly), more: fields.size - shown.length },
    notes: isAll ? [] : ["The most used fields; query finds others by words, fields tells all about some."],
  };
}

async function findFields(
  odoo: Odoo,
  fields: Fields,
  query: string,
): Promise<Told<Pick<Description, "fields" | "paths" | "more">>> {
  const [found, paths] = [searchFields(fields, query), await searchPaths(odoo, fields, query)];
  const shown = found.slice(0, paths.length > 0 ? FOUND_BESIDE_PATHS : FOUND);
  const notes: string[] = [];
  if (found.length > shown.length) notes.push(`${found.length} fields fit; the best ${shown.length} are shown.`);
  if (found.length + paths.length === 0) {
    const near = closest(query, fields.keys());
    notes.push(`No field fits ${quote(query)}.${near.length === 0 ? "" : ` Close names: ${near.join(", ")}.`}`);
  }
  return {
    told: {
      fields: shown.map(briefly),
      ...(paths.length > 0 && { paths: paths.map(({ path, field }) => ({ ...briefly(field), name: path })) }),
      more: fields.size - shown.length,
    },
    notes,
  };
}

/** The ranking of the default fields, with what these leave out because it is long or computed: name, lines, quantities. */
function bestFields(fields: Fields, views: Views | null): Field[] {
  const name = fields.get("name") ?? fields.get("display_name");
  const lines = [...views?.form ?? fields.keys()].flatMap((one) => fields.get(one) ?? [])
    .filter((field) => field.type === "one2many" && /(^|_)lines?(_ids)?$/.test(field.name)).slice(0, 1);
  const computed = [...views?.list ?? []].flatMap((column) => fields.get(column) ?? [])
    .filter((field) => !isColumn(field) && ["float", "monetary", "date"].includes(field.type) && !isNoise(field))
    .slice(0, 3);
  const ranked = rankFields(fields, views).slice(0, SHOWN - lines.length - computed.length - 1);
  return [...(name === undefined ? [] : [name]), ...ranked, ...computed, ...lines];
}

async function describeActions(
  odoo: Odoo,
  model: string,
  fields: Fields,
  { mayRun, usual }: ActionKnowledge,
): Promise<Told<Pick<Description, "actions" | "not_allowed">>> {
  const views = await readViews(odoo, model, fields);
  const seen: Action[] = views === null ? usual.map(({ action }) => ({ action })) : [
    ...viewActions(views.buttons, fields),
    ...usual.filter(({ opens }) => opens !== undefined).map((one) => asAction(one, fields)),
  ];
  const does = new Map(usual.map((one) => [one.action, one.does]));
  const [allowed, others] = [seen.filter(({ action }) => mayRun(action)), seen.filter(({ action }) => !mayRun(action))];
  return {
    told: {
      actions: allowed.map((one) => ({ ...one, ...(does.has(one.action) && { does: does.get(one.action)! }) })),
      ...(others.length > 0 && { not_allowed: others.map(({ action }) => action) }),
    },
    notes: [
      ...(views === null ? ["No form view could be read: these are usual actions, and some may not exist here."] : []),
      ...(allowed.length === 0 ? [`No action of ${model} may be run here.`] : []),
    ],
  };
}

function asAction({ action, from }: UsualAction, fields: Fields): Action {
  const known = fields.get("state")?.selection?.map(([value]) => value) ?? [];
  const states = from?.filter((state) => known.includes(state)) ?? [];
  return { action, ...(states.length > 0 && { states }) };
}

function relationsOf(fields: Fields): { model: string; fields: string[] }[] {
  const relations = new Map<string, string[]>();
  for (const { name, relation } of fields.values()) {
    if (relation !== undefined && !["create_uid", "write_uid"].includes(name)) {
      relations.set(relation, [...relations.get(relation) ?? [], name]);
    }
  }
  return [...relations].map(([model, names]) => ({ model, fields: names })).sort((
    a,
    b,
  ) => (a.model < b.model ? -1 : 1));
}
