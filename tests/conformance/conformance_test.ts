import assert from "node:assert/strict";
import { startHttp } from "../support/server.ts";
import {
  type ExpectedFailure,
  FIXTURES_LEGACY,
  FIXTURES_MODERN,
  FIXTURES_STABLE,
  judge,
  PROGRAM_LEGACY,
  PROGRAM_MODERN,
  PROGRAM_STABLE,
} from "./expected_failures.ts";
import { serveFixtures } from "./fixture_server.ts";
import { failed, runSuite, type Suite, SUITES } from "./suite.ts";

/** A server under test. */
interface Target extends AsyncDisposable {
  name: string;
  url: string | URL;
  /** What it logged or reported, for the message of a failed test. */
  log(): string;
}

function fixtures(): Target {
  const errors: Error[] = [];
  const connection = serveFixtures((error) => void errors.push(error));
  return {
    name: "the fixtures behind the program's HTTP",
    url: `http://127.0.0.1:${connection.port}/mcp`,
    log: () => errors.map(String).join("\n"),
    [Symbol.asyncDispose]: () => connection.stop(1_000),
  };
}

async function program(): Promise<Target> {
  const server = await startHttp(["--demo"]);
  const { url, log } = server;
  return { name: "the program", url, log, [Symbol.asyncDispose]: () => server[Symbol.asyncDispose]() };
}

async function passes(suite: Suite, target: Target, expected: ExpectedFailure[]): Promise<void> {
  const entries = expected.flatMap((one) => one.entries);
  const run = await runSuite(suite, target.url, entries);
  const failing = new Set(run.checks.filter(failed).map((check) => check.scenario));
  const passing = run.scenarios.length - failing.size;
  const checks = run.checks.filter((check) => check.status === "SUCCESS").length;
  console.log(
    `conformance ${suite.version}${suite.requirements === undefined ? "" : ` for ${suite.requirements}`}, ` +
      `${target.name}: ${run.scenarios.length} scenarios, ${passing} pass (${checks} checks), ` +
      `${failing.size} fail as expected`,
  );
  const report = () => `${run.output}\nThe server said:\n${target.log()}`;
  assert.deepEqual(judge(run.checks, expected), { unexpected: [], stale: [] }, report());
  assert.equal(run.code, 0, report());
  assert.equal(run.scenarios.length, suite.scenarios, report());
  assert.ok(passing > 0 && checks > 0, report());
}

Deno.test("the HTTP wrapper passes the conformance suite 0.1.16", async () => {
  await using target = fixtures();
  await passes(SUITES.stable, target, FIXTURES_STABLE);
});

Deno.test("the HTTP wrapper passes what revision 2025-11-25 requires", async () => {
  await using target = fixtures();
  await passes(SUITES.legacy, target, FIXTURES_LEGACY);
});

Deno.test("the HTTP wrapper passes everything that revision 2026-07-28 requires", async () => {
  await using target = fixtures();
  await passes(SUITES.modern, target, FIXTURES_MODERN);
});

Deno.test("the program passes what of the conformance suite 0.1.16 needs no tools of the suite's own", async () => {
  await using target = await program();
  await passes(SUITES.stable, target, PROGRAM_STABLE);
});

Deno.test("the program passes what of revision 2025-11-25 needs no tools of the suite's own", async () => {
  await using target = await program();
  await passes(SUITES.legacy, target, PROGRAM_LEGACY);
});

Deno.test("the program passes what of revision 2026-07-28 needs no tools of the suite's own", async () => {
  await using target = await program();
  await passes(SUITES.modern, target, PROGRAM_MODERN);
});

Deno.test("a scenario that is expected to fail and passes fails the run", async () => {
  await using target = fixtures();
  for (const [suite, expected] of [[SUITES.stable, FIXTURES_STABLE], [SUITES.modern, FIXTURES_MODERN]] as const) {
    const tooMany = [...expected, { reason: "It passes", says: /./, entries: ["tools-list"] }];
    const run = await runSuite(suite, target.url, tooMany.flatMap((one) => one.entries));
    assert.deepEqual(judge(run.checks, tooMany), { unexpected: [], stale: ["tools-list"] });
    assert.equal(run.code, 1, run.output);
    assert.match(run.output, /stale/);
  }
});

Deno.test("a scenario that fails with other words than expected fails the run", async () => {
  await using target = fixtures();
  const otherWords = FIXTURES_MODERN.map((one) => ({ ...one, says: /^The weather is bad$/ }));
  const run = await runSuite(SUITES.modern, target.url, otherWords.flatMap((one) => one.entries));
  assert.ok(judge(run.checks, otherWords).unexpected.length > FIXTURES_MODERN.length);
});

Deno.test("a suite that does not finish within its deadline is ended", async () => {
  const { promise: end, resolve } = Promise.withResolvers<Response>();
  const silent = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, () => end);
  const url = `http://127.0.0.1:${silent.addr.port}/mcp`;
  await assert.rejects(runSuite(SUITES.stable, url, [], 1_000), /did not finish within 1 s/);
  resolve(new Response());
  await silent.shutdown();
});
