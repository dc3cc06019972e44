import { toFailure } from "../fault.ts";
import { checkCall } from "./checked.ts";
import type { Codec } from "./codec.ts";
import { notRpc } from "./http_answer.ts";
import { jsonFault, parseJson } from "./json_answer.ts";
import { normalResult } from "./result.ts";

/** JSON-2, from 19 on: `POST /json/2/<model>/<method>` with an API key, parameters by name, real HTTP statuses. */
export const json2: Codec = {
  protocol: "json2",
  encode: (call, { database, secret }) => {
    checkCall(call, { xml: false });
    const body = {
      ...call.params,
      ...(call.ids && { ids: call.ids }),
      ...(Object.keys(call.context).length > 0 && { context: call.context }),
    };
    return {
      path: `/json/2/${call.model}/${call.method}`,
      headers: {
        "Content-Type": "application/json",
        Authorization: `Bearer ${secret.reveal()}`,
        ...(database !== "" && { "X-Odoo-Database": database }),
      },
      body: new TextEncoder().encode(JSON.stringify(body)),
    };
  },
  decode: (call, answer) => {
    const value = parseJson(answer);
    if (answer.status === 200) return normalResult(call, value);
    const fault = jsonFault(value);
    throw fault === null ? notRpc(answer) : toFailure(fault, call);
  },
};
