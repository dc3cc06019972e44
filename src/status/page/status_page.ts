/** The status page: asks for the report every few seconds and draws it anew. */
/// <reference lib="dom" />
import type { Report } from "../report.ts";
import { bars, element, fill, meter, table } from "./draw.ts";
import { clock, clockSeconds, count, duration, ERRORS, moment, percent, stretch } from "./words.ts";

const EVERY_MS = 5000;
/** So many stretches of 30 s as a phone can show. */
const SHOWN = 60;

type Instance = Report["instances"][number];

function text(id: string, words: string): void {
  const found = document.getElementById(id);
  // Told to screen readers only when it has changed.
  if (found !== null && found.textContent !== words) found.textContent = words;
}

function isUp({ history }: Instance): boolean | null {
  return history.at(-1)?.up ?? null;
}

function drawOverall({ instances }: Report): void {
  const down = instances.filter((one) => isUp(one) === false || one.circuit === "open");
  const pill = document.getElementById("overall")!;
  const [kind, words] = instances.length === 0
    ? ["warn", "No Odoo is configured"]
    : instances.some((one) => isUp(one) === null)
    ? ["", "Looking…"]
    : down.length === 0
    ? ["good", instances.length === 1 ? "Odoo answers" : "All Odoos answer"]
    : down.length < instances.length
    ? ["warn", `${down.length} of ${instances.length} Odoos ${down.length === 1 ? "does" : "do"} not answer`]
    : ["bad", instances.length === 1 ? "Odoo does not answer" : "No Odoo answers"];
  pill.className = `pill ${kind}`;
  text("overall", words!);
}

function glance(label: string, value: string, remark: string): HTMLElement {
  return element("div", "", element("dt", "", label), element("dd", "", value), element("dd", "small", remark));
}

function drawGlance({ totals, load, everyMs, sessions, memoryBytes }: Report): void {
  const recent = load.slice(-10);
  const minutes = (recent.length * everyMs) / 60_000;
  const rate = minutes === 0 ? 0 : recent.reduce((sum, { calls }) => sum + calls, 0) / minutes;
  fill(
    "glance",
    glance("Tool calls", count(totals.calls), `${count(Math.round(rate))} a minute lately`),
    glance(
      "Errors",
      percent(totals.calls === 0 ? null : totals.errors / totals.calls),
      `${count(totals.errors)} in all`,
    ),
    glance("Odoo, median", duration(totals.p50), `95 % within ${duration(totals.p95)}`),
    glance("From cache", percent(totals.cached), "of reads that may be"),
    glance("Answered", count(totals.tokens), "tokens, about"),
    glance("Memory", `${Math.round(memoryBytes / 1_048_576)} MiB`, `${count(sessions)} open sessions`),
  );
}

function drawInstance(one: Instance): HTMLElement {
  const up = isUp(one);
  const last = one.history.at(-1);
  const [kind, words] = up === null
    ? ["", "looking…"]
    : !up
    ? ["bad", `down: ${(last?.problem ?? "").toLowerCase().replaceAll("_", " ")}`]
    : one.circuit === "open"
    ? ["bad", "paused after failures"]
    : one.circuit === "half-open"
    ? ["warn", "trying again"]
    : ["good", `up · ${duration(last?.ms ?? null)}`];
  const strip = one.history.map(({ at, up, ms, calls, failures, p95, problem }) => ({
    parts: [{ kind: !up ? "down" : failures > 0 ? "some" : "up", share: 1 }],
    title: `${moment(at)}: ${up ? `answered in ${duration(ms)}` : `down (${problem})`}; ${count(calls)} calls` +
      (failures > 0 ? `, ${count(failures)} failed` : "") + (p95 === null ? "" : `, 95 % within ${duration(p95)}`),
  }));
  const shown = one.history.slice(-SHOWN);
  const good = shown.filter(({ up }) => up).length;
  const label = `Health of ${one.name}: up in ${good} of the last ${shown.length} looks`;
  const fact = (name: string, value: string) => element("div", "", element("dt", "", name), element("dd", "", value));
  return element(
    "article",
    "card",
    element("div", "row", element("h3", "", one.name), element("p", `pill ${kind}`, words!)),
    bars("strip", label, SHOWN, strip),
    element(
      "dl",
      "facts",
      fact("calls", count(one.calls)),
      fact("failed", count(one.failures)),
      fact("median", duration(one.p50)),
      fact("95 %", duration(one.p95)),
      fact("in flight", count(one.active)),
      fact("waiting", count(one.waiting)),
    ),
  );
}

function drawLoad({ load, everyMs }: Report): void {
  const shown = load.slice(-SHOWN);
  const most = Math.max(1, ...shown.map(({ calls }) => calls));
  const list = shown.map(({ at, calls, errors }) => ({
    parts: [{ kind: "down", share: errors / most }, { kind: "ok", share: (calls - errors) / most }],
    title: `${moment(at)}: ${count(calls)} calls, ${count(errors)} errors`,
  }));
  const label = `Tool calls in the last ${stretch(shown.length * everyMs)}, at most ${most} in ${stretch(everyMs)}`;
  text("load-span", `at most ${count(most)} in ${stretch(everyMs)}; errors in red`);
  const [first] = shown;
  const start = first === undefined ? "" : clock(first.at - everyMs - Math.max(0, SHOWN - shown.length) * everyMs);
  fill(
    "load",
    bars("chart", label, SHOWN, list),
    element("div", "ends", element("span", "", start), element("span", "", "now")),
  );
}

