import { quote } from "../ask/mod.ts";
import { closest } from "../lib/closest.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field } from "../odoo/mod.ts";
import { gather, refuse } from "./refuse.ts";
import { checkId } from "./scalar.ts";

/** What the checks of lines need from those of whole records, which they are part of. */
export interface LineChecks {
  /** Checks the values of one line. */
  values(model: string, values: unknown, mode: "create" | "update", at: string): Promise<JsonObject>;
  /** An id, or the name of just one record. */
  record(model: string, value: unknown, at: string): Promise<number>;
}

const HINT = 'Use {"add": [ids], "remove": [ids], "create": [{…}], "update": [{"id": 1, …}]}, or {"set": [ids]}, ' +
  "or a list of ids that replaces the present ones.";
const WORDS = ["add", "remove", "create", "update", "set"];

/**
 * The value of an x2many field as Odoo's commands. Understands a list of ids (or names) that replaces what is there,
 * `{add, remove, create, update, set}`, and Odoo's own commands, whose numbers are checked because Odoo silently ignores
 * the ones it does not know.
 */
export async function checkCommands(
  checks: LineChecks,
  field: Field,
  value: unknown,
  mode: "create" | "update",
  at: string,
): Promise<Json> {
  if (value === null || value === false) return [[5, 0, 0]];
  const model = field.relation ?? refuse(at, `${field.name} leads to no model that is known`);
  if (Array.isArray(value)) {
    if (value.some((item) => Array.isArray(item))) {
      return await gather(
        `use ${at}`,
        value.map((command, index) => checkRaw(checks, model, command, mode, `${at}[${index}]`)),
      );
    }
    const line = value.findIndex((item) => isObject(item) && !isShownRecord(item));
    if (line >= 0) refuse(`${at}[${line}]`, `${quote(value[line])} is no record`, `New lines go into create. ${HINT}`);
    return [[6, 0, await records(checks, model, value, at)]];
  }
  if (!isObject(value)) refuse(at, `${quote(value)} is no list of records`, HINT);
  return await checkWords(checks, model, value, mode, at);
}

/** A record as answers show it, which stands for its id: `{id, name}`. */
export function isShownRecord(value: JsonObject): boolean {
  return value["id"] !== undefined && Object.keys(value).every((key) => ["id", "name", "display_name"].includes(key));
}

async function checkWords(
  checks: LineChecks,
  model: string,
  words: JsonObject,
  mode: "create" | "update",
  at: string,
): Promise<Json> {
  for (const [word, list] of Object.entries(words)) {
    if (!WORDS.includes(word)) {
      const near = closest(word, WORDS);
      refuse(`${at}.${word}`, "it is unknown", near.length > 0 ? `Did you mean ${near.join(" or ")}?` : HINT);
    }
    if (!Array.isArray(list)) refuse(`${at}.${word}`, `${quote(list)} is no list`, HINT);
  }
  if (words["set"] !== undefined && (words["add"] !== undefined || words["remove"] !== undefined)) {
    refuse(at, "set replaces what is there, so add and remove don't go with it");
  }
  if (mode === "create") {
    for (const word of ["remove", "update"]) refuseOnNew(words[word] !== undefined, `${at}.${word}`);
  }
  const list = (word: string) => (words[word] ?? []) as Json[];
  const [set, remove, update, add, create] = await gather(`use ${at}`, [
    words["set"] === undefined
      ? Promise.resolve([])
      : records(checks, model, list("set"), `${at}.set`).then((ids): Json[] => [[6, 0, ids]]),
    records(checks, model, list("remove"), `${at}.remove`).then((ids) => ids.map((id): Json => [3, id, 0])),
    gather(`use ${at}.update`, list("update").map((line, i) => updateLine(checks, model, line, `${at}.update[${i}]`))),
    records(checks, model, list("add"), `${at}.add`).then((ids) => ids.map((id): Json => [4, id, 0])),
    gather(
      `use ${at}.create`,
      list("create").map(async (line, i): Promise<Json> => [
        0,
        0,
        await checks.values(model, line, "create", `${at}.create[${i}]`),
      ]),
    ),
  ]);
  return [...set!, ...remove!, ...update!, ...add!, ...create!];
}

async function updateLine(checks: LineChecks, model: string, line: Json, at: string): Promise<Json> {
  if (!isObject(line)) refuse(at, `${quote(line)} is no line`, 'Write {"id": 1, …} with the fields to change.');
  const { id, ...values } = line;
  return [1, checkId(id, `${at}.id`), await checks.values(model, values, "update", at)];
}

async function records(checks: LineChecks, model: string, list: unknown[], at: string): Promise<number[]> {
  const ids = await gather(`use ${at}`, list.map((one, index) => checks.record(model, one, `${at}[${index}]`)));
  return [...new Set(ids)];
}

/** One of Odoo's own commands, in its full length: 14 reads some by position. */
async function checkRaw(
  checks: LineChecks,
  model: string,
  command: unknown,
  mode: "create" | "update",
  at: string,
): Promise<Json> {
  if (!Array.isArray(command) || command.length === 0 || command.length > 3) {
    refuse(at, `${quote(command)} is no command`, `Commands are [number, id, values]. ${HINT}`);
  }
  const [number, id, value] = command as [unknown, unknown, unknown];
  switch (number) {
    case 0:
      return [0, 0, await checks.values(model, value, "create", `${at}[2]`)];
    case 1:
      refuseOnNew(mode === "create", at);
      return [1, checkId(id, `${at}[1]`), await checks.values(model, value, "update", `${at}[2]`)];
    case 2:
    case 3:
      refuseOnNew(mode === "create", at);
      return [number, checkId(id, `${at}[1]`), 0];
    case 4:
      return [4, checkId(id, `${at}[1]`), 0];
    case 5:
      return [5, 0, 0];
    case 6:
      if (!Array.isArray(value)) refuse(`${at}[2]`, `${quote(value)} is no list of ids`);
      return [6, 0, [...new Set(value.map((one, index) => checkId(one, `${at}[2][${index}]`)))]];
    default:
      return refuse(at, `${quote(number)} is no command number`, `Numbers are 0 to 6. ${HINT}`);
  }
}

/** A new record has no lines yet: what Odoo 14 would change or delete then are lines of others. */
function refuseOnNew(given: boolean, at: string): void {
  if (given) refuse(at, "a record that is being created has no lines to change or remove yet", "Use create or add.");
}

/** What commands do to records that exist already: changed or deleted lines by id, and whether lines may disappear. */
export function linesTouched(field: Field, commands: Json): { changed: number[]; mayDelete: boolean } {
  const list = Array.isArray(commands) ? commands.filter((command) => Array.isArray(command)) : [];
  const changed = list.filter(([number]) => number === 1 || number === 2).map(([, id]) => id as number);
  // Taken off its parent, a line of a one2many is deleted wherever its many2one is required or cascades.
  const numbers = field.type === "one2many" ? [2, 3, 5, 6] : [2];
  return { changed, mayDelete: list.some(([number]) => numbers.includes(number as number)) };
}
