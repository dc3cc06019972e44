import { access, SETTINGS, USER } from "../access.ts";
import type { Row } from "../database.ts";
import { char, date, html, integer, many2one, one2many, selection } from "../field.ts";
import type { Environment, FieldDefinition, ModelDefinition } from "../model.ts";
import { format } from "../period.ts";
import { displayName, rowOf, rowsOf } from "../value.ts";

/** The activities planned on records of a model. */
export function activities(model: string): FieldDefinition {
  return one2many("mail.activity", "res_id", "Activities", {
    compute: (row, env) => {
      const ids: number[] = [];
      for (const activity of rowsOf(env, "mail.activity")) {
        if (activity.res_id === row.id && modelName(activity, env) === model) ids.push(activity.id);
      }
      return ids;
    },
  });
}

/** Things to do about records: calls, meetings, reminders. */
export const ACTIVITY_MODELS: ModelDefinition[] = [
  {
    model: "mail.activity",
    label: "Activity",
    order: "date_deadline ASC",
    access: access([USER], [USER]),
    displayName: (row, env) =>
      String(row.summary || rowOf(env, "mail.activity.type", row.activity_type_id)?.name || `mail.activity,${row.id}`),
    nameSearch: ["summary"],
    fields: {
      res_model_id: many2one("ir.model", "Document Model", { required: true, ondelete: "cascade" }),
      res_model: char("Related Document Model", {
        readonly: true,
        related: "res_model_id.model",
        store: true,
        depends: ["res_model_id.model"],
      }),
      res_id: { ...integer("Related Document ID", { required: true }), type: "many2one_reference" },
      res_name: char("Document Name", {
        readonly: true,
        depends: ["res_model", "res_id"],
        help: "Display name of the related document.",
        compute: (row, env) => {
          const definition = env.models.get(modelName(row, env));
          const document = definition && rowOf(env, definition.model, row.res_id);
          return document === undefined ? false : displayName(env, definition!, document);
        },
      }),
      activity_type_id: many2one("mail.activity.type", "Activity Type", { ondelete: "restrict" }),
      summary: char("Summary"),
      note: html("Note"),
      date_deadline: date("Due Date", { required: true, default: (env) => today(env) }),
      user_id: many2one("res.users", "Assigned to", { required: true, default: (env) => env.uid }),
      state: selection("State", ["overdue:Overdue", "today:Today", "planned:Planned"], {
        readonly: true,
        store: false,
        depends: ["date_deadline"],
        compute: (row, env) => {
          const day = today(env);
          return row.date_deadline === day ? "today" : String(row.date_deadline) < day ? "overdue" : "planned";
        },
      }),
    },
    // The model may come by its name, as a default of the context: Odoo's own default_get finds it then.
    prepare: (values, env) => {
      const named = values.res_model ?? env.context.default_res_model;
      const model = [...rowsOf(env, "ir.model")].find((row) => row.model === named);
      return model === undefined ? values : { res_model_id: model.id, ...values };
    },
    methods: {
      action_done: (env, ids) => {
        for (const id of ids) env.database.table("mail.activity").rows.delete(id);
        // Odoo answers the id of the message it wrote down; messages are not part of the demo company.
        return false;
      },
    },
  },
  {
    model: "mail.activity.type",
    label: "Activity Type",
    order: "sequence, id",
    access: access([USER], [SETTINGS]),
    fields: {
      name: char("Name", { required: true, translate: true }),
      summary: char("Default Summary", { translate: true }),
      sequence: integer("Sequence", { default: 10 }),
      icon: char("Icon", { help: "Font awesome icon e.g. fa-tasks" }),
      category: selection("Action to Perform", ["default:None", "upload_file:Upload Document", "meeting:Meeting"], {
        default: "default",
      }),
    },
  },
];

function modelName(activity: Row, env: Environment): string {
  return String(rowOf(env, "ir.model", activity.res_model_id)?.model ?? "");
}

function today(env: Environment): string {
  return format(env.now).slice(0, 10);
}
