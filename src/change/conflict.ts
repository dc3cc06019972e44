import { isoLocal, knownZone, parseOdoo } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { canonicalJson, isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Field, Odoo } from "../odoo/mod.ts";
import { isSame } from "./differences.ts";
import { checkMoment } from "./moment.ts";
import { plainRow } from "./plain.ts";
import { labelOf } from "./records.ts";
import { refuse } from "./refuse.ts";
import { sayValue } from "./say_value.ts";
import { checkExpected } from "./values.ts";

/** How a caller says what it has seen, so that nothing newer is written over. */
export interface Seen {
  /** The `write_date` that was read: as answers show it, or as Odoo writes it (UTC). */
  if_unchanged_since?: string | undefined;
  /** Values that fields must still hold, as answers show them; names are understood. */
  expect?: Record<string, unknown> | undefined;
}

/** Most records whose present values an `E008` tells, and most that its message names. */
const SHOWN = 10;
const NAMED = 3;

/** The fields that must be read for {@link refuseChanged}, beside those to be written. */
export function seenFields({ if_unchanged_since: since, expect }: Seen): string[] {
  if (since === undefined && expect === undefined) return [];
  return ["write_uid", "write_date", ...Object.keys(expect ?? {})];
}

/** Checks the form of what was seen, before any record is read. */
export async function checkSeen(odoo: Odoo, model: string, seen: Seen): Promise<void> {
  const fields = await odoo.fields(model);
  if (seen.if_unchanged_since !== undefined) {
    await sinceText(odoo, seen.if_unchanged_since);
    if (!fields.has("write_date")) {
      throw new Failure("E013", `Cannot compare when ${model} was changed: it keeps no write_date`, {
        hint: "Use expect with the values that were read.",
      });
    }
  }
  for (const name of Object.keys(seen.expect ?? {})) {
    if (!fields.has(name)) {
      refuse(`expect.${name}`, `${model} has no such field`, `describe_model ${model} lists them.`);
    }
  }
}

/**
 * `E008` when a record, as it was read just now, is not as the caller has seen it: with the last writer, when, and the
 * present values of the fields to be written. Best effort: someone may still write between this look and the write, which
 * are two transactions of Odoo.
 */
export async function refuseChanged(
  odoo: Odoo,
  model: string,
  rows: readonly JsonObject[],
  asked: readonly string[],
  seen: Seen,
): Promise<void> {
  const since = seen.if_unchanged_since === undefined ? null : await sinceText(odoo, seen.if_unchanged_since);
  const conflicts: JsonObject[] = [];
  const reasons: string[] = [];
  const expected = Object.entries(seen.expect ?? {}).map(([name, value]) => compareWith(odoo, model, name, value));
  if (since === null && expected.length === 0) return;
  const zone = knownZone((await odoo.user()).timeZone);
  for (const row of rows) {
    const plain = await plainRow(odoo, model, row);
    const others = (await Promise.all(expected.map((compare) => compare(row, plain)))).filter((one) => one !== null);
    const written = String(row["write_date"] ?? "").slice(0, 19);
    const isNewer = since !== null && written !== since;
    if (!isNewer && others.length === 0) continue;
    const { id, display_name } = labelOf(row);
    const time = parseOdoo(written);
    const changed = time === null ? null : isoLocal(time, zone);
    const by = isObject(plain["write_uid"]) ? plain["write_uid"] : null;
    const who = `${changed === null ? "" : ` at ${changed}`}${by === null ? "" : ` by ${by["name"]}`}`;
    reasons.push(
      others.length === 0
        ? `#${id} was last changed${who}`
        : `#${id}: ${
          others.map(({ field, present, expected }) => `${field} is ${sayValue(present)}, not ${sayValue(expected)}`)
            .join(", ")
        } (last changed${who})`,
    );
    if (conflicts.length >= SHOWN) continue;
    conflicts.push({
      id,
      display_name,
      changed,
      changed_by: by,
      present: Object.fromEntries(
        [...new Set([...asked, ...others.map(({ field }) => field)])].map((name) => [name, plain[name] ?? null]),
      ),
    });
  }
  if (reasons.length === 0) return;
  const more = reasons.length > NAMED ? `; and ${reasons.length - NAMED} more` : "";
  throw new Failure(
    "E008",
    `Cannot update ${model}: it is not as it was read. ${
      reasons.slice(0, NAMED).join("; ")
    }${more}. Nothing was changed`,
    {
      hint: "Look at the present values in details, decide again, and repeat with what is there now.",
      details: { model, conflicts, count: reasons.length },
    },
  );
}

interface Other extends JsonObject {
  field: string;
  expected: Json;
  present: Json;
}

type Compare = (row: JsonObject, plain: JsonObject) => Promise<Other | null>;

/** Values are the same when they look the same, or mean the same: a name and its record, a label and its value. */
function compareWith(odoo: Odoo, model: string, name: string, expected: unknown): Compare {
  let form: ReturnType<typeof checkExpected> | undefined;
  return async (row, plain) => {
    const present = plain[name] ?? null;
    if (canonicalJson(expected as Json) === canonicalJson(present)) return null;
    const field = (await odoo.fields(model)).get(name);
    if (field !== undefined && isNamed(field, expected, present)) return null;
    try {
      const { field, value } = await (form ??= checkExpected(odoo, model, name, expected, `expect.${name}`));
      if (field.type !== "html" && field.type !== "binary" && isHeld(field, value, row[name] ?? false)) return null;
    } catch (error) {
      // A name that nothing has (any more), or several, is not the one that is there. Anything else is a mistake.
      const isName = error instanceof Failure && error.code === "E004" && typeof expected === "string" &&
        field?.type === "many2one";
      const isShown = field?.type === "html" || field?.type === "binary";
      if (!isName && !isShown) throw error;
    }
    return { field: name, expected: expected as Json, present };
  };
}

function isNamed(field: Field, expected: unknown, present: Json): boolean {
  return field.type === "many2one" && typeof expected === "string" && isObject(present) &&
    String(present["name"]).toLowerCase() === expected.trim().toLowerCase();
}

/** Commands that replace are compared as sets; an empty one (`null`) is the empty set. */
function isHeld(field: Field, value: Json, kept: Json): boolean {
  const many = field.type === "one2many" || field.type === "many2many";
  return isSame(field, many && canonicalJson(value) === "[[5,0,0]]" ? [[6, 0, []]] : value, kept);
}

/** A time in Odoo's form, to the second: 14 hides the rest. */
async function sinceText(odoo: Odoo, text: string): Promise<string> {
  const odooText = /^(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)(?:\.\d+)?$/.exec(text.trim())?.[1];
  if (odooText !== undefined) return odooText;
  const whole = text.trim().replace(/\.\d+(?=Z|[+-]|$)/, "");
  return checkMoment("datetime", whole, knownZone((await odoo.user()).timeZone), "if_unchanged_since");
}
