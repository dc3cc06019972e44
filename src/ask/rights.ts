import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";

/** What Odoo's access rights speak of. */
export type Right = "create" | "read" | "write" | "unlink";

/** Rights on a model as a whole; record rules may still refuse single records. Null where Odoo does not tell. */
export type Rights = Record<Right, boolean | null>;

/** What the user may do with a model. Four requests at once, kept as long as the fields. */
export async function readRights(odoo: Odoo, model: string): Promise<Rights> {
  const [create, read, write, unlink] = await Promise.all([
    mayDo(odoo, model, "create"),
    mayDo(odoo, model, "read"),
    mayDo(odoo, model, "write"),
    mayDo(odoo, model, "unlink"),
  ]);
  return { create, read, write, unlink };
}

/** Whether the user has one right. `check_access_rights` is deprecated on 19 and still there; null where it is gone. */
export async function mayDo(odoo: Odoo, model: string, operation: Right): Promise<boolean | null> {
  try {
    const answer = await odoo.call(model, "check_access_rights", {
      params: { operation, raise_exception: false },
      cache: "schema",
    });
    return answer === true;
  } catch (error) {
    if (error instanceof Failure && error.code === "E005") return null;
    throw error;
  }
}
