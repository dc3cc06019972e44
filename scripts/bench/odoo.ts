/** Odoo asked directly, with bodies written by hand and answers read but not parsed: the floor to compare with. */

/** Where the Odoo of this run is. */
export interface Target {
  url: string;
  database: string;
  username: string;
  password: string;
}

/** Logs in once. */
export async function login(target: Target): Promise<number> {
  const { database, username, password } = target;
  const text = await post(
    `${target.url}/jsonrpc`,
    "application/json",
    rpc("common", "authenticate", [database, username, password, {}]),
  );
  return Number(JSON.parse(text).result);
}

/** One `execute_kw` over JSON-RPC. */
export async function jsonCall(
  target: Target,
  uid: number,
  model: string,
  method: string,
  args: unknown[],
  kwargs: object,
): Promise<string> {
  const body = rpc("object", "execute_kw", [target.database, uid, target.password, model, method, args, kwargs]);
  const text = await post(`${target.url}/jsonrpc`, "application/json", body);
  if (text.includes('"error":')) throw new Error(text.slice(0, 500));
  return text;
}

/** One `execute_kw` over XML-RPC. */
export async function xmlCall(
  target: Target,
  uid: number,
  model: string,
  method: string,
  args: unknown[],
  kwargs: object,
): Promise<string> {
  const params = [target.database, uid, target.password, model, method, args, kwargs].map((value) =>
    `<param>${xml(value)}</param>`
  );
  const body = `<?xml version='1.0'?><methodCall><methodName>execute_kw</methodName><params>${
    params.join("")
  }</params></methodCall>`;
  const text = await post(`${target.url}/xmlrpc/2/object`, "text/xml", body);
  if (text.includes("<fault>")) throw new Error(text.slice(0, 500));
  return text;
}

function rpc(service: string, method: string, args: unknown[]): string {
  return JSON.stringify({ jsonrpc: "2.0", method: "call", id: 1, params: { service, method, args } });
}

async function post(url: string, type: string, body: string): Promise<string> {
  return await (await fetch(url, { method: "POST", headers: { "Content-Type": type }, body })).text();
}

function xml(value: unknown): string {
  if (typeof value === "number") return `<value><int>${value}</int></value>`;
  if (typeof value === "boolean") return `<value><boolean>${value ? 1 : 0}</boolean></value>`;
  if (Array.isArray(value)) return `<value><array><data>${value.map(xml).join("")}</data></array></value>`;
  if (typeof value === "object" && value !== null) {
    const members = Object.entries(value).map(([name, item]) => `<member><name>${name}</name>${xml(item)}</member>`);
    return `<value><struct>${members.join("")}</struct></value>`;
  }
  return `<value><string>${value}</string></value>`;
}
