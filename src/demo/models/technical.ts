import { access, ACCESS_RIGHTS, SETTINGS, USER } from "../access.ts";
import { boolean, char, integer, selection, text } from "../field.ts";
import { findExternalId } from "../external_id.ts";
import { noExternalId } from "../fault.ts";
import type { ModelDefinition } from "../model.ts";
import { findRows } from "../search.ts";
import { modelOf } from "../value.ts";

/** Odoo's models about models. Nobody changes them here. */
export const TECHNICAL_MODELS: ModelDefinition[] = [
  {
    model: "ir.model",
    label: "Models",
    order: "model",
    access: access([USER], [ACCESS_RIGHTS]),
    nameSearch: ["name", "model"],
    fields: {
      name: char("Model Description", { required: true, translate: true }),
      model: char("Model", { required: true }),
      info: text("Information"),
      transient: boolean("Transient Model"),
      state: selection("Type", ["manual:Custom Object", "base:Base Object"], { readonly: true, default: "manual" }),
    },
  },
  {
    model: "ir.model.data",
    label: "Model Data",
    order: "module, model, name",
    access: access([USER], [USER]),
    displayName: (row) => `${row.module}.${row.name}`,
    fields: {
      name: char("External Identifier", { required: true }),
      complete_name: char("Complete ID", {
        readonly: true,
        store: false,
        depends: ["module", "name"],
        compute: (row) => `${row.module}.${row.name}`,
      }),
      module: char("Module", { required: true, default: "" }),
      model: char("Model Name", { required: true }),
      res_id: {
        ...integer("Record ID", { help: "ID of the target record in the database" }),
        type: "many2one_reference",
      },
      noupdate: boolean("Non Updatable"),
    },
    methods: {
      check_object_reference: (env, _ids, { module, xml_id }) => {
        const key = findExternalId(env, `${module}.${xml_id}`);
        if (key === undefined) throw noExternalId(`${module}.${xml_id}`);
        // It is searched for, so an archived record, or one that is gone, counts as hidden.
        const domain = [["id", "=", Number(key.res_id)]];
        return [
          String(key.model),
          findRows(env, modelOf(env, String(key.model)), domain).length > 0 && Number(key.res_id),
        ];
      },
    },
  },
  {
    model: "ir.module.module",
    label: "Module",
    order: "name",
    access: access([USER], [SETTINGS]),
    fields: {
      name: char("Technical Name", { required: true, readonly: true }),
      shortdesc: char("Module Name", { readonly: true, translate: true }),
      state: selection("Status", ["installed:Installed", "uninstalled:Not Installed"], { readonly: true }),
    },
  },
];
