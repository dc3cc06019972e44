import { Failure } from "../lib/failure.ts";
import { isObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { BUSINESS_MODELS } from "./business_models.ts";
import { makeCursor, readOffset } from "./cursor.ts";
import { mayDo } from "./rights.ts";
import { checkLimit } from "./select.ts";
import { visible } from "./text.ts";
import { closeness, wordsOf } from "./words.ts";

/** What `list_models` takes. */
export interface ModelsInput {
  /** Words of a name or label; all must fit. */
  query?: string | undefined;
  /** Default 20. */
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** A model as callers see it. */
export interface ModelName {
  name: string;
  label: string;
  /** Where this user may not read its records; told of the best few that fit a query. */
  readable?: false;
}

/** A page of models, business first. */
export interface ModelPage {
  models: ModelName[];
  count: number;
  has_more: boolean;
  next: string | null;
  notes: string[];
}

/** Most models of one answer. */
const MOST = 1000;

/** So many models that fit only some of the words are shown unasked. */
const MOST_PARTS = 6;

/** Of so many found models it is asked whether this user may read them: one request each, kept as long as the fields. */
const ASKED = 5;

/** What a plain user may read in the place of a model that is closed to them. */
const INSTEAD: { [model: string]: string } = { "hr.employee": "hr.employee.public" };

/** Mixins and helpers: models without records. `ir.model` tells which are abstract from 19 on. */
const ABSTRACT = new RegExp(
  [
    "(^|[._])(mixin|abstract|base|tests?)([._]|$)",
    "^(_unknown|report\\.\\w+\\.report_.*|ir\\.(qweb|fields\\.converter|http|autovacuum).*|mail\\.(thread|bot)(\\..*)?)$",
    "^(sms\\.api|iap\\.enrich\\.api|publisher_warranty\\.contract|web_editor\\.assets|calendar\\.alarm_manager)$",
  ].join("|"),
);

/** Models that hold Odoo itself together; they come last. */
const TECHNICAL =
  /^(ir|base|base_import|bus|web|web_tour|web_editor|digest|iap|mail|sms|utm|report|phone|barcodes?|snailmail|privacy)\./;

/**
 * Lists the models this user may know of, by words of their names and labels. Where Odoo refuses to list them (ordinary
 * users on 19) the common business models are tried: that answer says so.
 */
export async function listModels(odoo: Odoo, input: ModelsInput = {}): Promise<ModelPage> {
  const query = (input.query ?? "").trim();
  const most = checkLimit(input.limit, MOST);
  const list = ["list_models", query];
  const offset = readOffset({ cursor: input.cursor }, list);
  const listed = await readModels(odoo);
  const { found, isPart } = listed === null ? await readBusiness(odoo, query) : ranked(listed, query);
  // Half an answer is worth half a page.
  const limit = isPart && input.limit === undefined ? MOST_PARTS : most;
  const page = found.slice(offset, offset + limit);
  const models = query === "" || listed === null ? page : await withReadable(odoo, page);
  const hasMore = found.length > offset + limit;
  return {
    models,
    count: models.length,
    has_more: hasMore,
    next: hasMore ? makeCursor(offset + limit, list) : null,
    notes: [
      ...(isPart ? ["No model fits all of the words; these fit some."] : []),
      ...(listed === null
        ? ["Odoo lets this user not list models: only common ones were tried; others may exist."]
        : []),
      ...models.filter((one) => one.readable === false && found.some(({ name }) => name === INSTEAD[one.name]))
        .map(({ name }) => `Use ${INSTEAD[name]} instead of ${name}.`),
    ],
  };
}

/** All models with records, from the schema cache once it is warm; null where this user may not list them. */
export async function readModels(odoo: Odoo): Promise<ModelName[] | null> {
  const version = await odoo.version();
  // The field `abstract` came after 14; only 19 was seen to have it.
  const fields = ["model", "name", ...(version.major >= 19 ? ["abstract"] : [])];
  try {
    const rows = await odoo.call("ir.model", "search_read", {
      params: { domain: [["transient", "=", false]], fields },
      origin: "server",
      cache: "schema",
    });
    if (!Array.isArray(rows)) return [];
    return rows.filter(isObject)
      .filter((row) => row["abstract"] !== true && !ABSTRACT.test(String(row["model"])))
      .map((row) => ({ name: String(row["model"]), label: visible(String(row["name"])) }));
  } catch (error) {
    if (error instanceof Failure && error.code === "E003") return null;
    throw error;
  }
}

/** Marks those of the best found models that this user may not read. */
async function withReadable(odoo: Odoo, models: ModelName[]): Promise<ModelName[]> {
  const asked = await Promise.all(
    models.slice(0, ASKED).map(async (model): Promise<ModelName> => {
      const may = await mayDo(odoo, model.name, "read").catch(onlyRefusals);
      return may === false ? { ...model, readable: false } : model;
    }),
  );
  return [...asked, ...models.slice(ASKED)];
}

/** The common models that exist here, this user may read and the policy lets pass. */
async function readBusiness(odoo: Odoo, query: string): Promise<Ranked> {
  const { found, isPart } = ranked(BUSINESS_MODELS.map(({ name, label }) => ({ name, label })), query);
  const tried = await Promise.all(found.map(async (model) => {
    return await mayDo(odoo, model.name, "read").catch(onlyRefusals) === true ? [model] : [];
  }));
  return { found: tried.flat(), isPart: isPart && tried.flat().length > 0 };
}

function onlyRefusals(error: unknown): null {
  if (error instanceof Failure && ["E003", "E004", "E005", "E011"].includes(error.code)) return null;
  throw error;
}

/** Models by how well they fit, and whether they fit only a part of the words. */
interface Ranked {
  found: ModelName[];
  isPart: boolean;
}

/** Models that fit the most words of the query, the best first. */
function ranked(models: ModelName[], query: string): Ranked {
  // The work grows with the words; nobody describes a model with more.
  const words = wordsOf(query).slice(0, 12);
  const fits = models.map((model) => ({ model, ...fitOf(model, query.toLowerCase(), words) }));
  const most = Math.max(0, ...fits.map((fit) => fit.words));
  const found = fits
    .filter((fit) => fit.words === most && (most > 0 || words.length === 0))
    .sort((a, b) => b.score - a.score || (a.model.name < b.model.name ? -1 : 1))
    .map(({ model }) => model);
  return { found, isPart: most > 0 && most < words.length };
}

const business = new Map(
  BUSINESS_MODELS.map(({ words = "", abroad = "", ...model }, at) => [
    model.name,
    { ...model, at, words: wordsOf(`${model.label} ${words} ${abroad}`) },
  ]),
);

/** How many words fit a model, and how well: the closer the name, the better; business before Odoo's own. */
function fitOf({ name, label }: ModelName, query: string, words: string[]): { words: number; score: number } {
  const common = business.get(name);
  const heart = (TECHNICAL.test(name) ? 0 : 1) + (common === undefined ? 0 : 2 - common.at / business.size);
  if (query === name || query === label.toLowerCase()) return { words: words.length, score: 100 + heart };
  const names = [wordsOf(name), wordsOf(label), common?.words ?? []];
  const scores = words.map((word) => Math.max(...names.map((text) => POINTS[closeness(word, text)])));
  return {
    words: scores.filter((score) => score > 0).length,
    score: scores.reduce((sum, score) => sum + score, 0) + heart,
  };
}

/** What the four grades of {@link closeness} count; a part of a word is little beside business. */
const POINTS = [0, 1, 6, 10] as const;
