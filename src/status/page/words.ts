/** Numbers and times as the reader's browser writes them. */

const whole = new Intl.NumberFormat();
const short = new Intl.NumberFormat(undefined, { notation: "compact", maximumFractionDigits: 1 });
const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const precise = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

/** A count, whole to 9,999 and then shortened. */
export function count(value: number): string {
  return value < 10_000 ? whole.format(value) : short.format(value);
}

/** Milliseconds; a dash where there are none. */
export function duration(ms: number | null): string {
  if (ms === null) return "–";
  return ms < 1000
    ? `${whole.format(ms)} ms`
    : `${(ms / 1000).toLocaleString(undefined, { maximumFractionDigits: 1 })} s`;
}

/** A share of 1 in percent. */
export function percent(share: number | null): string {
  if (share === null) return "–";
  const digits = share > 0 && share < 0.1 ? 1 : 0;
  return share.toLocaleString(undefined, { style: "percent", maximumFractionDigits: digits });
}

/** A stretch of time in one or two units: 3 d 4 h, 12 min, 40 s. */
export function stretch(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const [days, hours, minutes] = [
    Math.floor(seconds / 86400),
    Math.floor(seconds / 3600) % 24,
    Math.floor(seconds / 60) % 60,
  ];
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min` : `${seconds} s`;
}

export const clock = (at: number): string => time.format(at);
export const clockSeconds = (at: number): string => precise.format(at);
export const moment = (at: number): string => day.format(at);

/** What error codes mean, in a few words. */
export const ERRORS: Readonly<Record<string, string>> = {
  E001: "Odoo can't be reached",
  E002: "Odoo refuses the login",
  E003: "Odoo refuses: no right",
  E004: "Arguments, or a rule of Odoo",
  E005: "Not found",
  E006: "Too many requests",
  E007: "No answer in time",
  E008: "Changed since, or locked",
  E009: "Uncertain whether written",
  E011: "This server's policy",
  E012: "Too large",
  E013: "Not supported",
  E014: "Busy",
  E999: "Unexpected",
};
