import assert from "node:assert/strict";
import { Failure } from "../../../src/lib/failure.ts";
import { isObject, type Json } from "../../../src/lib/json.ts";
import { jsonrpc } from "../../../src/odoo/codec/jsonrpc.ts";
import { scanAnswer } from "../../../src/odoo/codec/xml_scanner.ts";
import { answerOf, decode, type Recording, recordings, type Wire, WIRES } from "./recordings.ts";
import { readWithSaxes } from "./saxes_reader.ts";

/**
 * Every recorded answer that is a Failure, by its code and traits: `?` applied unknown, `+` retryable. An entry is a case,
 * followed by the wires it holds for when it does not hold for all that recorded it. Read against FACTS of the recordings.
 */
const FAILURES: Record<string, string[]> = JSON.parse(
  Deno.readTextFileSync(new URL("./failures.json", import.meta.url)),
);

/** Recordings whose right outcome cannot be read from them, by case and wire. Each still ends in a Failure, above. */
const CANNOT_APPLY: Record<string, string> = {
  "14/xmlrpc err_type_date": "the recording cut off the line that names the error",
  "19/xmlrpc auth_wrong_db": "the recording cut the chain of errors in the middle of a line",
  "19/xmlrpc execute_wrong_db": "the recording cut the chain of errors in the middle of a line",
  "14/xmlrpc v1_string_fault": "made on /xmlrpc/object, which this project never calls: its fault codes are texts",
  "19/xmlrpc v1_string_fault": "made on /xmlrpc/object, which this project never calls: its fault codes are texts",
};

function expected(wire: Wire, { case: name }: Recording): string {
  for (const [outcome, entries] of Object.entries(FAILURES)) {
    for (const entry of entries) {
      const [entryCase, ...wires] = entry.split(" ");
      if (entryCase === name && (wires.length === 0 || wires.includes(wire))) return outcome;
    }
  }
  return "value";
}

function outcome(wire: Wire, one: Recording): string {
  try {
    decode(wire, one);
    return "value";
  } catch (error) {
    assert(error instanceof Failure, `${wire} ${one.case}: ${error}`);
    return `${error.code}${error.applied === "unknown" ? "?" : ""}${error.retryable ? "+" : ""}`;
  }
}

for (const wire of WIRES) {
  Deno.test(`every answer recorded over ${wire} decodes to its value or its Failure`, () => {
    const all = recordings(wire);
    assert(all.length > 200);
    const wrong = all.filter((one) => outcome(wire, one) !== expected(wire, one));
    assert.deepEqual(wrong.map((one) => `${one.case}: ${outcome(wire, one)}, not ${expected(wire, one)}`), []);
  });

  Deno.test(`no Failure of ${wire} tells of tracebacks, server paths or SQL`, () => {
    for (const one of recordings(wire)) {
      try {
        decode(wire, one);
      } catch (error) {
        const told = JSON.stringify(error);
        assert.doesNotMatch(
          told,
          /Traceback|File \\"|dist-packages|\/opt\/|\/var\/run|LINE 1|INSERT|line \d+, in/,
          told,
        );
      }
    }
  });
}

Deno.test("the recordings that cannot apply still end in a Failure", () => {
  for (const key of Object.keys(CANNOT_APPLY)) {
    const [wire, name] = key.split(" ") as [Wire, string];
    const one = recordings(wire).find((one) => one.case === name)!;
    assert.match(outcome(wire, one), /^E999/);
  }
});

Deno.test("the scanner reads every recorded XML answer as a conforming parser does", () => {
  let compared = 0;
  for (const wire of ["14/xmlrpc", "19/xmlrpc"] as const) {
    for (const { case: name, response: { headers, body } } of recordings(wire)) {
      if (!headers["content-type"]?.includes("xml") || ILL_FORMED.test(body)) continue;
      const { values, fault } = readWithSaxes(body);
      assert.deepEqual(scanAnswer(body), fault ? { fault: values[0] } : { value: values[0] }, `${wire} ${name}`);
      compared++;
    }
  }
  assert(compared > 400);
});

