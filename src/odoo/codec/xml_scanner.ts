import type { Json, JsonObject } from "../../lib/json.ts";

/** What an XML-RPC answer holds: a value, or the value of its fault. */
export type Scanned = { value: Json } | { fault: Json };

/** Far more than Odoo's deepest answers (a domain inside a group inside a list) and far less than the stack holds. */
const MAX_DEPTH = 200;

/**
 * Reads an XML-RPC answer. Made for what Odoo writes (Python's `xmlrpc.client`): no attributes, comments, CDATA or
 * document type, and it throws a `SyntaxError` at whatever it does not know. Many times faster than a general parser.
 *
 * It is laxer than XML in one point: control characters in texts pass. Odoo 14 sends them raw (19 still U+FFFE), which
 * is ill-formed, and a conforming parser would lose the whole answer; so a text is what JSON-RPC would have answered.
 */
export function scanAnswer(xml: string): Scanned {
  let at = 0;

  const fail = (wanted: string): never => {
    throw new SyntaxError(`expected ${wanted} at character ${at}`);
  };
  const skipSpace = () => {
    for (let code = xml.charCodeAt(at); code === 10 || code === 32 || code === 13 || code === 9;) {
      code = xml.charCodeAt(++at);
    }
  };
  const take = (tag: string) => {
    if (!xml.startsWith(tag, at)) fail(tag);
    at += tag.length;
  };
  const takeNext = (tag: string) => {
    skipSpace();
    take(tag);
  };
  /** The raw text up to the next tag. */
  const raw = (): string => {
    const end = xml.indexOf("<", at);
    if (end < 0) fail("a tag");
    const text = xml.slice(at, end);
    at = end;
    return text;
  };
  const text = (closing: string): string => {
    const content = raw();
    take(closing);
    return content.includes("&") ? unescape(content) : content;
  };

  const value = (depth: number): Json => {
    if (depth > MAX_DEPTH) fail(`at most ${MAX_DEPTH} levels`);
    take("<value>");
    const bare = raw();
    if (xml.startsWith("</value>", at)) {
      at += "</value>".length;
      return bare.includes("&") ? unescape(bare) : bare;
    }
    if (bare.trim() !== "") fail("</value>");
    const end = xml.indexOf(">", at);
    const type = end < 0 ? "" : xml.slice(at + 1, end);
    const scalar = SCALARS.get(type);
    if (scalar === undefined && type !== "array" && type !== "struct" && type !== "nil/") fail("a known type");
    at = end + 1;
    const found = scalar !== undefined
      ? scalar.read(text(scalar.closing)) ?? fail(`a valid ${type}`)
      : type === "array"
      ? array(depth)
      : type === "struct"
      ? struct(depth)
      : null;
    takeNext("</value>");
    return found;
  };

  const array = (depth: number): Json[] => {
    takeNext("<data>");
    const items: Json[] = [];
    for (skipSpace(); xml.startsWith("<value>", at); skipSpace()) items.push(value(depth + 1));
    take("</data>");
    takeNext("</array>");
    return items;
  };

  const struct = (depth: number): JsonObject => {
    const members: JsonObject = {};
    for (skipSpace(); xml.startsWith("<member>", at); skipSpace()) {
      take("<member>");
      takeNext("<name>");
      const name = text("</name>");
      skipSpace();
      const member = value(depth + 1);
      takeNext("</member>");
      if (name !== "__proto__") members[name] = member;
      // Plain assignment would change the object's prototype.
      else {Object.defineProperty(members, name, {
          value: member,
          enumerable: true,
          configurable: true,
          writable: true,
        });}
    }
    take("</struct>");
    return members;
  };

  at = DECLARATION.exec(xml.slice(0, 100))?.[0].length ?? 0;
  takeNext("<methodResponse>");
  skipSpace();
  const isFault = xml.startsWith("<fault>", at);
  for (const tag of isFault ? ["<fault>"] : ["<params>", "<param>"]) takeNext(tag);
  skipSpace();
  const found = value(0);
  for (const tag of isFault ? ["</fault>"] : ["</param>", "</params>"]) takeNext(tag);
  takeNext("</methodResponse>");
  skipSpace();
  if (at < xml.length) fail("the end");
  return isFault ? { fault: found } : { value: found };
}

const DECLARATION = /^<\?xml version=(["'])1\.0\1( encoding=(["'])utf-8\3)?\s*\?>/i;

/** A type of text between its tags; `read` answers `undefined` for a text that is none. */
type Scalar = [type: string, read: (text: string) => Json | undefined];

const SCALARS = new Map(([
  ["string", (text) => text],
  ["int", integer],
  ["i4", integer],
  ["i8", integer],
  ["double", (text) => /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i.test(text) ? finite(Number(text)) : undefined],
  ["boolean", (text) => text === "1" ? true : text === "0" ? false : undefined],
  // Odoo answers binaries as strings already; should one come so, it stays base64, as on every other protocol.
  ["base64", (text) => /^[A-Za-z0-9+/=\s]*$/.test(text) ? text.replace(/\s+/g, "") : undefined],
  ["dateTime.iso8601", (text) => {
    const parts = /^(\d{4})-?(\d\d)-?(\d\d)T(\d\d:\d\d:\d\d)$/.exec(text);
    return parts === null ? undefined : `${parts[1]}-${parts[2]}-${parts[3]} ${parts[4]}`;
  }],
] as Scalar[]).map(([type, read]) => [type, { read, closing: `</${type}>` }]));

function integer(text: string): number | undefined {
  const number = Number(text);
  return /^\s*[-+]?\d+\s*$/.test(text) && Number.isSafeInteger(number) ? number : undefined;
}

function finite(number: number): number | undefined {
  return Number.isFinite(number) ? number : undefined;
}

const NAMED: Record<string, string> = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

function unescape(text: string): string {
  return text.replace(/&([^;&]*;?)/g, (whole, reference: string) => {
    const name = reference.endsWith(";") ? reference.slice(0, -1) : "";
    if (Object.hasOwn(NAMED, name)) return NAMED[name]!;
    const digits = /^#(?:x([0-9a-fA-F]{1,6})|(\d{1,7}))$/.exec(name);
    const code = digits === null ? NaN : digits[1] === undefined ? Number(digits[2]) : parseInt(digits[1], 16);
    const isCharacter = code > 0 && code <= 0x10FFFF && (code < 0xD800 || code > 0xDFFF);
    if (!isCharacter) throw new SyntaxError(`unknown reference ${whole.slice(0, 20)}`);
    return String.fromCodePoint(code);
  });
}
