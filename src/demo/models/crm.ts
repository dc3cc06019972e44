import { access, SALES_MANAGER, SALESPERSON, SETTINGS, USER } from "../access.ts";
import type { Row, Value } from "../database.ts";
import {
  boolean,
  char,
  date,
  datetime,
  float,
  integer,
  many2many,
  many2one,
  monetary,
  one2many,
  selection,
  text,
} from "../field.ts";
import type { Environment, ModelDefinition, Values } from "../model.ts";
import { format } from "../period.ts";
import { rowOf, rowsOf } from "../value.ts";
import { activities } from "./activity.ts";
import { messagePost, messages } from "./message.ts";

const ACTIVE = boolean("Active", { default: true });
const OF_CUSTOMER = { depends: ["partner_id"] };
const AMOUNT = { currencyField: "company_currency" };

/** Leads and opportunities, and what sorts them. */
export const CRM_MODELS: ModelDefinition[] = [
  {
    model: "crm.lead",
    label: "Lead/Opportunity",
    order: "priority desc, id desc",
    access: access([SALES_MANAGER, SALESPERSON], [SALES_MANAGER, SALESPERSON], [SALES_MANAGER]),
    nameSearch: ["name"],
    fields: {
      name: char("Opportunity", { required: true, depends: ["partner_id"] }),
      type: selection("Type", ["lead:Lead", "opportunity:Opportunity"], { required: true, default: "opportunity" }),
      partner_id: many2one("res.partner", "Customer", {
        help: "Linked partner (optional). Usually created when converting the lead.",
      }),
      contact_name: char("Contact Name", OF_CUSTOMER),
      partner_name: char("Company Name", {
        ...OF_CUSTOMER,
        help: "The name of the future partner company that will be created while converting the lead into opportunity",
      }),
      email_from: char("Email", { depends: ["partner_id.email"] }),
      phone: char("Phone", { depends: ["partner_id.phone"] }),
      city: char("City", OF_CUSTOMER),
      country_id: many2one("res.country", "Country", OF_CUSTOMER),
      user_id: many2one("res.users", "Salesperson", { default: (env) => env.uid }),
      team_id: many2one("crm.team", "Sales Team", { depends: ["user_id", "type"] }),
      stage_id: many2one("crm.stage", "Stage", { depends: ["team_id", "type"], ondelete: "restrict" }),
      expected_revenue: monetary("Expected Revenue", AMOUNT),
      prorated_revenue: monetary("Prorated Revenue", {
        ...AMOUNT,
        readonly: true,
        depends: ["expected_revenue", "probability"],
        compute: (row) => Math.round(Number(row.expected_revenue ?? 0) * Number(row.probability ?? 0)) / 100,
      }),
      probability: float("Probability", { aggregate: "avg", depends: ["stage_id", "team_id"] }),
      priority: selection("Priority", ["0:Low", "1:Medium", "2:High", "3:Very High"], { default: "0" }),
      date_deadline: date("Expected Closing", {
        help: "Estimate of the date on which the opportunity will be won.",
      }),
      date_open: datetime("Assignment Date", { readonly: true, depends: ["user_id"] }),
      date_closed: datetime("Closed Date", { readonly: true }),
      date_last_stage_update: datetime("Last Stage Update", { readonly: true, depends: ["stage_id"] }),
      active: ACTIVE,
      tag_ids: many2many("crm.tag", "Tags", { help: "Classify and analyze your lead/opportunity categories." }),
      description: text("Notes"),
      lost_reason: many2one("crm.lost.reason", "Lost Reason"),
      company_id: many2one("res.company", "Company", { default: 1 }),
      company_currency: many2one("res.currency", "Currency", {
        readonly: true,
        related: "company_id.currency_id",
        depends: ["company_id.currency_id"],
      }),
      order_ids: one2many("sale.order", "opportunity_id", "Orders"),
      color: integer("Color Index", { default: 0 }),
      activity_ids: activities("crm.lead"),
      ...messages("crm.lead"),
    },
    expandGroups: { stage_id: (env) => [...rowsOf(env, "crm.stage")].map((stage) => stage.id) },
    prepare: prepareLead,
    alsoSet: (values, env) => {
      const now = format(env.now);
      const moved = values.stage_id !== undefined ? { date_last_stage_update: now } : {};
      const won = rowOf(env, "crm.stage", Number(values.stage_id))?.is_won ? { probability: 100 } : {};
      const probability = { ...values, ...won }.probability;
      const closed = probability === undefined && values.active !== false
        ? {}
        : { date_closed: Number(probability ?? 0) >= 100 || values.active === false ? now : false };
      return { ...values, ...moved, ...won, ...closed };
    },
    methods: {
      message_post: messagePost("crm.lead"),
      action_set_won: (env, ids) => {
        const won = [...rowsOf(env, "crm.stage")].find((stage) => stage.is_won);
        const now = format(env.now);
        set(env, ids, () => ({
          ...{ active: true, stage_id: won?.id ?? false, probability: 100 },
          ...{ date_closed: now, date_last_stage_update: now },
        }));
        return true;
      },
      action_set_lost: (env, ids, { lost_reason }) => {
        const reason = typeof lost_reason === "number" ? { lost_reason } : {};
        set(env, ids, () => ({ active: false, probability: 0, date_closed: false, ...reason }));
        return null;
      },
      toggle_active: (env, ids) => {
        set(env, ids, (lead) => {
          if (lead.active !== false) return { active: false, probability: 0, date_closed: false };
          const won = rowOf(env, "crm.stage", lead.stage_id)?.is_won === true;
          return { active: true, lost_reason: false, probability: won ? 100 : 10 };
        });
        return null;
      },
    },
  },
  {
    model: "crm.stage",
    label: "CRM Stages",
    order: "sequence, name, id",
    access: access([USER], [SALES_MANAGER]),
    fields: {
      name: char("Stage Name", { required: true, translate: true }),
      sequence: integer("Sequence", { default: 1, help: "Used to order stages. Lower is better." }),
      is_won: boolean("Is Won Stage?"),
      fold: boolean("Folded in Pipeline", {
        help: "This stage is folded in the kanban view when there are no records in that stage to display.",
      }),
      team_id: many2one("crm.team", "Sales Team", { help: "Specific team that uses this stage." }),
      requirements: text("Requirements", { help: "Enter here the internal requirements for this stage." }),
    },
  },
  {
    model: "crm.team",
    label: "Sales Team",
    order: "sequence",
    access: access([USER], [SALES_MANAGER]),
    fields: {
      name: char("Sales Team", { required: true, translate: true }),
      sequence: integer("Sequence", { default: 10 }),
      active: ACTIVE,
      user_id: many2one("res.users", "Team Leader"),
      member_ids: one2many("res.users", "sale_team_id", "Channel Members", { domain: [["share", "=", false]] }),
      company_id: many2one("res.company", "Company"),
      currency_id: many2one("res.currency", "Currency", {
        readonly: true,
        related: "company_id.currency_id",
        depends: ["company_id.currency_id"],
      }),
      color: integer("Color Index", { default: 0, help: "The color of the channel" }),
    },
  },
  {
    model: "crm.tag",
    label: "CRM Tag",
    order: "id",
    access: access([SALES_MANAGER, SALESPERSON], [SALES_MANAGER, SALESPERSON]),
    fields: { name: char("Tag Name", { required: true, translate: true }), color: integer("Color") },
  },
  {
    model: "crm.lost.reason",
    label: "Opp. Lost Reason",
    order: "id",
    access: access([SALES_MANAGER, SALESPERSON], [SALES_MANAGER], [SETTINGS]),
    fields: { name: char("Description", { required: true, translate: true }), active: ACTIVE },
  },
];

