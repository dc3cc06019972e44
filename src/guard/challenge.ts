import type { Scope } from "./scopes.ts";

/** Why a request is not served, in the words of RFC 6750 §3.1, which is all a client learns. */
export interface Refusal {
  status: 400 | 401 | 403 | 503;
  /** Absent where no credentials came along: then there is nothing wrong with them. */
  error?: "invalid_request" | "invalid_token" | "insufficient_scope" | "temporarily_unavailable";
  /** For people; the same for every reason that would tell a stranger something. */
  description: string;
  /** The scope that would do. */
  scope?: Scope;
  /** The real reason, for the log; holds no credentials. */
  why: string;
}

/** A client that comes with nothing. */
export const NO_CREDENTIALS: Refusal = {
  status: 401,
  description: "This server asks for an API key or an access token.",
  why: "no credentials",
};

/** Credentials that are wrong, whatever is wrong with them. */
export function wrongCredentials(why: string): Refusal {
  return {
    status: 401,
    error: "invalid_token",
    description: "The API key or access token is not valid here, or has expired.",
    why,
  };
}

/** A request that can't be understood. */
export function badRequest(description: string, why: string = description): Refusal {
  return { status: 400, error: "invalid_request", description, why };
}

/** A token that is right but grants too little. */
export function lacksScope(scope: Scope): Refusal {
  return {
    status: 403,
    error: "insufficient_scope",
    description: `This needs the scope ${scope}.`,
    scope,
    why: `scope ${scope} is missing`,
  };
}

/** What decides about the credentials can't be asked right now. */
export function cantTell(why: string): Refusal {
  return {
    status: 503,
    error: "temporarily_unavailable",
    description: "Credentials can't be checked right now. Try again in a moment.",
    why,
  };
}

/** The HTTP answer. `metadata` is the address of the protected resource metadata (RFC 9728), where there is one. */
export function challengeResponse(refusal: Refusal, metadata: string | null): Response {
  const { status, error, description, scope } = refusal;
  const headers = new Headers({ "cache-control": "no-store" });
  const parameters = [
    ...(metadata === null ? [] : [`resource_metadata="${metadata}"`]),
    ...(error === undefined ? [] : [`error="${error}"`, `error_description="${description}"`]),
    ...(scope === undefined ? [] : [`scope="${scope}"`]),
  ];
  if (status === 503) headers.set("retry-after", "5");
  else headers.set("www-authenticate", ['Bearer realm="odoo-mcp"', ...parameters].join(", "));
  const body = { error: error ?? "unauthorized", error_description: description };
  return Response.json(body, { status, headers });
}
