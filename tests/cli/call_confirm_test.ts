import assert from "node:assert/strict";
import { cleanEnv, RUN } from "../support/server.ts";

async function callDelete(...more: string[]): Promise<{ code: number; out: string; err: string }> {
  const args = JSON.stringify({ model: "mail.activity", ids: [1] });
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [...RUN, "call", "delete_record", args, "--demo", ...more],
    env: cleanEnv(),
    clearEnv: true,
    stdin: "null",
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, out: text(stdout), err: text(stderr) };
}

Deno.test("a call that needs a confirmation is refused in a script, and says how to confirm", async () => {
  const { code, out, err } = await callDelete();
  assert.equal(code, 1);
  assert.match(out, /E010/);
  assert.match(err, /--yes/);
});

Deno.test("call --yes confirms what the server asks for", async () => {
  const { code, out, err } = await callDelete("--yes");
  assert.equal(code, 0, out + err);
  assert.match(out, /deleted/);
});
