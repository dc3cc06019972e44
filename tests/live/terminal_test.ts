import assert from "node:assert/strict";
import { liveTest } from "../support/live.ts";
import { findTmux, FIXTURE, session } from "../support/terminal.ts";

const tmux = await findTmux();
if ("missing" in tmux) console.error(`SKIPPED: the terminal session: ${tmux.missing}`);

liveTest("a new user gets from setup to a first answer at a terminal, and README shows it", async (odoo) => {
  if ("missing" in tmux) return;
  assert.equal(await session(tmux.path, odoo), await Deno.readTextFile(FIXTURE));
}, "missing" in tmux);