/** Characters that no XML document may hold. */
const ILL_FORMED = /(?![\t\n\r\x7F-\x9F])[\p{Cc}\uFFFE\uFFFF]/u;

/** Each protocol read records of its own in these, so ids, names and sums differ: only their shape is compared. */
const OTHER_RECORDS = new Set(
  ("action_returning_window active_test_false archive_effect attachment_create attachment_read attachment_read_bin_size " +
    "attachment_read_raw auth_ok binary_bad_base64 copy copy_default create_false_for_empty create_list_of_one create_many " +
    "create_one ctx_companies ctx_tz_no_effect ctx_tz_read_group default_get execute_positional exists export_data " +
    "image_read image_read_bin_size load_ok message_post message_post_html message_post_read name_create onchange " +
    "non_stored_in_domain non_stored_in_order read_group_nogroup search_count search_count_true server_action_run " +
    "text_control_read text_nonchar_read text_unicode_read types_empty_values types_reference_json types_sale_order " +
    "web_read web_save web_search_read x2many_read_m2m formatted_read_group_nogroup execute_api_key_as_password").split(
      " ",
    ),
);

/** Recorded with requests that differ in more than the protocol, or answers that XML-RPC cannot give. */
const OTHER_ANSWERS: Record<string, string> = {
  read_group_lazy: "records were made in between: other groups",
  read_group_month: "records were made in between: other groups",
  formatted_read_group_month: "records were made in between: other groups",
  web_read_group: "records were made in between: other groups",
  report_action: "holds a null, so over XML-RPC the value is lost",
  version: "JSON-2 has no common.version; this is its page /json/version",
  path_trailing_slash: "another method was called over each",
  attachment_create: "JSON-2 was sent a list of values",
  binary_bad_base64: "JSON-2 was sent a list of values",
  create_false_for_empty: "JSON-2 was sent a list of values",
  server_action_create: "JSON-2 was sent a list of values",
  x2many_create_so: "JSON-2 was sent a list of values",
};

function shape(value: Json): Json {
  if (Array.isArray(value)) return value.map(shape);
  if (isObject(value)) return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shape(item)]));
  return value === null || typeof value === "boolean" ? value : typeof value;
}

for (const version of ["14", "19"]) {
  Deno.test(`the same call answers the same over every protocol of ${version}`, () => {
    const first = new Map<string, Json>();
    let compared = 0;
    for (const wire of WIRES.filter((wire) => wire.startsWith(version))) {
      for (const one of recordings(wire)) {
        if (Object.hasOwn(OTHER_ANSWERS, one.case) || outcome(wire, one) !== "value") continue;
        const value = decode(wire, one);
        const comparable = OTHER_RECORDS.has(one.case) ? shape(value) : value;
        if (!first.has(one.case)) first.set(one.case, comparable);
        else assert.deepEqual(comparable, first.get(one.case), `${wire} ${one.case}`), compared++;
      }
    }
    assert(compared > 100, String(compared));
  });
}

/** Pages and files of the web client: no RPC answer in them. */
const NO_RPC = ["content_bearer", "report_pdf", "report_pdf_bearer", "report_pdf_no_session"];

const WEB_FAILURES: Record<string, string> = {
  call_kw_no_session: "E002",
  call_kw_user_error: "E005",
  session_authenticate_wrong: "E002",
};

for (const wire of ["14/web", "19/web"] as const) {
  Deno.test(`the answers of ${wire} that are JSON-RPC decode as well`, () => {
    for (const one of recordings(wire).filter(({ case: name }) => !NO_RPC.includes(name))) {
      const failure = WEB_FAILURES[one.case];
      if (failure === undefined) assert.notEqual(jsonrpc.decodeService(answerOf(one)), undefined, one.case);
      else assert.throws(() => jsonrpc.decodeService(answerOf(one)), { name: "Failure", code: failure }, one.case);
    }
  });
}
