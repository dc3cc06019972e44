import type { Outcome } from "./run.ts";

/** Outcomes as JUnit XML, the form CI systems show: one test suite for each Instance. */
export function junit(outcomes: readonly Outcome[], now: Date): string {
  const instances = [...new Set(outcomes.map(({ instance }) => instance))];
  const suites = instances.map((instance) => suite(instance, outcomes.filter((one) => one.instance === instance), now));
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites${totals(outcomes)}>\n${suites.join("")}</testsuites>\n`;
}

function suite(instance: string, outcomes: readonly Outcome[], now: Date): string {
  const name = `odoo-mcp smoke: ${instance}`;
  const cases = outcomes.map(({ name, verdict, ms, message, hint }) => {
    const open = `    <testcase classname="${escape(`odoo-mcp.${instance}`)}" name="${escape(name)}" time="${
      ms / 1000
    }"`;
    if (verdict === "ok") return `${open}/>\n`;
    const inner = verdict === "skipped"
      ? `<skipped message="${escape(message)}"/>`
      : `<failure message="${escape(message)}">${escape(hint)}</failure>`;
    return `${open}>${inner}</testcase>\n`;
  });
  return `  <testsuite name="${escape(name)}"${totals(outcomes)} timestamp="${now.toISOString()}">\n${
    cases.join("")
  }  </testsuite>\n`;
}

function totals(outcomes: readonly Outcome[]): string {
  const of = (verdict: Outcome["verdict"]) => outcomes.filter((one) => one.verdict === verdict).length;
  const seconds = outcomes.reduce((all, { ms }) => all + ms, 0) / 1000;
  return ` tests="${outcomes.length}" failures="${of("failed")}" errors="0" skipped="${
    of("skipped")
  }" time="${seconds}"`;
}

/** XML 1.0 has no control characters, not even escaped ones. */
function escape(text: string): string {
  const marks: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text.replace(/[^\P{Cc}\n\t]/gu, "\uFFFD").replace(/[&<>"]/g, (mark) => marks[mark]!).replace(/\n/g, "&#10;");
}
