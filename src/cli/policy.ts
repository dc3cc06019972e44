import { explainerOf, type PolicyQuestion, type PolicyVerdict } from "../app.ts";
import { isObject, type Json } from "../lib/json.ts";
import { Failure } from "../lib/failure.ts";
import type { Settings } from "../config/mod.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { roleOfCaller } from "./policy_caller.ts";
import { paint, print, printJson, table } from "./print.ts";

/** Larger than any list of expectations. */
const MAX_BYTES = 4 * 1024 * 1024;

/** `odoo-mcp policy explain CALLER TOOL MODEL | test FILE`. */
export async function policy({ words, flags, switches }: Invocation): Promise<number> {
  const [action, ...rest] = words;
  const isExplain = action === "explain" && rest.length === 3;
  if (!isExplain && !(action === "test" && rest.length === 1)) {
    return misuse("Cannot do that: write policy explain CALLER TOOL MODEL, or policy test FILE.", "policy");
  }
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;
  const json = switches.has("json");
  const [first = "", tool = "", model = ""] = rest;
  return isExplain
    ? explain(loaded.settings, { caller: first, tool, model }, json)
    : await test(loaded.settings, first, json);
}

function explain(settings: Settings, asked: { caller: string; tool: string; model: string }, json: boolean): number {
  const role = roleOfCaller(settings, asked.caller);
  const found = explainerOf(settings)({ ...asked, role });
  if (json) printJson({ ...asked, role, ...found });
  else {
    const verdict = paint(found.verdict === "allowed" ? "green" : "red", found.verdict);
    print(
      `${verdict}  ${asked.caller} (role ${role}) ${asked.tool} ${asked.model}`,
      `  because      ${found.why}`,
      ...(found.rule === "" ? [] : [`  rule         ${found.rule}`]),
      `  mode         ${found.mode}`,
      `  hidden       ${["secrets", ...found.hidden].join(", ")}`,
      `  masked       ${found.masked.join(", ") || "nothing"}`,
      "",
      "Odoo's own rights and record rules come on top: odoo-mcp call describe_model tells them.",
    );
  }
  return EXIT.ok;
}

/** One line of a file of expectations. */
interface Expectation extends PolicyQuestion {
  expect: PolicyVerdict["verdict"];
}

/** Compares expectations with what the settings say. Exit code 1 when one of them differs. */
async function test(settings: Settings, path: string, json: boolean): Promise<number> {
  const expectations = readExpectations(settings, await readText(path), path);
  const ask = explainerOf(settings);
  const results = expectations.map(({ expect, ...question }) => {
    const { verdict, rule, why } = ask(question);
    return { ...question, expect, verdict, rule, why, ok: verdict === expect };
  });
  const different = results.filter(({ ok }) => !ok);
  if (json) printJson({ ok: different.length === 0, tested: results.length, different });
  else {
    const rows = different.map(({ role, tool, model, field, action, expect, verdict, rule }) => [
      role,
      tool,
      `${model}${field === undefined ? "" : `.${field}`}${action === undefined ? "" : `.${action}`}`,
      expect,
      verdict,
      rule,
    ]);
    if (rows.length > 0) print(...table(["role", "tool", "model", "expected", "is", "rule"], rows), "");
    print(`${results.length} expectations, ${different.length} different`);
  }
  return different.length === 0 ? EXIT.ok : EXIT.failed;
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await Deno.stat(path);
    if (size > MAX_BYTES) throw new Failure("E004", `Cannot read ${path}: it is larger than ${MAX_BYTES} bytes`);
    return await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Failure) throw error;
    const why = error instanceof Deno.errors.NotFound ? "it does not exist" : "this program may not read it";
    throw new Failure("E004", `Cannot read ${path}: ${why}`);
  }
}

const KEYS = ["caller", "role", "tool", "model", "field", "action", "expect", "note"];
const VERDICTS = ["allowed", "refused", "hidden", "masked"] as const;

function readExpectations(settings: Settings, text: string, path: string): Expectation[] {
  const refuse = (why: string): never => {
    throw new Failure("E004", `Cannot use ${path}: ${why}`, {
      hint: 'Write a list like [{"role":"viewer","tool":"delete_record","model":"res.partner","expect":"refused"}].',
    });
  };
  let list: Json;
  try {
    list = JSON.parse(text);
  } catch {
    return refuse("it is no JSON");
  }
  if (!Array.isArray(list) || list.length === 0) return refuse("it is no list, or an empty one");
  return list.map((one, index) => {
    const at = `[${index}]`;
    if (!isObject(one)) return refuse(`${at} is no object`);
    const strange = Object.keys(one).find((key) => !KEYS.includes(key));
    if (strange !== undefined) return refuse(`${at}.${strange} is unknown; there are ${KEYS.join(", ")}`);
    const word = (key: string): string => {
      const value = one[key];
      return typeof value === "string" && value !== "" ? value : refuse(`${at}.${key} is missing or no text`);
    };
    const optional = (key: string) => one[key] === undefined ? {} : { [key]: word(key) };
    if ((one["caller"] === undefined) === (one["role"] === undefined)) return refuse(`${at} needs caller or role`);
    const role = one["role"] === undefined ? roleOfCaller(settings, word("caller")) : word("role");
    const expect = VERDICTS.find((verdict) => verdict === one["expect"]);
    if (expect === undefined) return refuse(`${at}.expect is not one of ${VERDICTS.join(", ")}`);
    return { role, tool: word("tool"), model: word("model"), ...optional("field"), ...optional("action"), expect };
  });
}
