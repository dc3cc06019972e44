/**
 * What Odoo 19 answers to method calls, from the recordings of one protocol. In this order:
 *
 * 1. the recording of the very same call by the same user, byte for byte, errors and all. Of actions and writes that were
 *    recorded several times the first comes first, and the last goes on (`action_confirm_twice`);
 * 2. refusals: what a recording shows to be refused to a user is refused whatever the fields and ids; unknown models and
 *    methods, wrong names of arguments and missing records get the recorded error with the names of this call in it;
 * 3. `read`, `fields_get` and `check_access_rights` from recorded values (`recorded_rows.ts`);
 * 4. else the recording of the same model and method that is most like the call: its domain, order and limit may be others,
 *    and groups may ask for their currency as well.
 *    Where fields of a `search_read` were not asked for then, its records are read as in 3. A `create` answers the ids of a
 *    recorded one with as many records.
 *
 * What the program asks only to tell more, and goes on without, was not recorded: fields' defaults (but where all were),
 * what hangs on records (nothing), and the lines of an order after a change.
 *
 * What nothing recorded answers is an error of the test: `Unrecorded`.
 */
import { canonicalJson, isObject, type Json, type JsonObject } from "../../src/lib/json.ts";
import { type Recording, recordings } from "../odoo/codec/recordings.ts";
import { type RecordedCall, recordedCalls } from "./recorded_calls.ts";
import { createRows, type Rows } from "./recorded_rows.ts";
import { type ObjectCall, type Protocol, signatureOf, Unrecorded, writeValue } from "./recorded_wire.ts";

/** One answer on its way out; `by` is the recording it is from, `built` for one put together from recorded values. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string;
  by: string;
}

/** Everything about one protocol: created once per server, for actions leave traces. */
export function createAnswers(protocol: Protocol): (uid: number, call: ObjectCall) => Answer {
  const all = recordedCalls(protocol);
  const models = new Set(all.filter(({ case: name }) => name !== "err_model").map(({ model }) => model));
  const rows = createRows(all);
  const done = new Set<string>();

  const exactly = (uid: number, call: ObjectCall): Answer | undefined => {
    // Recorded while another transaction kept changing the row; its request is described in words only.
    if (call.method === "write" && isEqual(call.params["vals"], { ref: "mine" })) {
      return withWords(protocol, "err_serialization", {});
    }
    const same = all.filter((one) => one.uid === uid && isSame(one, call))
      .sort((a, b) => Object.keys(b.context).length - Object.keys(a.context).length);
    if (call.method === "read" && same.some((one) => "value" in one.answer) && rows.touched(call)) return undefined;
    const next = isReading(call.method) ? same[0] : same.find((one) => !done.has(one.case)) ?? same.at(-1);
    if (next === undefined) return undefined;
    done.add(next.case);
    if ("value" in next.answer) rows.remember(call, next.answer.value);
    return from(next);
  };

  const refusal = (uid: number, call: ObjectCall): Answer | undefined => {
    const { model, method, problem, context: { lang } } = call;
    if (!models.has(model) && !rows.knows(model)) return withWords(protocol, "err_model", { "no.such.model": model });
    if (method.startsWith("_")) {
      return withWords(protocol, "err_private_method", { "res.partner._compute_display_name": `${model}.${method}` });
    }
    if (signatureOf(model, method) === undefined) {
      return withWords(protocol, "err_method", { "res.partner.no_such_method": `${model}.${method}` });
    }
    const refused = all.find((one) =>
      one.uid === uid && one.model === model && one.method === method && isRefusal(one)
    );
    if (refused !== undefined) return from(refused);
    if (typeof lang === "string" && lang !== "en_US") {
      return withWords(protocol, "ctx_lang_not_installed", { "fr_FR": lang });
    }
    if (problem === undefined) return undefined;
    switch (problem.kind) {
      case "unknown":
        return withWords(protocol, "err_unknown_kwarg", {
          "'nosuch'": `'${problem.name}'`,
          ".search()": `.${method}()`,
        });
      case "ids":
        return withWords(protocol, "ids_on_model_method", { "res.partner.search_count": `${model}.${method}` });
      case "keyword-create":
        return withWords(protocol, "create_kwarg_vals_list", {});
      case "missing":
        if (protocol === "json2") return withWords(protocol, "missing_kwarg", { "'vals'": `'${problem.name}'` });
        throw new Unrecorded(`${model}.${method} without ${problem.name}`);
      case "too-many":
        throw new Unrecorded(`${model}.${method} with ${problem.name} arguments by position`);
    }
  };

  const similar = ({ model, method, params }: ObjectCall): RecordedCall | undefined => {
    const found = all.filter((one) => one.model === model && one.method === method && "value" in one.answer)
      .filter((one) => !/group/.test(method) || isSameGrouping(one.params, params));
    const score = (one: RecordedCall) =>
      Object.entries(params).filter(([name, value]) => isEqual(one.params[name], value)).length;
    return found.sort((a, b) => score(b) - score(a))[0];
  };

  /** Refused or empty, so that the program goes on without. */
  const extra = (call: ObjectCall): Answer | undefined => {
    const name = `${call.model}.${call.method}`;
    if (name === "ir.model.fields.search_read") return built(protocol, []);
    if (name === "ir.attachment.search_count") return built(protocol, 0);
    const isUnknown = call.method === "default_get" && !hasAll(similar(call)?.params["fields"], call.params["fields"]);
    const isLines = name === "sale.order.line.search_read" && similar(call) === undefined;
    if (!isUnknown && !isLines) return undefined;
    return withWords(protocol, "err_method", { "res.partner.no_such_method": name });
  };

  /**
   * Groups that ask for more than was recorded: their currency, which is one in the recorded database (res.company 1 in
   * built.json), and how many orders have an amount, which all of them have.
   */
  const grouped = (call: ObjectCall): Json | undefined => {
    const { groupby, aggregates } = call.params;
    if (call.method !== "formatted_read_group" || !Array.isArray(groupby) || !Array.isArray(aggregates)) {
      return undefined;
    }
    const isMore = (name: Json) => name === "currency_id" || name === "amount_total:count";
    const more = [...groupby, ...aggregates].filter(isMore);
    if (more.length === 0) return undefined;
    const without = (names: Json[]) => names.filter((name) => !isMore(name));
    const params = { ...call.params, groupby: without(groupby), aggregates: without(aggregates) };
    const known = similar({ ...call, params });
    if (known === undefined || !("value" in known.answer) || !Array.isArray(known.answer.value)) return undefined;
    return known.answer.value.filter(isObject).filter((row) => groupby.length === 0 || row["__count"] !== 0)
      .map((row) => ({
        ...row,
        ...(more.includes("currency_id") && { currency_id: [1, "USD"] }),
        ...(more.includes("amount_total:count") && { "amount_total:count": row["__count"]! }),
      }));
  };

  return (uid, call) => {
    const answer = exactly(uid, call) ?? extra(call) ?? refusal(uid, call);
    if (answer !== undefined) return answer;
    const absent = isReading(call.method) ? [] : rows.absent(call);
    if (absent.length > 0) {
      return withWords(protocol, "write_missing_id", {
        "res.partner(99999999,)": `${call.model}(${absent.join(", ")},)`,
      });
    }
    const value = rows.answer(uid, call);
    if (value !== undefined) return built(protocol, value);
    if (call.method === "create") return created(protocol, all, rows, call);
    const groups = grouped(call);
    if (groups !== undefined) return built(protocol, groups);
    const best = similar(call);
    if (best === undefined || !("value" in best.answer)) {
      throw new Unrecorded(`${call.model}.${call.method} ${JSON.stringify(call.params)}`);
    }
    if (call.method === "search_read" && !hasAll(best.params["fields"], call.params["fields"])) {
      const ids = [best.answer.value].flat().map((row) => isObject(row) ? row["id"]! : 0);
      return built(protocol, rows.answer(uid, { ...call, method: "read", ids })!);
    }
    rows.remember(call, best.answer.value);
    return from(best);
  };
}

