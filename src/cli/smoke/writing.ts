import { Failure } from "../../lib/failure.ts";
import type { Json, JsonObject } from "../../lib/json.ts";
import { isObject } from "../../lib/json.ts";
import { type Check, NotTried, type Smoke, wrong } from "./check.ts";

const MODEL = "res.partner";
const NAME = "odoo-mcp smoke test (may be deleted)";

/** What is asked with `--write`: one contact of its own is made, changed and deleted. */
export const WRITING: Check[] = [
  {
    name: "a dry run of a create changes nothing",
    tools: ["create_record", "count_records"],
    async run({ ask, known }) {
      await ask("create_record", { model: MODEL, values: { name: nameFor(known) }, dry_run: true });
      const { count } = await ask("count_records", { model: MODEL, domain: [["name", "=", nameFor(known)]] });
      if (count !== 0) throw wrong(`the dry run made ${String(count)} contacts`);
      return "nothing was made";
    },
  },
  {
    name: "a create that is sent twice makes one record",
    tools: ["create_record"],
    async run({ ask, known }) {
      const args = { model: MODEL, values: { name: nameFor(known) }, idempotency_key: known.key };
      known.created = firstId(await ask("create_record", args));
      const again = firstId(await ask("create_record", args));
      if (again !== known.created) throw wrong(`the repeat made ${again} beside ${known.created}`);
      return `contact ${known.created}`;
    },
  },
  {
    name: "an update answers the value before and after",
    tools: ["create_record", "update_record"],
    async run({ ask, known }) {
      const updated = await ask("update_record", { model: MODEL, ids: [created(known)], values: { city: "Smoke" } });
      const { undo } = updated;
      if (isObject(undo) && typeof undo["token"] === "string") known.undo = undo["token"];
      if (!JSON.stringify(updated).includes("Smoke")) throw wrong("the answer does not show the new value");
      return "city: Smoke";
    },
  },
  {
    name: "undo writes the old value back",
    tools: ["create_record", "update_record", "undo", "get_record"],
    async run({ ask, known }) {
      if (known.undo === undefined) throw new NotTried("not tried, because the update gave no undo token");
      await ask("undo", { token: known.undo });
      const { records } = await ask("get_record", { model: MODEL, ids: [created(known)], fields: ["city"] });
      const [record] = Array.isArray(records) ? records : [];
      if (!isObject(record) || record["city"] !== null) throw wrong("the city is still there");
      return "city: (none)";
    },
  },
  {
    name: "a confirmed delete leaves nothing behind",
    tools: ["create_record", "delete_record", "count_records"],
    async run(smoke) {
      const id = created(smoke.known);
      await smoke.ask("delete_record", { model: MODEL, ids: [id] });
      smoke.known.deleted = true;
      const { count } = await smoke.ask("count_records", {
        model: MODEL,
        domain: [["id", "=", id]],
        include_archived: true,
      });
      if (count !== 0) throw wrong(`contact ${id} is still there`);
      return `contact ${id} is gone`;
    },
  },
];

/** Deletes what a failed check left. Answers what could not be deleted, for a person to do. */
export async function cleanUp({ ask, known }: Smoke): Promise<string | null> {
  if (known.created === undefined || known.deleted === true) return null;
  try {
    await ask("delete_record", { model: MODEL, ids: [known.created] });
    return null;
  } catch (error) {
    const why = error instanceof Failure ? error.message : "the connection ended";
    return `Left in Odoo: contact ${known.created} (${nameFor(known)}). Delete it there. ${why}`;
  }
}

/** Two runs at once must not find each other's. */
function nameFor({ key }: Smoke["known"]): string {
  return `${NAME} ${key.slice(-12)}`;
}

function created(known: Smoke["known"]): number {
  if (known.created !== undefined) return known.created;
  throw new NotTried("not tried, because no contact was created");
}

function firstId({ ids }: JsonObject): number {
  const [id]: Json[] = Array.isArray(ids) ? ids : [];
  if (typeof id !== "number") throw wrong("the create answers no id");
  return id;
}
