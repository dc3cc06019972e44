/**
 * Business questions as people ask them, each with the one tool call that answers it and the truth from SQL.
 * `questions_test.ts` checks every one on the real Odoo; src/ask/QUESTIONS.md is made from this table.
 */

/** One question, the call that answers it, and where the truth comes from. */
export interface Question {
  area: "Sales" | "CRM" | "Stock" | "Purchase" | "Accounting" | "HR" | "Projects" | "Contacts";
  ask: string;
  tool: "count_records" | "search_records" | "complex_search" | "analytics_query";
  input: Record<string, unknown>;
  /** The columns of the answer that hold it, in the order of SQL's; absent for a count. */
  columns?: string[];
  /** Whether the order of rows is part of the answer. */
  ordered?: boolean;
  sql: string;
}

const confirmed = { field: "state", op: "=", value: "sale" };
const local = (column: string) => `(${column} at time zone 'UTC' at time zone 'Europe/Brussels')`;

const sales: Question[] = [
  {
    area: "Sales",
    ask: "How many quotations are open?",
    tool: "count_records",
    input: { model: "sale.order", where: [{ field: "state", op: "in", value: ["draft", "sent"] }] },
    sql: "select count(*) from sale_order where state in ('draft', 'sent')",
  },
  {
    area: "Sales",
    ask: "What did we sell each month, and in how many orders?",
    tool: "analytics_query",
    input: {
      model: "sale.order",
      group_by: ["date_order:month"],
      measures: ["amount_total:sum", "count"],
      where: [confirmed, { field: "currency_id", op: "=", value: "EUR" }],
    },
    columns: ["date_order:month", "amount_total:sum", "count"],
    sql: `select to_char(${local("date_order")}, 'YYYY-MM'), sum(amount_total), count(*) from sale_order
      where state = 'sale' and currency_id = 1 group by 1`,
  },
  {
    area: "Sales",
    ask: "Who are our three best customers?",
    tool: "analytics_query",
    input: {
      model: "sale.order",
      group_by: ["partner_id"],
      measures: ["amount_untaxed:sum"],
      where: [confirmed, { field: "currency_id", op: "=", value: "EUR" }],
      order: "amount_untaxed:sum desc",
      limit: 3,
    },
    columns: ["partner_id", "amount_untaxed:sum"],
    ordered: true,
    sql: `select p.display_name, sum(amount_untaxed) from sale_order o join res_partner p on p.id = o.partner_id
      where o.state = 'sale' and o.currency_id = 1 group by p.id order by 2 desc limit 3`,
  },
  {
    area: "Sales",
    ask: "How much did each salesperson sell?",
    tool: "analytics_query",
    input: { model: "sale.order", group_by: ["user_id"], measures: ["amount_untaxed:sum"], where: [confirmed] },
    columns: ["user_id", "amount_untaxed:sum"],
    sql: `select p.name, sum(amount_untaxed) from sale_order o join res_users u on u.id = o.user_id
      join res_partner p on p.id = u.partner_id where state = 'sale' group by p.name, o.currency_id`,
  },
  {
    area: "Sales",
    ask: "Which products sell best, by quantity?",
    tool: "analytics_query",
    input: {
      model: "sale.order.line",
      group_by: ["product_id"],
      measures: ["product_uom_qty:sum"],
      where: [{ field: "order_id.state", op: "=", value: "sale" }],
      having: [{ measure: "product_uom_qty:sum", op: ">", value: 20 }],
      order: "product_uom_qty:sum desc",
    },
    columns: ["product_uom_qty:sum"],
    ordered: true,
    sql: `select sum(product_uom_qty) from sale_order_line l join sale_order o on o.id = l.order_id
      where o.state = 'sale' and l.product_id is not null group by product_id having sum(product_uom_qty) > 20
      order by 1 desc`,
  },
  {
    area: "Sales",
    ask: "Which orders are larger than 10,000?",
    tool: "complex_search",
    input: {
      model: "sale.order",
      fields: ["name", "partner_id", "amount_total"],
      where: [confirmed, { field: "amount_total", op: ">", value: 10_000 }],
      order: "amount_total desc",
    },
    columns: ["name", "partner_id", "amount_total"],
    ordered: true,
    sql: `select o.name, p.display_name, amount_total from sale_order o join res_partner p on p.id = o.partner_id
      where o.state = 'sale' and amount_total > 10000 order by amount_total desc, o.id`,
  },
  {
    area: "Sales",
    ask: "Which orders hold a large cabinet?",
    tool: "complex_search",
    input: {
      model: "sale.order",
      fields: ["name"],
      where: [{ field: "order_line.product_id.name", op: "contains", value: "Large Cabinet" }],
    },
    columns: ["name"],
    sql: `select distinct o.name from sale_order o join sale_order_line l on l.order_id = o.id
      join product_product p on p.id = l.product_id join product_template t on t.id = p.product_tmpl_id
      where t.name ilike '%Large Cabinet%'`,
  },
  {
    area: "Sales",
    ask: "What is the average confirmed order worth, per sales team?",
    tool: "analytics_query",
    input: {
      model: "sale.order",
      group_by: ["team_id"],
      measures: ["amount_total:avg", "count"],
      where: [confirmed, { field: "currency_id", op: "=", value: "EUR" }],
    },
    columns: ["team_id", "amount_total:avg", "count"],
    sql: `select t.name, avg(amount_total), count(*) from sale_order o join crm_team t on t.id = o.team_id
      where o.state = 'sale' and o.currency_id = 1 group by 1`,
  },
  {
    area: "Sales",
    ask: "Which lines were sold below list price?",
    tool: "complex_search",
    input: {
      model: "sale.order.line",
      fields: ["order_id.name", "discount"],
      where: [{ field: "discount", op: ">", value: 0 }],
    },
    columns: ["order_id.name", "discount"],
    sql: "select o.name, discount from sale_order_line l join sale_order o on o.id = l.order_id where discount > 0",
  },
  {
    area: "Sales",
    ask: "Which quotations are older than two weeks and not confirmed?",
    tool: "complex_search",
    input: {
      model: "sale.order",
      fields: ["name", "state"],
      where: [{ field: "state", op: "in", value: ["draft", "sent"] }, { field: "date_order", op: "<", value: "-14d" }],
    },
    columns: ["name", "state"],
    sql: `select name, state from sale_order where state in ('draft', 'sent')
      and ${local("date_order")} < date_trunc('day', now() at time zone 'Europe/Brussels') - interval '14 days'`,
  },
];