/** A new lead starts in the first stage and team, and takes what it can from its customer. */
function prepareLead(values: Values, env: Environment): Values {
  const customer = typeof values.partner_id === "number" ? rowOf(env, "res.partner", values.partner_id) : undefined;
  const stages = [...rowsOf(env, "crm.stage")].sort((a, b) => Number(a.sequence) - Number(b.sequence));
  const stage = rowOf(env, "crm.stage", Number(values.stage_id)) ?? stages[0];
  const now = format(env.now);
  const company = customer?.is_company ? customer : rowOf(env, "res.partner", customer?.parent_id);
  return {
    team_id: 1,
    stage_id: stage?.id ?? false,
    probability: stage?.is_won ? 100 : 10,
    ...((values.user_id ?? env.uid) ? { date_open: now } : {}),
    date_last_stage_update: now,
    contact_name: (customer?.is_company ? false : customer?.name as string) ?? false,
    partner_name: company?.name as string ?? false,
    email_from: customer?.email as string ?? false,
    phone: customer?.phone as string ?? false,
    city: customer?.city as string ?? false,
    country_id: customer?.country_id as number ?? false,
    ...values,
  };
}

function set(env: Environment, ids: number[], values: (lead: Row) => Record<string, Value>): void {
  const stamp = { write_uid: env.uid, write_date: format(env.now) };
  for (const id of ids) env.database.update("crm.lead", id, { ...values(rowOf(env, "crm.lead", id)!), ...stamp });
}
