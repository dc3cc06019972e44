import { Failure, type FailureOptions } from "../../lib/failure.ts";
import type { WireAnswer } from "./codec.ts";

/** A status that tells by itself what went wrong; its text goes on after "Cannot use Odoo's answer: ". */
interface Known {
  code: "E001" | "E002" | "E003" | "E006" | "E012";
  text: string;
  hint: string;
  retryable?: true;
  /** Set where what answered is in front of Odoo, and Odoo may have gone on. */
  applied?: "unknown";
}

const BUSY_PROXY =
  "The web server in front of Odoo got no answer from it. Check that Odoo runs, or try again in a while.";
const WHERE = "Check odoo.url: it must be the address of Odoo itself, with its path if a proxy serves it below one.";

const STATUSES: Record<number, Known> = {
  401: { code: "E002", text: "the web server in front of Odoo wants a login of its own", hint: WHERE },
  403: {
    code: "E003",
    text: "a web server or firewall in front of Odoo refuses",
    hint: "Let this server's address pass there.",
  },
  404: { code: "E001", text: "there is no such Odoo address", hint: WHERE },
  405: { code: "E001", text: "this address does not take Odoo's calls", hint: WHERE },
  410: { code: "E001", text: "this address is gone", hint: WHERE },
  413: {
    code: "E012",
    text: "the request is larger than the web server in front of Odoo takes",
    hint: "Send less at once.",
  },
  429: {
    code: "E006",
    text: "Odoo's limit of requests is reached",
    hint: "Wait before the next call.",
    retryable: true,
  },
  502: { code: "E001", text: "bad gateway", hint: BUSY_PROXY, retryable: true, applied: "unknown" },
  503: { code: "E001", text: "service unavailable", hint: BUSY_PROXY, retryable: true, applied: "unknown" },
  504: { code: "E001", text: "gateway timeout", hint: BUSY_PROXY, retryable: true, applied: "unknown" },
};

/**
 * The Failure for an answer that Odoo's RPC did not give: a proxy's page, another web site, a wrong database. Its details
 * hold `http_status`, and `retry_after_s` where told. A page with status 200 or 5xx may stand for a call that was made.
 */
export function notRpc(answer: WireAnswer): Failure {
  const { status, retryAfterS, body } = answer;
  const details = { http_status: status, ...(retryAfterS !== null && { retry_after_s: retryAfterS }) };
  if (status === 404 && body.includes("No database is selected")) {
    return new Failure("E001", "Cannot choose a database: Odoo has no database of the name that was sent.", {
      hint: "Set odoo.database to the database's exact name; on Odoo Online it is the first part of the address.",
      details,
    });
  }
  const known = Object.hasOwn(STATUSES, status) ? STATUSES[status] : undefined;
  if (known !== undefined) {
    const { code, text, hint, ...rest } = known;
    return new Failure(code, `Cannot use Odoo's answer: ${text} (HTTP ${status}).`, { hint, details, ...rest });
  }
  if (status < 300) {
    const what = answer.contentType.includes("html") ? "a web page" : `content of type ${typeOf(answer)}`;
    return new Failure("E001", `Cannot use Odoo's answer: it is ${what}, not Odoo's API.`, {
      hint: WHERE,
      details,
      applied: "unknown",
    });
  }
  const plainToTls = /plain HTTP request was sent to HTTPS port/i.test(body);
  if (plainToTls) {
    return new Failure("E001", "Cannot talk to Odoo: this port speaks https, not http.", {
      hint: "Begin odoo.url with https://.",
      details,
    });
  }
  return new Failure("E999", `Cannot use Odoo's answer: HTTP ${status} without Odoo's own error.`, {
    hint: "Odoo's log tells more at this time.",
    details,
    applied: status < 500 ? "no" : "unknown",
  });
}

/** The Failure for an answer with status 200 that cannot be read: Odoo has most likely carried the call out. */
export function garbled(why: string, cause?: unknown): Failure {
  const options: FailureOptions = {
    hint: "Something between this server and Odoo changes or cuts answers, or a module of Odoo writes them wrongly.",
    applied: "unknown",
    cause,
  };
  return new Failure("E999", `Cannot read Odoo's answer: ${why}.`, options);
}

function typeOf({ contentType }: WireAnswer): string {
  return /^[\w.+/-]{1,60}/.exec(contentType)?.[0] ?? "unknown";
}