function drawTables({ tools, errors, slowest, writes, instances, totals }: Report): void {
  const most = Math.max(1, ...tools.map(({ calls }) => calls));
  fill(
    "tools",
    table<Report["tools"][number]>(
      [
        { head: "Tool", cell: ({ tool }) => element("code", "", tool) },
        { head: "", classes: "wide", cell: ({ calls }) => meter(calls / most) },
        { head: "Calls", classes: "number", cell: ({ calls }) => count(calls) },
        {
          head: "Errors",
          classes: "number",
          cell: ({ errors }) => element("span", errors > 0 ? "bad-text" : "muted", count(errors)),
        },
        { head: "Mean", classes: "number", cell: ({ ms }) => duration(ms) },
      ],
      tools,
      { classes: "", empty: "No tool has been called yet." },
    ),
  );
  const worst = Math.max(1, ...errors.map((one) => one.count));
  fill(
    "errors",
    table<Report["errors"][number]>(
      [
        {
          head: "Kind",
          cell: ({ code }) => element("span", "", element("code", "", code), ` ${ERRORS[code] ?? ""}`),
        },
        { head: "", classes: "wide", cell: (one) => meter(one.count / worst, "bad") },
        { head: "Count", classes: "number", cell: (one) => count(one.count) },
      ],
      errors,
      { classes: "", empty: totals.calls === 0 ? "None." : "None so far." },
    ),
  );
  const several = instances.length > 1;
  fill(
    "slow",
    table<Report["slowest"][number]>(
      [
        {
          head: "Model and method",
          cell: ({ model, method, instance }) =>
            element(
              "span",
              "",
              element("code", "", model, element("span", "muted", ` ${method}`)),
              element("span", "narrow muted", several ? instance : ""),
            ),
        },
        ...(several ? [{ head: "Odoo", classes: "wide", cell: (one: Report["slowest"][number]) => one.instance }] : []),
        { head: "Calls", classes: "number wide", cell: ({ calls }) => count(calls) },
        { head: "Mean", classes: "number", cell: ({ ms }) => duration(ms) },
        { head: "95 %", classes: "number wide", cell: ({ p95 }) => duration(p95) },
      ],
      slowest,
      { classes: "", empty: "Odoo has not been asked yet." },
    ),
  );
  fill(
    "writes",
    table<Report["writes"][number]>(
      [
        { head: "When", classes: "when", cell: ({ at }) => clockSeconds(at) },
        {
          head: "Caller",
          classes: "who",
          cell: ({ caller, client }) =>
            element("span", "", caller, element("span", "muted", client === "" ? "" : ` · ${client}`)),
        },
        { head: "Tool", cell: ({ tool }) => element("code", "", tool) },
        {
          head: "What",
          classes: "what",
          cell: ({ model, records, instance }) =>
            element(
              "span",
              "",
              element("code", "", model),
              element(
                "span",
                "muted",
                (records > 1 ? ` × ${count(records)}` : "") + (several ? ` in ${instance}` : ""),
              ),
            ),
        },
        { head: "Took", classes: "number wide", cell: ({ ms }) => duration(ms) },
        {
          head: "Outcome",
          classes: "number outcome",
          cell: ({ code }) => element("span", `pill ${code === "ok" ? "good" : "bad"}`, code === "ok" ? "done" : code),
        },
      ],
      writes.slice(0, 20),
      { classes: "stack", empty: "Nothing has been changed since the start." },
    ),
  );
}

function draw(report: Report): void {
  const { name, version, startedAt, now, instances, everyMs } = report;
  document.title = `${name}: status`;
  text("name", name);
  text("about", `version ${version} · running for ${stretch(now - startedAt)}`);
  drawOverall(report);
  drawGlance(report);
  text("span", `the last ${stretch(SHOWN * everyMs)}, one look in ${stretch(everyMs)}`);
  fill("instances", ...instances.map(drawInstance));
  drawLoad(report);
  drawTables(report);
  text("updated", `Updated ${clockSeconds(now)}`);
}

function trouble(words: string): void {
  const place = document.getElementById("trouble")!;
  place.hidden = words === "";
  text("trouble", words);
}

async function refresh(): Promise<void> {
  try {
    const response = await fetch(new URL("status.json", location.origin + location.pathname), {
      cache: "no-store",
      signal: AbortSignal.timeout(EVERY_MS),
    });
    if (!response.ok) throw new Error(`it answers ${response.status}`);
    draw(await response.json());
    trouble("");
  } catch (error) {
    const why = error instanceof Error && error.message.startsWith("it answers")
      ? error.message
      : "it can't be reached";
    trouble(`The server does not tell how it is: ${why}. What you see is old; trying again.`);
  }
}

/** Nobody looks at a page in the background. */
function onceVisible(): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("visibilitychange", () => resolve(), { once: true }));
}

for (;;) {
  await onceVisible();
  await refresh();
  await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
}
