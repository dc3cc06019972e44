/**
 * What belongs together when it is masked: who may not see an e-mail address in `email` may not see it in
 * `email_normalized`, in a display name or in the chatter. Data with reasons; `masks.ts` applies it.
 */

/** One kind of personal data. */
export interface MaskFamily {
  /** Its word in `fields.mask`, and what its pseudonyms begin with. */
  name: "email" | "phone" | "bank";
  /** Its fields, as patterns over `model.field`. Only texts in them are masked: `phone_blacklisted` is no number. */
  fields: readonly string[];
  /** What it looks like within any other text. */
  find(text: string): Found[];
  /** What else is taken for it in the text of people (chatter, notes). */
  findLoosely(text: string): Found[];
  /** One spelling for all that mean the same, so that they have the same pseudonym. */
  normal(text: string): string;
}

/** A piece of a text, `to` not included. */
export interface Found {
  from: number;
  to: number;
}

// Bounded, because an unbounded run before the @ takes quadratic time on a long text.
const EMAIL = /[\p{L}\p{N}._%+'-]{1,64}@[\p{L}\p{N}-]{1,63}(?:\.[\p{L}\p{N}-]{1,63}){1,8}/gu;
const INTERNATIONAL = /\+\d[\d\s().\/-]{6,18}\d/g;
const NUMBERS = /(?<![\w.:/-])\(?\+?\d[\d\s().\/-]{5,18}\d(?![\w:])/g;
const DATE = /^(?:\d{4}-\d{2}-\d{2}|\d{1,2}[./]\d{1,2}[./]\d{2,4})/;
const IBAN = /\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b/g;
/** Account numbers without a check of their own: at least so many digits. */
const ACCOUNT = /(?<![\w.:/-])\d(?:[ -]?\d){9,19}(?![\w:])/g;

export const MASK_FAMILIES: readonly MaskFamily[] = [
  {
    name: "email",
    fields: [
      "*.email",
      "*.email_from",
      "*.email_to",
      "*.email_cc",
      "*.email_bcc",
      "*.email_normalized",
      "*.email_formatted",
      "*.*_email",
      "*.*_email_normalized",
      "*.*_email_formatted",
      "*.reply_to",
      "res.users.login", // most logins are addresses
    ],
    find: (text) => text.includes("@") ? matches(text, EMAIL) : [],
    findLoosely: () => [],
    normal: (text) => text.trim().toLowerCase(),
  },
  {
    name: "phone",
    fields: [
      "*.phone",
      "*.mobile",
      "*.fax",
      "*.phone_sanitized",
      "*.phone_mobile_search",
      "*.mobile_phone",
      "*.*_phone",
      "*.*_mobile",
    ],
    find: (text) => text.includes("+") ? matches(text, INTERNATIONAL) : [],
    findLoosely: (text) =>
      matches(text, NUMBERS).filter(({ from, to }) => {
        const digits = text.slice(from, to).replace(/\D/g, "").length;
        return digits >= 7 && digits <= 15 && !DATE.test(text.slice(from, to));
      }),
    normal: (text) => text.replace(/[^\d+]/g, "").replace(/^00/, "+"),
  },
  {
    name: "bank",
    fields: [
      "*.acc_number",
      "*.sanitized_acc_number",
      "*.*_acc_number",
      "*.account_number",
      "*.iban",
      "*.*_iban",
      "res.partner.bank.display_name",
    ],
    find: (text) => matches(text, IBAN).filter(({ from, to }) => isIban(text.slice(from, to))),
    findLoosely: (text) => matches(text, ACCOUNT),
    normal: (text) => text.replace(/[^\p{L}\p{N}]/gu, "").toUpperCase(),
  },
];

/** Text of people, where numbers without a mark are personal more often than not. As patterns over `model.field`. */
export const CHATTER: readonly string[] = [
  "mail.message.body",
  "mail.message.preview",
  "mail.message.description",
  "mail.message.subject",
  "mail.mail.body*",
  "mail.activity.note",
  "mail.activity.summary",
  "mail.tracking.value.*_char",
  "mail.tracking.value.*_text",
  "*.comment",
];

function matches(text: string, expression: RegExp): Found[] {
  return [...text.matchAll(expression)].map(({ index, 0: found }) => ({ from: index, to: index + found.length }));
}

/** The check digits of ISO 13616, so that an order's number is not taken for an account. */
function isIban(text: string): boolean {
  const plain = text.replace(/ /g, "");
  let rest = 0;
  for (const char of plain.slice(4) + plain.slice(0, 4)) {
    const value = parseInt(char, 36);
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** All that looks personal in a text, from left to right and without overlaps: marked forms before mere digits. */
export function findPersonal(
  families: readonly MaskFamily[],
  text: string,
  loosely: boolean,
): (Found & { family: MaskFamily })[] {
  const found: (Found & { family: MaskFamily })[] = [];
  const add = (family: MaskFamily, pieces: Found[]) => {
    for (const { from, to } of pieces) {
      if (found.every((other) => to <= other.from || from >= other.to)) found.push({ from, to, family });
    }
  };
  for (const family of families) add(family, family.find(text));
  if (loosely) { for (const family of families) add(family, family.findLoosely(text)); }
  return found.sort((a, b) => a.from - b.from);
}