const crm: Question[] = [
  {
    area: "CRM",
    ask: "What is in the pipeline, by stage?",
    tool: "analytics_query",
    input: {
      model: "crm.lead",
      group_by: ["stage_id"],
      measures: ["expected_revenue:sum", "count"],
      where: [{ field: "type", op: "=", value: "opportunity" }],
    },
    columns: ["stage_id", "expected_revenue:sum", "count"],
    sql: `select s.name, sum(expected_revenue), count(*) from crm_lead l join crm_stage s on s.id = l.stage_id
      where l.active and type = 'opportunity' group by 1`,
  },
  {
    area: "CRM",
    ask: "Which opportunities have no next activity?",
    tool: "complex_search",
    input: {
      model: "crm.lead",
      fields: ["name"],
      where: [{ field: "type", op: "=", value: "opportunity" }, { field: "activity_ids", op: "is_not_set" }],
      limit: 50,
    },
    columns: ["name"],
    sql: `select name from crm_lead l where active and type = 'opportunity' and not exists
      (select from mail_activity a where a.res_model = 'crm.lead' and a.res_id = l.id)`,
  },
  {
    area: "CRM",
    ask: "How many leads came in through each source?",
    tool: "analytics_query",
    input: { model: "crm.lead", group_by: ["source_id"], measures: ["count"] },
    columns: ["source_id", "count"],
    sql:
      `select coalesce(s.name, '(not set)'), count(*) from crm_lead l left join utm_source s on s.id = l.source_id where l.active group by 1`,
  },
  {
    area: "CRM",
    ask: "Which opportunities are worth more than 20,000, best chance first?",
    tool: "complex_search",
    input: {
      model: "crm.lead",
      fields: ["name", "probability", "expected_revenue"],
      where: [
        { field: "type", op: "=", value: "opportunity" },
        { field: "expected_revenue", op: ">", value: 20_000 },
      ],
      order: "probability desc",
    },
    columns: ["name", "probability", "expected_revenue"],
    ordered: true,
    sql: `select name, probability, expected_revenue from crm_lead where active and type = 'opportunity'
      and expected_revenue > 20000 order by probability desc, id`,
  },
  {
    area: "CRM",
    ask: "How much did we win?",
    tool: "analytics_query",
    input: {
      model: "crm.lead",
      measures: ["expected_revenue:sum", "count"],
      where: [{ field: "stage_id.is_won", op: "=", value: true }],
    },
    columns: ["expected_revenue:sum", "count"],
    sql: `select sum(expected_revenue), count(*) from crm_lead l join crm_stage s on s.id = l.stage_id
      where l.active and s.is_won`,
  },
  {
    area: "CRM",
    ask: "Which leads nobody takes care of?",
    tool: "complex_search",
    input: { model: "crm.lead", fields: ["name"], where: [{ field: "user_id", op: "is_not_set" }], limit: 50 },
    columns: ["name"],
    sql: "select name from crm_lead where active and user_id is null",
  },
];