/** Ids of a recorded `create` of the model with as many records, in the form that `vals_list` was sent in. */
function created(protocol: Protocol, all: RecordedCall[], rows: Rows, call: ObjectCall): Answer {
  const values = call.params["vals_list"];
  const count = [values].flat().length;
  const ids = all.filter(({ model, method }) => model === call.model && method === "create")
    .flatMap(({ answer }) => "value" in answer ? [[answer.value].flat()] : [])
    .find((list) => list.length === count);
  if (ids === undefined) throw new Unrecorded(`a create of ${count} records of ${call.model}`);
  rows.remember(call, ids);
  return built(protocol, Array.isArray(values) || protocol === "json2" ? ids : ids[0]!);
}

/** A recording as it is. */
export function from({ case: by, response: { status, headers, body } }: Pick<Recording, "case" | "response">): Answer {
  return { status, headers, body, by };
}

/** A value in the form of the protocol's successful answers. */
export function built(protocol: Protocol, value: Json): Answer {
  const type = protocol === "xmlrpc" ? "text/xml; charset=utf-8" : "application/json; charset=utf-8";
  return { status: 200, headers: { "content-type": type }, body: writeValue(protocol, value), by: "built" };
}

/** The recorded error with the names of this call in place of the recorded ones. */
export function withWords(protocol: Protocol, name: string, words: Record<string, string>): Answer {
  const found = recordings(`19/${protocol}`).find((one) => one.case === name);
  if (found === undefined) throw new Unrecorded(`${name} over ${protocol}`);
  const answer = from(found);
  return {
    ...answer,
    body: Object.entries(words).reduce((text, [old, now]) => text.replaceAll(old, now), answer.body),
  };
}

function isReading(method: string): boolean {
  return /^(search|read|fields_get|name_search|formatted_|check_|has_|default_get|context_get|get_)/.test(method);
}

/** Refusals that depend on nothing but user, model and method. */
function isRefusal({ answer, params }: RecordedCall): boolean {
  if (!("error" in answer) || params["raise_exception"] !== undefined) return false;
  return /^(You are not allowed to (access|modify|create|delete) '|Uh-oh!)/.test(answer.error);
}

function isSame(one: RecordedCall, call: ObjectCall): boolean {
  // What a create is refused for does not depend on the form of one record, an object or a list with it.
  const isRefused = call.method === "create" && "error" in one.answer;
  const values = (params: JsonObject) => isRefused ? { vals_list: [params["vals_list"] ?? []].flat() } : params;
  return one.model === call.model && one.method === call.method && isEqual(one.ids, call.ids) &&
    isEqual(values(one.params), values(call.params)) &&
    Object.entries(one.context).every(([name, value]) => isEqual(value, call.context[name]));
}

function isSameGrouping(one: JsonObject, asked: JsonObject): boolean {
  return isEqual(one["groupby"], asked["groupby"]) && hasAll(one["aggregates"], asked["aggregates"]);
}

function hasAll(known: Json | undefined, wanted: Json | undefined): boolean {
  return Array.isArray(known) && Array.isArray(wanted) && wanted.every((name) => known.includes(name));
}

function isEqual(one: Json | undefined, other: Json | undefined): boolean {
  if (one === undefined || other === undefined) return one === other;
  return canonicalJson(one) === canonicalJson(other);
}
