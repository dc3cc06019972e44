import { Failure } from "../lib/failure.ts";

/** One way a fetch ends without an answer, told by the words of Deno's (hyper's and rustls') errors. */
interface Ending {
  text: RegExp;
  /** What goes on after "Cannot reach Odoo at ORIGIN: ". */
  say: string;
  hint: string;
  retryable?: true;
}

const RUNS = "Check that Odoo runs, and the host and port in odoo.url.";
const TRUST =
  "Set odoo.ca_file to the certificate of the authority that signed it, or add it to the system's store and start " +
  "with DENO_TLS_CA_STORE=system.";

/** Nothing has left in these: the connection never stood. */
const NOT_CONNECTED: Ending[] = [
  {
    text: /Requires net access to/,
    say: "its name resolves to an address that this program may not reach",
    hint: "Check the name servers of this machine, and --deny-net where it is started.",
  },
  {
    text: /dns error: .*temporary failure/i,
    say: "its name cannot be looked up at the moment",
    hint: "Check the network and its name servers.",
    retryable: true,
  },
  { text: /dns error/i, say: "its name is not known", hint: "Check the host name in odoo.url, and the network." },
  {
    text: /invalid peer certificate: (Expired|certificate expired)|NotValidYet/i,
    say: "its certificate is not valid at this time",
    hint: "Renew the certificate, or correct this machine's clock.",
  },
  {
    text: /NotValidForName|not valid for name/i,
    say: "its certificate is for another name",
    hint: "Use the name in odoo.url that the certificate was made for.",
  },
  { text: /invalid peer certificate|UnknownIssuer/i, say: "its certificate is not trusted", hint: TRUST },
  {
    text: /corrupt message|InvalidContentType/,
    say: "this port speaks http, not https",
    hint: "Begin odoo.url with http://, or use the port of https.",
  },
  {
    text: /tls|certificate|handshake/i,
    say: "the encrypted connection could not be made",
    hint: "Check the TLS setup of the server.",
  },
  { text: /connection refused/i, say: "nothing listens there", hint: RUNS, retryable: true },
  { text: /timed out/i, say: "the connection takes too long", hint: RUNS, retryable: true },
  { text: /no route|unreachable/i, say: "there is no way through the network", hint: RUNS, retryable: true },
  { text: /./s, say: "the connection could not be made", hint: RUNS, retryable: true },
];

/** The connection stood, so the request may have arrived. */
const NO_ANSWER: Ending[] = [
  {
    text: /invalid HTTP|parse/i,
    say: "what answers there does not speak http",
    hint: "Check the port in odoo.url, and whether it must begin with https://.",
  },
  {
    text: /reading a body|end of file|unexpected eof|decod/i,
    say: "the connection ended in the middle of the answer",
    hint: RUNS,
    retryable: true,
  },
  {
    text: /./s,
    // A keep-alive connection that a load balancer dropped unseen ends like this too.
    say: "the connection ended before an answer",
    hint: RUNS,
    retryable: true,
  },
];

/**
 * The Failure (`E001`) for a fetch that rejected, or whose body did. `applied` is `"no"` when the connection never stood,
 * else `"unknown"`; `retryable` where trying again may help.
 */
export function fetchFailure(error: unknown, base: URL, throughProxy: boolean): Failure {
  const words = wordsOf(error);
  const reach = `Cannot reach Odoo at ${base.origin}`;
  if (error instanceof Deno.errors.NotCapable || error instanceof Deno.errors.PermissionDenied) {
    return new Failure("E001", `${reach}: this server was started without the right to.`, {
      hint: "Its sandbox lets it reach the configured addresses only. Start it anew after a change of settings.",
      cause: error,
    });
  }
  if (/requests to port \d+ are blocked/i.test(words)) {
    return new Failure("E001", `${reach}: browsers and Deno refuse this port.`, { hint: RUNS, cause: error });
  }
  const connected = !/\(Connect\)|dns error/.test(words);
  const { say, hint, retryable = false } = (connected ? NO_ANSWER : NOT_CONNECTED).find(({ text }) =>
    text.test(words)
  )!;
  return new Failure("E001", `${reach}${throughProxy ? " through the proxy" : ""}: ${say}.`, {
    hint: throughProxy ? `${hint} Check odoo.proxy too.` : hint,
    retryable,
    applied: connected ? "unknown" : "no",
    cause: error,
  });
}

/** Deno 2.7 puts what happened into the message, 2.9 into the cause. */
function wordsOf(error: unknown): string {
  const words: string[] = [];
  for (let one = error; one instanceof Error && words.length < 5; one = one.cause) words.push(one.message);
  return words.join(": ") || "unknown";
}