const stock: Question[] = [
  {
    area: "Stock",
    ask: "What is in stock of each product, in our own locations?",
    tool: "analytics_query",
    input: {
      model: "stock.quant",
      group_by: ["product_id"],
      measures: ["quantity:sum"],
      where: [{ field: "location_id.usage", op: "=", value: "internal" }],
      order: "quantity:sum desc",
      limit: 100,
    },
    columns: ["quantity:sum"],
    ordered: true,
    sql: `select sum(quantity) from stock_quant q join stock_location l on l.id = q.location_id
      where l.usage = 'internal' group by product_id order by 1 desc`,
  },
  {
    area: "Stock",
    ask: "Which deliveries are late?",
    tool: "complex_search",
    input: {
      model: "stock.picking",
      fields: ["name", "state"],
      where: [
        { field: "picking_type_id.code", op: "=", value: "outgoing" },
        { field: "state", op: "not_in", value: ["done", "cancel"] },
        { field: "scheduled_date", op: "<", value: "today" },
      ],
      limit: 50,
    },
    columns: ["name", "state"],
    sql: `select p.name, p.state from stock_picking p join stock_picking_type t on t.id = p.picking_type_id
      where t.code = 'outgoing' and p.state not in ('done', 'cancel')
      and ${local("scheduled_date")} < date_trunc('day', now() at time zone 'Europe/Brussels')`,
  },
  {
    area: "Stock",
    ask: "How many transfers are in each state, by operation type?",
    tool: "analytics_query",
    input: { model: "stock.picking", group_by: ["picking_type_id.code", "state"], measures: ["count"], limit: 50 },
    columns: ["count"],
    sql: `select count(*) from stock_picking p join stock_picking_type t on t.id = p.picking_type_id
      group by t.code, p.state`,
  },
  {
    area: "Stock",
    ask: "Which deliveries belong to which order, and are they done?",
    tool: "complex_search",
    input: {
      model: "stock.picking",
      fields: ["name", "sale_id.name", "state"],
      where: [{ field: "sale_id", op: "is_set" }],
      limit: 100,
    },
    columns: ["name", "sale_id.name", "state"],
    sql: `select p.name, o.name, p.state from stock_picking p join procurement_group g on g.id = p.group_id
      join sale_order o on o.id = g.sale_id`,
  },
  {
    area: "Stock",
    ask: "How many products of each type do we have?",
    tool: "analytics_query",
    input: { model: "product.template", group_by: ["type"], measures: ["count"] },
    columns: ["count"],
    sql: "select count(*) from product_template where active group by type",
  },
  {
    area: "Stock",
    ask: "What are the ten dearest products we sell?",
    tool: "search_records",
    input: {
      model: "product.template",
      fields: ["name", "list_price"],
      domain: [["sale_ok", "=", true]],
      order: "list_price desc",
      limit: 10,
    },
    columns: ["name", "list_price"],
    ordered: true,
    sql: "select name, list_price from product_template where active and sale_ok order by list_price desc, id limit 10",
  },
];

const purchase: Question[] = [
  {
    area: "Purchase",
    ask: "How much have we asked each supplier for?",
    tool: "analytics_query",
    input: { model: "purchase.order", group_by: ["partner_id"], measures: ["amount_total:sum", "count"] },
    columns: ["partner_id", "amount_total:sum", "count"],
    sql: `select p.display_name, sum(amount_total), count(*) from purchase_order o
      join res_partner p on p.id = o.partner_id group by p.id, o.currency_id`,
  },
  {
    area: "Purchase",
    ask: "Which requests for quotation wait to be confirmed, largest first?",
    tool: "complex_search",
    input: {
      model: "purchase.order",
      fields: ["name", "amount_total"],
      where: [{ field: "state", op: "in", value: ["draft", "sent", "to approve"] }],
      order: "amount_total desc",
    },
    columns: ["name", "amount_total"],
    ordered: true,
    sql: `select name, amount_total from purchase_order where state in ('draft', 'sent', 'to approve')
      order by amount_total desc, id`,
  },
  {
    area: "Purchase",
    ask: "What did we order but not receive?",
    tool: "complex_search",
    input: {
      model: "purchase.order.line",
      fields: ["order_id.name", "product_qty", "qty_received"],
      where: [{ field: "order_id.state", op: "=", value: "purchase" }],
    },
    columns: ["order_id.name", "product_qty", "qty_received"],
    sql: `select o.name, product_qty, qty_received from purchase_order_line l join purchase_order o on o.id = l.order_id
      where o.state = 'purchase'`,
  },
];

