import type { JsonObject } from "../../../src/lib/json.ts";
import { Secret } from "../../../src/lib/secret.ts";
import type { Call } from "../../../src/odoo/call.ts";
import type { Login, WireAnswer, WireRequest } from "../../../src/odoo/codec/codec.ts";

export const login: Login = { database: "demo", uid: 2, secret: new Secret("s3cret") };

/** A read of the caller; anything given replaces its part. */
export function callOf(method: string, params: JsonObject, rest: Partial<Call> = {}): Call {
  return { model: "res.partner", method, params, context: {}, effect: "read", origin: "caller", ...rest };
}

export function answer(body: string, contentType: string, status = 200): WireAnswer {
  return { status, contentType, retryAfterS: null, body };
}

export function bodyOf({ body }: WireRequest): string {
  return new TextDecoder().decode(body);
}
