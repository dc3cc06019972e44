import type { Narrowing } from "./narrowing.ts";
import type { OwnCredentials } from "./own_credentials.ts";

/** Who asks. */
export interface Caller {
  /**
   * Stable and safe to log: `local`, `key:NAME`, `oauth:SUBJECT`, `own:DIGEST`. Plans, undo and audit lines are bound to
   * it, so no two callers with different Odoo credentials have the same.
   */
  id: string;
  /** The person who started the server, an API key, an OAuth token, or the caller's own Odoo credentials. */
  kind: "local" | "key" | "oauth" | "own";
  /** Name of a role: viewer, editor, operator, admin, or one of the settings' own. */
  role: string;
  /** What an OAuth token grants (`odoo:read` …); absent where the role alone decides. */
  scopes?: readonly string[];
  /** What the client calls itself, or the OAuth client's id: for audit lines only, anybody can claim it. */
  client?: string;
  /** Odoo credentials the caller brought along. Absent: those that the settings give this caller or role, or the shared ones. */
  own?: OwnCredentials;
  /** What the caller gave up for this request, by its headers. */
  narrowed?: Narrowing;
}

/** The person at the keyboard who started the server: over stdio, or over HTTP on loopback without authentication. */
export const LOCAL_CALLER: Caller = { id: "local", kind: "local", role: "admin" };
