import { visible } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import { isObject, type Json, type JsonObject } from "../lib/json.ts";
import type { Odoo } from "../odoo/mod.ts";
import { idOrName } from "./names.ts";
import { gather } from "./refuse.ts";

/** Somebody a message goes to. */
export interface Reached {
  id: number;
  name: string;
  email: string | null;
  /** Neither a colleague with a user of the company nor anybody else who reads internal notes. */
  outside: boolean;
}

/** Whom a message goes to, and what can't be told of it. */
export interface Reach {
  reached: Reached[];
  notes: string[];
}

/** Partners by id or name, each once. */
export async function findPartners(odoo: Odoo, partners: readonly (number | string)[]): Promise<number[]> {
  const ids = partners.map((one, index) => idOrName(odoo, "res.partner", one, `partners[${index}]`));
  return [...new Set(await gather("use partners", ids))];
}

/** The people behind partner ids. `E005` for those that don't exist. */
export async function readPeople(odoo: Odoo, ids: number[]): Promise<Reached[]> {
  if (ids.length === 0) return [];
  const answer = await odoo.call("res.partner", "read", {
    ids,
    params: { fields: ["display_name", "email", "partner_share"] },
    cache: "never",
  });
  const rows = Array.isArray(answer) ? answer.filter(isObject) : [];
  const missing = ids.filter((id) => !rows.some((row) => row["id"] === id));
  if (missing.length > 0) {
    throw new Failure("E005", `Cannot write to partners: there is no ${missing.map((id) => `#${id}`).join(", ")}`, {
      details: { missing },
    });
  }
  return rows.map((row) => ({
    id: Number(row["id"]),
    name: visible(String(row["display_name"])).replace(/\s+/g, " "),
    email: typeof row["email"] === "string" && row["email"] !== "" ? visible(row["email"]) : null,
    outside: row["partner_share"] !== false,
  }));
}

/** Whom a message on records reaches: their followers who want messages, and the partners named; not its author. */
export async function reachOf(odoo: Odoo, model: string, rows: JsonObject[], partners: number[]): Promise<Reach> {
  const [author, { ids, notes }] = await Promise.all([ownPartner(odoo), followersOf(odoo, model, rows)]);
  const all = [...new Set([...partners, ...ids])].filter((id) => id !== author);
  return { reached: await readPeople(odoo, all), notes };
}

/** A line for a plan: who it is, and whether it is somebody outside. */
export function sayReached({ id, name, email, outside }: Reached): string {
  const address = email === null ? "has no e-mail address" : email;
  return `${name} #${id} (${outside ? "outside, " : "colleague, "}${address})`;
}

async function ownPartner(odoo: Odoo): Promise<number | null> {
  const { id } = await odoo.user();
  const answer = await odoo.call("res.users", "read", {
    ids: [id],
    params: { fields: ["partner_id"] },
    origin: "server",
    cache: "schema",
  });
  const row = Array.isArray(answer) ? answer.filter(isObject)[0] : undefined;
  return row === undefined ? null : idOf(row["partner_id"]);
}

async function followersOf(
  odoo: Odoo,
  model: string,
  rows: JsonObject[],
): Promise<{ ids: number[]; notes: string[] }> {
  try {
    const [comment, answer] = await Promise.all([
      subtypeId(odoo, "mt_comment"),
      odoo.call("mail.followers", "search_read", {
        params: {
          domain: [["res_model", "=", model], ["res_id", "in", rows.map((row) => row["id"]!)]],
          fields: ["partner_id", "subtype_ids"],
        },
        cache: "never",
      }),
    ]);
    const all = Array.isArray(answer) ? answer.filter(isObject) : [];
    const wanting = all.filter(({ subtype_ids: subtypes }) => Array.isArray(subtypes) && subtypes.includes(comment));
    const channels = wanting.filter((row) => idOf(row["partner_id"]) === null).length;
    return {
      ids: wanting.flatMap((row) => idOf(row["partner_id"]) ?? []),
      notes: channels === 0 ? [] : [`${channels} following channel(s), with everybody in them`],
    };
  } catch (error) {
    if (!(error instanceof Failure) || odoo.signal.aborted) throw error;
    // Ordinary users may not look at who wants what; a record tells them its followers all the same.
    const ids = rows.flatMap((row) => Array.isArray(row["message_partner_ids"]) ? row["message_partner_ids"] : []);
    const notes = ids.length === 0 ? [] : ["of the followers only those who want messages"];
    return { ids: ids.filter((id) => typeof id === "number"), notes };
  }
}

/** The id of one of Odoo's kinds of messages: `mt_comment`, `mt_note`. */
async function subtypeId(odoo: Odoo, name: string): Promise<number | null> {
  const answer = await odoo.call("ir.model.data", "check_object_reference", {
    params: { module: "mail", xml_id: name },
    origin: "server",
    cache: "schema",
  });
  return Array.isArray(answer) && typeof answer[1] === "number" ? answer[1] : null;
}

function idOf(pair: Json | undefined): number | null {
  return Array.isArray(pair) && typeof pair[0] === "number" ? pair[0] : null;
}
