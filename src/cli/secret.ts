import type { Settings } from "../config/mod.ts";
import { Failure } from "../lib/failure.ts";
import { randomKey, toBase64Url } from "../lib/seal.ts";
import { SECRET_NAME, type Vault } from "../lib/vault.ts";
import { EXIT, type Invocation, misuse, settingsOrExit } from "./command.ts";
import { prepare, replaceFile } from "./private_file.ts";
import { complain, print, printJson, table } from "./print.ts";
import { keepSecret, keySource, loadVault, readKeys, vaultPath } from "./secret_file.ts";

/** Larger than any key or certificate. */
const MOST_LETTERS = 64 * 1024;

/** `odoo-mcp secret set|list|rotate|remove`: the encrypted file that settings like `secret:NAME` are taken from. */
export async function secret({ words, flags, switches }: Invocation): Promise<number> {
  const [action = "", name, ...more] = words;
  const named = action === "set" || action === "remove";
  if (!["set", "list", "rotate", "remove"].includes(action) || more.length > 0 || named !== (name !== undefined)) {
    return misuse("Cannot do that: write odoo-mcp secret set NAME, list, rotate or remove NAME.", "secret");
  }
  if (name !== undefined && !SECRET_NAME.test(name)) {
    return misuse(
      `Cannot call a secret ${JSON.stringify(name)}: use small letters, digits, dots and hyphens.`,
      "secret",
    );
  }
  const loaded = settingsOrExit(flags);
  if (typeof loaded === "number") return loaded;
  const { settings } = loaded;
  if (action === "list") return list(loadVault(settings), switches.has("json"));
  const path = vaultPath(settings);
  const why = prepare(path);
  if (why !== undefined) throw new Failure("E004", `Cannot write the credentials file: ${why}`);
  if (action === "set") await set(settings, name!, path);
  else if (action === "rotate") await rotate(settings, path);
  else {
    replaceFile(path, loadVault(settings).without(name!).text());
    complain(`Removed ${name} from ${path}.`);
  }
  return EXIT.ok;
}

function list(vault: Vault, json: boolean): number {
  const names = vault.names();
  if (json) printJson(names);
  else if (names.length === 0) complain("There are no secrets. Set one: odoo-mcp secret set NAME < file");
  else print(...table(["name", "set (UTC)"], names.map(({ name, set }) => [name, set.slice(0, 16).replace("T", " ")])));
  return EXIT.ok;
}

async function set(settings: Settings, name: string, path: string): Promise<void> {
  await keepSecret(settings, name, () => readValue(`the value of ${name}`));
  complain(`Set ${name} in ${path}. A setting uses it as secret:${name}.`);
}

/** Seals everything anew. With a key in a file: the file holds both keys until it is done, so that no moment loses any. */
async function rotate(settings: Settings, path: string): Promise<void> {
  const source = keySource(settings);
  const old = await readKeys(settings);
  const fresh = source.from === "file" ? toBase64Url(randomKey()) : await readValue("the new key");
  if (fresh.length < 32) throw new Failure("E004", "Cannot use the new key: it has fewer than 32 letters");
  const vault = loadVault(settings);
  let next = vault;
  for (const { name, set } of vault.names()) {
    next = await next.with(name, (await vault.open(name, old)).reveal(), fresh, new Date(set));
  }
  if (source.from === "file") replaceFile(source.path, [fresh, ...old].join("\n"));
  replaceFile(path, next.text());
  if (source.from === "file") replaceFile(source.path, fresh);
  const told = source.from === "file"
    ? `The new key is in ${source.path}.`
    : "Now set the new key where the old one was.";
  const count = vault.names().length;
  complain(`Encrypted ${count === 1 ? "1 secret" : `${count} secrets`} anew. ${told}`);
}

/** What comes on stdin, without its last line break. On a terminal nothing is shown while it is typed. */
async function readValue(what: string): Promise<string> {
  if (Deno.stdin.isTerminal()) complain(`Type ${what}, then Enter (it is not shown):`);
  const text = Deno.stdin.isTerminal() ? typed() : await new Response(Deno.stdin.readable).text();
  const value = text.replace(/\r?\n$/, "");
  const why = value === ""
    ? "stdin is empty"
    : value.length > MOST_LETTERS
    ? "it is too long"
    : /\p{Cc}/u.test(value)
    ? "it holds a line break or control character"
    : undefined;
  if (why !== undefined) {
    throw new Failure("E004", `Cannot use ${what}: ${why}`, {
      hint: "Write it to stdin, e.g. odoo-mcp secret set NAME < file",
    });
  }
  return value;
}

function typed(): string {
  const byte = new Uint8Array(1);
  const bytes: number[] = [];
  Deno.stdin.setRaw(true, { cbreak: true });
  try {
    while (Deno.stdin.readSync(byte) === 1 && byte[0] !== 10 && byte[0] !== 13) {
      if (byte[0] === 127) bytes.pop();
      else bytes.push(byte[0]!);
    }
  } finally {
    Deno.stdin.setRaw(false);
  }
  return new TextDecoder().decode(Uint8Array.from(bytes));
}