const accounting: Question[] = [
  {
    area: "Accounting",
    ask: "How much do customers owe us, invoice by invoice?",
    tool: "complex_search",
    input: {
      model: "account.move",
      fields: ["name", "partner_id", "amount_residual"],
      where: [
        { field: "move_type", op: "=", value: "out_invoice" },
        { field: "state", op: "=", value: "posted" },
        { field: "amount_residual", op: ">", value: 0 },
      ],
    },
    columns: ["name", "amount_residual"],
    sql: `select name, amount_residual from account_move where move_type = 'out_invoice' and state = 'posted'
      and amount_residual > 0`,
  },
  {
    area: "Accounting",
    ask: "Which invoices are overdue?",
    tool: "complex_search",
    input: {
      model: "account.move",
      fields: ["name", "invoice_date_due"],
      where: [
        { field: "move_type", op: "in", value: ["out_invoice", "in_invoice"] },
        { field: "state", op: "=", value: "posted" },
        { field: "payment_state", op: "not_in", value: ["paid", "reversed"] },
        { field: "invoice_date_due", op: "<", value: "today" },
      ],
    },
    columns: ["name", "invoice_date_due"],
    sql: `select name, invoice_date_due from account_move where move_type in ('out_invoice', 'in_invoice')
      and state = 'posted' and payment_state not in ('paid', 'reversed')
      and invoice_date_due < (now() at time zone 'Europe/Brussels')::date`,
  },
  {
    area: "Accounting",
    ask: "What have we invoiced each customer this year?",
    tool: "analytics_query",
    input: {
      model: "account.move",
      group_by: ["partner_id"],
      measures: ["amount_untaxed:sum"],
      where: [
        { field: "move_type", op: "=", value: "out_invoice" },
        { field: "state", op: "=", value: "posted" },
        { field: "invoice_date", op: "=", value: "this_year" },
      ],
    },
    columns: ["partner_id", "amount_untaxed:sum"],
    sql: `select p.display_name, sum(amount_untaxed) from account_move m join res_partner p on p.id = m.partner_id
      where move_type = 'out_invoice' and m.state = 'posted'
      and date_trunc('year', invoice_date) = date_trunc('year', now() at time zone 'Europe/Brussels') group by p.id`,
  },
  {
    area: "Accounting",
    ask: "What do debit and credit come to, per journal?",
    tool: "analytics_query",
    input: {
      model: "account.move.line",
      group_by: ["journal_id"],
      measures: ["debit:sum", "credit:sum"],
      where: [{ field: "parent_state", op: "=", value: "posted" }],
    },
    columns: ["debit:sum", "credit:sum"],
    sql: `select sum(debit), sum(credit) from account_move_line where parent_state = 'posted' group by journal_id`,
  },
];

