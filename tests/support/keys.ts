import assert from "node:assert/strict";
import { cleanEnv, RUN } from "./server.ts";

/** A keys file that the program made, and what the keys are. */
export interface Keys extends AsyncDisposable {
  file: string;
  of(name: string): string;
}

/** Makes a key for each `name:role`. */
export async function createKeys(people: string[]): Promise<Keys> {
  const folder = await Deno.makeTempDir({ prefix: "keys-" });
  const file = `${folder}/keys.json`;
  const made = new Map<string, string>();
  for (const person of people) {
    const [name = "", role = ""] = person.split(":");
    const { stdout, stderr, success } = await new Deno.Command(Deno.execPath(), {
      args: [...RUN, "key", "create", name, "--role", role, "--security-keys", file, "--json"],
      env: cleanEnv(),
      clearEnv: true,
    }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    made.set(name, String(JSON.parse(new TextDecoder().decode(stdout)).key));
  }
  return {
    file,
    of: (name) => made.get(name) ?? "",
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}
