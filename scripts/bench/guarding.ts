import {
  createAudit,
  createGate,
  createKey,
  createLimits,
  createMaskNames,
  createRoles,
  LOCAL_CALLER,
  type RoleEntry,
  withAccess,
  withPolicy,
  writeKeys,
} from "../../src/guard/mod.ts";
import type { Json, JsonObject } from "../../src/lib/json.ts";
import { deriveKey } from "../../src/lib/seal.ts";
import { memoryStore } from "../../src/lib/store/memory.ts";
import type { Call, Execute } from "../../src/odoo/mod.ts";
import { makeKey, sign, startIssuer } from "../../tests/support/issuer.ts";
import { percentile, table, type Timed } from "./measure.ts";

/** Calls in one sample; one alone is too short for the clock. */
const BATCH = 50;
const SAMPLES = 60;

const { signal } = new AbortController();
const LOG = { debug() {}, info() {}, warning() {}, error() {} };
const KEY = "k".repeat(40);
const HERE = "https://mcp.example.com/mcp";

const FIELDS: Record<string, JsonObject> = {
  name: { type: "char" },
  email: { type: "char" },
  phone: { type: "char" },
  city: { type: "char" },
  country_id: { type: "many2one", relation: "res.country" },
};

const READ: Call = {
  model: "res.partner",
  method: "search_read",
  params: { domain: [["city", "=", "Ghent"]], fields: Object.keys(FIELDS), limit: 20 },
  context: { allowed_company_ids: [1], lang: "en_US" },
  effect: "read",
  origin: "caller",
};
const WRITE: Call = { ...READ, method: "write", ids: [7], params: { vals: { city: "Ghent" } }, effect: "write" };

/** An Odoo that answers at once: what is left is the guard. */
const odoo: Execute = (call) => {
  if (call.method === "fields_get") return Promise.resolve(FIELDS);
  if (call.effect !== "read") return Promise.resolve(true);
  const row = (id: number): Json => ({
    id,
    name: `Partner ${id}`,
    email: `p${id}@example.com`,
    phone: `+32 9 123 45 ${id}`,
    city: "Ghent",
    country_id: [21, "Belgium"],
  });
  return Promise.resolve(Array.from({ length: 20 }, (_, at) => row(at + 1)));
};

/**
 * What the guard costs, in µs: each part alone, and all of them around one call. Needs no Odoo:
 * `deno run -A scripts/bench/guarding.ts`.
 */
export async function guardingTable(): Promise<string> {
  const folder = await Deno.makeTempDir();
  const signing = await makeKey("ES256", "bench");
  await using issuer = startIssuer([signing.jwk]);
  const audit = createAudit({ file: `${folder}/a.jsonl`, secret: KEY, values: false, required: true, log: LOG });
  try {
    const { key, entry } = await createKey({ name: "bench", role: "admin", expires: null });
    const gate = createGate({
      security: {
        keys: "keys.json",
        oauth: { issuer: issuer.url, audience: [HERE], algorithms: ["ES256"], clock_skew_s: 60 },
        own_credentials: true,
      },
      store: memoryStore(),
      addresses: new Set(["https://odoo.example.com"]),
      needsUrl: false,
      secret: deriveKey(KEY, "bench"),
      log: LOG,
    });
    gate.useKeys(writeKeys([entry]));
    const token = await sign(signing, { iss: issuer.url, aud: HERE, scope: "odoo:read" });
    const [byKey, byToken] = [key, token].map((one) => new Headers({ authorization: `Bearer ${one}` }));
    const limits = createLimits({
      requests_per_minute: 1_000_000,
      writes_per_minute: 1_000_000,
      burst: 1_000_000,
      concurrent: 64,
      concurrent_per_caller: 64,
      instances: { default: 1_000_000 },
      atTheDoor: true,
    });
    const count = async () => {
      await limits.request(LOCAL_CALLER.id);
      (await limits.enter(LOCAL_CALLER, { instance: "default", access: "write" }))();
    };
    const plain = policed({});
    const listed = policed({
      models: { allow: ["res.*"], deny: ["res.users"] },
      fields: { hide: ["*.vat"], mask: [] },
    });
    const masked = policed({ fields: { hide: [], mask: ["email", "phone"] } });
    const told = async (call: Call, execute: Execute) => {
      const asked = {
        request: crypto.randomUUID(),
        caller: LOCAL_CALLER,
        client: "bench",
        instance: "default",
        tool: "t",
      };
      await audit.follow(asked, call.effect === "read" ? "read" : "write")(execute)(call, signal);
      await audit.finish(asked, { code: "ok", ms: 1 });
    };
    const all = async () => {
      const caller = await gate.identify(byKey!, HERE);
      if ("status" in caller) throw new Error(caller.why);
      await limits.request(caller.id);
      const leave = await limits.enter(caller, { instance: "default", access: "read" });
      await told(READ, listed);
      leave();
    };
    const rows: [string, Timed][] = [
      ["who: an API key", () => gate.identify(byKey!, HERE)],
      ["who: a token that was seen before", () => gate.identify(byToken!, HERE)],
      ["how often: a request, a change, an Instance", count],
      ["may they: a read of 20 × 5, no lists", () => plain(READ, signal)],
      ["may they: the same, with lists and hidden fields", () => listed(READ, signal)],
      ["may they: the same, e-mail and phone masked", () => masked(READ, signal)],
      ["may they: a change", () => listed(WRITE, signal)],
      ["what they did: a read's line", () => told(READ, odoo)],
      ["**all together: a read by key, with lists and audit**", all],
      ["apart: a change's two lines, one of them safe on the disk (fsync)", () => told(WRITE, odoo)],
    ];
    const lines: (string | number)[][] = [];
    for (const [name, run] of rows) lines.push([name, ...await micros(run, /fsync/.test(name) ? 1 : BATCH)]);
    return table(["part", "p50, µs", "p99, µs"], lines);
  } finally {
    audit.close();
    await Deno.remove(folder, { recursive: true });
  }
}

/** That Odoo behind the rules of a role, as `app.ts` puts it together. */
function policed(role: RoleEntry): Execute {
  const open = { mode: "open" as const, models: { allow: [], deny: [] }, fields: { hide: [] } };
  const roles = createRoles({ ...open, actions: { allow: ["*"], deny: [] } }, { bench: { from: "admin", ...role } });
  const caller = { ...LOCAL_CALLER, role: "bench" };
  return withAccess("write")(withPolicy(roles.rulesFor(caller), () => names(caller.id))(odoo));
}

const names = createMaskNames(deriveKey(KEY, "bench pseudonyms"));

/** The median and 99th percentile of a call, in µs. */
async function micros(run: Timed, batch: number): Promise<[number, number]> {
  const took: number[] = [];
  for (let sample = -5; sample < SAMPLES; sample++) {
    const started = performance.now();
    for (let at = 0; at < batch; at++) await run();
    if (sample >= 0) took.push((performance.now() - started) * 1000 / batch);
  }
  return [percentile(took, 0.5), percentile(took, 0.99)];
}

if (import.meta.main) console.log(await guardingTable());
