import type { Json } from "../lib/json.ts";
import { mayDo, requireAccess } from "./access.ts";
import { createRecord, toggleActive, unlinkRecords, writeRecords } from "./change.ts";
import { defaults } from "./defaults.ts";
import { describeFields } from "./describe.ts";
import { nameImported } from "./external_id.ts";
import { insideError } from "./fault.ts";
import { readGroup } from "./group.ts";
import { loadRecords } from "./load.ts";
import type { Environment, ModelDefinition, Operation } from "./model.ts";
import type { Parameters } from "./parameters.ts";
import { readMetadata, readRecords, requireRecords } from "./read.ts";
import { findRows, nameGet, search, searchByName } from "./search.ts";
import { isActive, rowOf } from "./value.ts";

/** A method that every model has. */
export interface Method {
  /** Whether it runs on records, and so needs ids. */
  onRecords?: true;
  /** The right it needs on the model, where it does not ask itself. */
  needs?: Operation;
  /** Its arguments by their JSON-2 names. */
  parameters: readonly string[];
  run: (env: Environment, definition: ModelDefinition, ids: number[], parameters: Parameters) => Json;
}

const PAGE = ["offset", "limit", "order"];

/** The ORM's public methods, as far as the demo company knows them. */
export const METHODS: Readonly<Record<string, Method>> = {
  search: {
    needs: "read",
    parameters: ["domain", ...PAGE],
    run: (env, { model }, _ids, parameters) => search(env, model, domainOf(parameters), page(parameters)),
  },
  search_count: {
    needs: "read",
    parameters: ["domain"],
    run: (env, definition, _ids, parameters) => findRows(env, definition, domainOf(parameters)).length,
  },
  search_read: {
    needs: "read",
    parameters: ["domain", "fields", ...PAGE, "load"],
    run: (env, definition, _ids, parameters) => {
      const ids = search(env, definition.model, domainOf(parameters), page(parameters));
      return readRecords(env, definition, ids, parameters.names("fields"), wantsPairs(parameters));
    },
  },
  read: {
    onRecords: true,
    needs: "read",
    parameters: ["fields", "load"],
    run: (env, definition, ids, parameters) =>
      readRecords(env, definition, ids, parameters.names("fields"), wantsPairs(parameters)),
  },
  read_group: {
    needs: "read",
    parameters: ["domain", "fields", "groupby", "offset", "limit", "orderby", "lazy"],
    run: (env, definition, _ids, parameters) =>
      readGroup(env, definition, {
        domain: parameters.list("domain"),
        fields: parameters.names("fields") ?? [],
        groupby: parameters.names("groupby") ?? [],
        lazy: parameters.flag("lazy", true),
        orderby: parameters.text("orderby", ""),
        offset: parameters.count("offset"),
        limit: parameters.count("limit"),
      }),
  },
  name_get: {
    onRecords: true,
    needs: "read",
    parameters: [],
    run: (env, definition, ids) => {
      requireRecords(env, definition, ids);
      return nameGet(env, definition.model, ids);
    },
  },
  name_search: {
    needs: "read",
    parameters: ["name", "domain", "operator", "limit"],
    run: (env, { model }, _ids, parameters) => {
      const operator = parameters.text("operator", "ilike");
      const options = { operator, domain: parameters.list("domain"), limit: parameters.count("limit") || 100 };
      return nameGet(env, model, searchByName(env, model, parameters.text("name", ""), options));
    },
  },
  create: {
    needs: "create",
    parameters: ["vals_list"],
    run: (env, { model }, _ids, parameters) => {
      const values = parameters.required("vals_list");
      return Array.isArray(values)
        ? values.map((each) => createNamed(env, model, each))
        : createNamed(env, model, values);
    },
  },
  load: {
    parameters: ["fields", "data"],
    run: (env, definition, _ids, parameters) =>
      loadRecords(env, definition, parameters.list("fields"), parameters.list("data")),
  },
  write: {
    onRecords: true,
    parameters: ["vals"],
    run: (env, { model }, ids, parameters) => {
      writeRecords(env, model, ids, parameters.required("vals"));
      return true;
    },
  },
  unlink: {
    onRecords: true,
    parameters: [],
    run: (env, { model }, ids) => {
      unlinkRecords(env, model, ids);
      return true;
    },
  },
  toggle_active: { onRecords: true, needs: "write", parameters: [], run: toggle(() => true) },
  action_archive: { onRecords: true, needs: "write", parameters: [], run: toggle((active) => active) },
  action_unarchive: { onRecords: true, needs: "write", parameters: [], run: toggle((active) => !active) },
  default_get: {
    parameters: ["fields"],
    run: (env, definition, _ids, parameters) => defaults(env, definition, parameters.names("fields") ?? []),
  },
  fields_get: {
    parameters: ["allfields", "attributes"],
    run: (env, definition, _ids, parameters) =>
      describeFields(env, definition, parameters.names("allfields"), parameters.names("attributes")),
  },
  get_metadata: {
    onRecords: true,
    needs: "read",
    parameters: [],
    run: (env, definition, ids) => readMetadata(env, definition, ids),
  },
  check_access_rights: {
    parameters: ["operation", "raise_exception"],
    run: (env, definition, _ids, parameters) => {
      const operation = String(parameters.required("operation"));
      if (!isOperation(operation)) throw insideError("AssertionError", "Invalid access mode");
      if (parameters.flag("raise_exception", true)) requireAccess(env, definition, operation);
      return mayDo(env, definition, operation);
    },
  },
};

function createNamed(env: Environment, model: string, values: Json): number {
  const id = createRecord(env, model, values);
  nameImported(env, model, id, values);
  return id;
}

function page(parameters: Parameters): { offset: number; limit: number; order: string } {
  return {
    offset: parameters.count("offset"),
    limit: parameters.count("limit"),
    order: parameters.text("order", ""),
  };
}

function wantsPairs(parameters: Parameters): boolean {
  return (parameters.any("load") ?? "_classic_read") === "_classic_read";
}

/** A domain is parsed later; here only an absent one becomes the empty one. */
function domainOf(parameters: Parameters): Json {
  return parameters.any("domain") ?? [];
}

/** Odoo answers nothing, on the wire null, though the change is made. */
function toggle(affects: (active: boolean) => boolean): Method["run"] {
  return (env, definition, ids) => {
    requireRecords(env, definition, ids);
    const own = definition.methods?.toggle_active;
    const affected = ids.filter((id) => affects(isActive(rowOf(env, definition.model, id)!)));
    if (own !== undefined) return own(env, affected, {});
    toggleActive(env, definition, affected);
    return null;
  };
}

function isOperation(text: string): text is Operation {
  return text === "read" || text === "write" || text === "create" || text === "unlink";
}