const people: Question[] = [
  {
    area: "HR",
    ask: "How many people work in each department?",
    tool: "analytics_query",
    input: { model: "hr.employee", group_by: ["department_id"], measures: ["count"] },
    columns: ["department_id", "count"],
    sql:
      `select coalesce(d.complete_name, '(not set)'), count(*) from hr_employee e left join hr_department d on d.id = e.department_id
      where e.active group by 1`,
  },
  {
    area: "HR",
    ask: "Who reports to whom?",
    tool: "complex_search",
    input: {
      model: "hr.employee",
      fields: ["name", "parent_id.name"],
      where: [{ field: "parent_id", op: "is_set" }],
      limit: 50,
    },
    columns: ["name", "parent_id.name"],
    sql: `select e.name, m.name from hr_employee e join hr_employee m on m.id = e.parent_id where e.active`,
  },
  {
    area: "HR",
    ask: "Which employees have no manager?",
    tool: "complex_search",
    input: { model: "hr.employee", fields: ["name"], where: [{ field: "parent_id", op: "is_not_set" }] },
    columns: ["name"],
    sql: "select name from hr_employee where active and parent_id is null",
  },
  {
    area: "HR",
    ask: "How many different jobs are there in each department?",
    tool: "analytics_query",
    input: { model: "hr.employee", group_by: ["department_id"], measures: ["job_id:count_distinct"] },
    columns: ["department_id", "job_id:count_distinct"],
    sql: `select coalesce(d.complete_name, '(not set)'), count(distinct job_id) from hr_employee e
      left join hr_department d on d.id = e.department_id where e.active group by 1`,
  },
  {
    area: "Projects",
    ask: "How many tasks are in each stage of each project?",
    tool: "analytics_query",
    input: { model: "project.task", group_by: ["project_id", "stage_id"], measures: ["count"] },
    columns: ["project_id", "stage_id", "count"],
    sql:
      `select coalesce(p.name, '(not set)'), coalesce(s.name, '(not set)'), count(*) from project_task t left join project_project p on p.id = t.project_id
      left join project_task_type s on s.id = t.stage_id where t.active group by 1, 2`,
  },
  {
    area: "Projects",
    ask: "Which tasks are past their deadline and not done?",
    tool: "complex_search",
    input: {
      model: "project.task",
      fields: ["name", "date_deadline"],
      where: [
        { field: "date_deadline", op: "<", value: "today" },
        { field: "stage_id.is_closed", op: "=", value: false },
      ],
    },
    columns: ["name", "date_deadline"],
    sql: `select t.name, date_deadline from project_task t join project_task_type s on s.id = t.stage_id
      where t.active and not coalesce(s.is_closed, false)
      and date_deadline < (now() at time zone 'Europe/Brussels')::date`,
  },
  {
    area: "Projects",
    ask: "How much work is planned for each person?",
    tool: "analytics_query",
    input: { model: "project.task", group_by: ["user_id"], measures: ["planned_hours:sum", "count"] },
    columns: ["user_id", "planned_hours:sum", "count"],
    sql: `select coalesce(p.name, '(not set)'), coalesce(sum(planned_hours), 0), count(*) from project_task t
      left join res_users u on u.id = t.user_id left join res_partner p on p.id = u.partner_id
      where t.active group by 1`,
  },
];

const contacts: Question[] = [
  {
    area: "Contacts",
    ask: "Where are our companies?",
    tool: "analytics_query",
    input: {
      model: "res.partner",
      group_by: ["country_id"],
      measures: ["count"],
      where: [{ field: "is_company", op: "=", value: true }],
    },
    columns: ["country_id", "count"],
    sql:
      `select coalesce(c.name, '(not set)'), count(*) from res_partner p left join res_country c on c.id = p.country_id
      where p.active and is_company group by 1`,
  },
  {
    area: "Contacts",
    ask: "Who works at Azure Interior, and how do I reach them?",
    tool: "complex_search",
    input: {
      model: "res.partner",
      fields: ["name", "email", "phone"],
      where: [{ field: "parent_id", op: "=", value: "Azure Interior" }],
    },
    columns: ["name", "email", "phone"],
    sql: `select p.name, p.email, p.phone from res_partner p join res_partner c on c.id = p.parent_id
      where p.active and c.name = 'Azure Interior'`,
  },
  {
    area: "Contacts",
    ask: "Which companies have no e-mail address?",
    tool: "complex_search",
    input: {
      model: "res.partner",
      fields: ["name"],
      where: [{ field: "is_company", op: "=", value: true }, { field: "email", op: "is_not_set" }],
      limit: 100,
    },
    columns: ["name"],
    sql: "select name from res_partner where active and is_company and coalesce(email, '') = ''",
  },
  {
    area: "Contacts",
    ask: "Which activities are due this week, and on what?",
    tool: "analytics_query",
    input: {
      model: "mail.activity",
      group_by: ["res_model", "activity_type_id"],
      measures: ["count"],
      where: [{ field: "date_deadline", op: "<=", value: "today" }],
    },
    columns: ["res_model", "count"],
    sql:
      `select res_model, count(*) from mail_activity where date_deadline <= (now() at time zone 'Europe/Brussels')::date
      group by res_model, activity_type_id`,
  },
];

/** All questions, by area. */
export const questions: readonly Question[] = [
  ...sales,
  ...crm,
  ...stock,
  ...purchase,
  ...accounting,
  ...people,
  ...contacts,
];
