import { Failure } from "../lib/failure.ts";
import { isObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { BUSINESS_MODELS } from "./business_models.ts";
import { makeCursor, readOffset } from "./cursor.ts";
import { mayDo } from "./rights.ts";
import { checkLimit } from "./select.ts";
import { visible } from "./text.ts";

/** What `list_models` takes. */
export interface ModelsInput {
  /** Words of a name or label; all must fit. */
  query?: string | undefined;
  /** Default 20. */
  limit?: number | undefined;
  cursor?: string | undefined;
}

/** A page of models, business first. */
export interface ModelPage {
  models: { name: string; label: string }[];
  count: number;
  has_more: boolean;
  next: string | null;
  notes: string[];
}

/** Most models of one answer. */
const MOST = 1000;

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
  const query = (input.query ?? "").trim().toLowerCase();
  const limit = checkLimit(input.limit, MOST);
  const list = ["list_models", query];
  const offset = await readOffset({ cursor: input.cursor }, list);
  const listed = await readModels(odoo);
  const found = ranked(listed ?? await readBusiness(odoo, query), query);
  const models = found.slice(offset, offset + limit);
  const hasMore = found.length > offset + limit;
  return {
    models,
    count: models.length,
    has_more: hasMore,
    next: hasMore ? await makeCursor(offset + limit, list) : null,
    notes: listed === null
      ? ["Odoo lets this user not list models: only common ones were tried; others may exist."]
      : [],
  };
}

/** All models with records, from the schema cache once it is warm; null where this user may not list them. */
async function readModels(odoo: Odoo): Promise<{ name: string; label: string }[] | null> {
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

/** The common models that exist here, this user may read and the policy lets pass. */
async function readBusiness(odoo: Odoo, query: string): Promise<{ name: string; label: string }[]> {
  const candidates = BUSINESS_MODELS.filter(({ name, label }) => scoreOf(name, label, query) > 0);
  const tried = await Promise.all(candidates.map(async ({ name, label }) => {
    try {
      return await mayDo(odoo, name, "read") === true ? [{ name, label }] : [];
    } catch (error) {
      if (error instanceof Failure && ["E003", "E004", "E005", "E011"].includes(error.code)) return [];
      throw error;
    }
  }));
  return tried.flat();
}

function ranked(models: { name: string; label: string }[], query: string): { name: string; label: string }[] {
  return models
    .map((model) => ({ model, score: scoreOf(model.name, model.label, query) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.model.name < b.model.name ? -1 : 1))
    .map(({ model }) => model);
}

/** How well words fit a model; 0 for not at all. The closer the name, the better; business before Odoo's own. */
function scoreOf(name: string, label: string, query: string): number {
  const common = BUSINESS_MODELS.findIndex((model) => model.name === name);
  const heart = (TECHNICAL.test(name) ? 0 : 1) + (common < 0 ? 0 : 2 - common / BUSINESS_MODELS.length);
  if (query === "") return 1 + heart;
  if (query === name || query === label.toLowerCase()) return 100 + heart;
  const texts = [name.toLowerCase(), label.toLowerCase(), common < 0 ? "" : BUSINESS_MODELS[common]!.words ?? ""];
  let score = heart;
  for (const word of query.split(/[\s_/]+/).filter((part) => part !== "")) {
    const stem = word.length > 3 ? word.replace(/ies$/, "y").replace(/s$/, "") : word;
    const best = Math.max(...texts.map((text) => fitOf(text, stem)));
    if (best === 0) return 0;
    score += best;
  }
  return score;
}

function fitOf(text: string, word: string): number {
  const words = text.split(/[\s._/()-]+/);
  if (words.includes(word) || words.includes(`${word}s`)) return 10;
  return words.some((part) => part.startsWith(word)) ? 6 : text.includes(word) ? 3 : 0;
}
