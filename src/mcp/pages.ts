import { type Caller, challengeResponse, type Gate, isRefusal, LOCAL_CALLER, type Refusal } from "../guard/mod.ts";

/** Something beside MCP that is asked for by GET. */
export interface Page {
  may(caller: Caller): boolean;
  answer(request: Request): Promise<Response>;
}

/** What answering pages needs to know. */
export interface PagesOptions {
  pages: ReadonlyMap<string, Page>;
  gate: Pick<Gate, "identify"> | undefined;
  resource: () => string;
  /** Refuses requests that a web page of another host may have sent here; undefined or null for all others. */
  refuseHost: (request: Request) => Response | undefined | null;
}

/** The answer to a request for a path; null where there is no page. */
export type AnswerPage = (request: Request, path: string) => Promise<Response | null>;

/**
 * Answers pages to callers who may see them. Browsers ask people for a user name and password, of which the password is
 * the key. A request with a key may be addressed to any host name: monitoring knows servers by their addresses.
 */
export function answerPages({ pages, gate, resource, refuseHost }: PagesOptions): AnswerPage {
  return async (request, path) => {
    const page = pages.get(path);
    if (page === undefined) return null;
    if (request.method !== "GET" && request.method !== "HEAD") {
      return Response.json({ error: "Use GET here." }, { status: 405, headers: { allow: "GET, HEAD" } });
    }
    const caller = gate === undefined ? LOCAL_CALLER : await gate.identify(withBearer(request.headers), resource());
    if (isRefusal(caller)) return refused(caller);
    // Whoever needs no key here may be led here by a page of another host (DNS rebinding).
    const elsewhere = caller.kind === "local" ? refuseHost(request) : null;
    if (elsewhere) return elsewhere;
    if (!page.may(caller)) return Response.json({ error: "Your role may not see this." }, { status: 403 });
    return await page.answer(request);
  };
}

/** A challenge that browsers understand as well. */
function refused(refusal: Refusal): Response {
  const response = challengeResponse(refusal, null);
  if (response.status === 401) response.headers.append("www-authenticate", 'Basic realm="odoo-mcp", charset="UTF-8"');
  return response;
}

/** The password of HTTP's Basic authentication as a bearer token. */
function withBearer(given: Headers): Headers {
  const [, encoded] = /^basic\s+([\w+/]+=*)$/i.exec(given.get("authorization") ?? "") ?? [];
  if (encoded === undefined) return given;
  const headers = new Headers(given);
  try {
    headers.set("authorization", `Bearer ${atob(encoded).replace(/^[^:]*:/, "")}`);
  } catch { /* no base64: it will be refused as it is */ }
  return headers;
}
