import type { Finding } from "../../app.ts";
import { paint } from "../print.ts";

/** A finding about one Instance, or about this machine ("" for none). */
export type Line = Finding & { instance: string };

/** A finding as a line for people, and what to do as another below it. */
export function format({ instance, name, verdict, ms, message, hint }: Line): string[] {
  const looks = {
    ok: paint("green", "ok  "),
    warning: paint("yellow", "warn"),
    failed: paint("red", "FAIL"),
    skipped: paint("dim", "skip"),
  };
  const where = instance === "" || instance === "default" ? name : `${instance}: ${name}`;
  const line = `${looks[verdict]}  ${where.padEnd(26)} ${`${ms} ms`.padStart(8)}  ${message.replace(/\s+/g, " ")}`;
  return hint === "" ? [line] : [line, `      ${paint("yellow", "→")} ${hint}`];
}
