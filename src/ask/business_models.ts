/** A business model that many databases have. */
export interface BusinessModel {
  name: string;
  label: string;
  /** Words people use for it that stand neither in its name nor in its label. */
  words?: string;
}

/**
 * What people ask about most. Ordinary users may not list models on 19, so these are tried one by one; and their words
 * find a model everywhere (`invoice` is `account.move`).
 */
export const BUSINESS_MODELS: readonly BusinessModel[] = [
  { name: "res.partner", label: "Contact", words: "customer client supplier vendor company person address" },
  { name: "crm.lead", label: "Lead/Opportunity", words: "pipeline deal prospect sales" },
  { name: "sale.order", label: "Sales Order", words: "quotation quote customer revenue" },
  { name: "sale.order.line", label: "Sales Order Line", words: "quotation sold product revenue" },
  { name: "account.move", label: "Journal Entry", words: "invoice bill credit note refund receipt accounting" },
  {
    name: "account.move.line",
    label: "Journal Item",
    words: "invoice line bookkeeping ledger debit credit accounting",
  },
  { name: "account.payment", label: "Payment", words: "paid cash bank" },
  { name: "account.account", label: "Account", words: "chart ledger" },
  { name: "account.journal", label: "Journal", words: "bank cash" },
  { name: "account.tax", label: "Tax", words: "vat" },
  { name: "account.analytic.account", label: "Analytic Account", words: "cost centre center" },
  { name: "account.analytic.line", label: "Analytic Line", words: "timesheet hours cost" },
  { name: "product.template", label: "Product Template", words: "article item service goods" },
  { name: "product.product", label: "Product", words: "article item variant sku stock" },
  { name: "product.category", label: "Product Category" },
  { name: "product.pricelist", label: "Pricelist", words: "price discount" },
  { name: "purchase.order", label: "Purchase Order", words: "rfq supplier vendor buying" },
  { name: "purchase.order.line", label: "Purchase Order Line", words: "rfq supplier vendor" },
  { name: "stock.picking", label: "Transfer", words: "delivery receipt shipment warehouse inventory" },
  { name: "stock.move", label: "Stock Move", words: "delivery warehouse inventory" },
  { name: "stock.quant", label: "Quants", words: "inventory on hand quantity stock warehouse" },
  { name: "stock.location", label: "Inventory Locations", words: "warehouse" },
  { name: "stock.warehouse", label: "Warehouse" },
  { name: "stock.lot", label: "Lot/Serial", words: "batch serial number" },
  { name: "mrp.production", label: "Production Order", words: "manufacturing" },
  { name: "mrp.bom", label: "Bill of Material", words: "manufacturing component" },
  { name: "project.project", label: "Project" },
  { name: "project.task", label: "Task", words: "project todo ticket work" },
  { name: "hr.employee", label: "Employee", words: "staff person worker colleague" },
  { name: "hr.employee.public", label: "Public Employee", words: "staff person colleague" },
  { name: "hr.department", label: "Department", words: "team" },
  { name: "hr.leave", label: "Time Off", words: "holiday vacation absence sick" },
  { name: "hr.expense", label: "Expense", words: "cost receipt" },
  { name: "hr.applicant", label: "Applicant", words: "candidate recruitment" },
  { name: "helpdesk.ticket", label: "Helpdesk Ticket", words: "support issue" },
  { name: "calendar.event", label: "Calendar Event", words: "meeting appointment" },
  { name: "mail.activity", label: "Activity", words: "todo reminder next step" },
  { name: "crm.team", label: "Sales Team" },
  { name: "crm.stage", label: "CRM Stages", words: "pipeline" },
  { name: "res.users", label: "User", words: "login salesperson" },
  { name: "res.company", label: "Companies", words: "own" },
  { name: "res.country", label: "Country" },
  { name: "res.currency", label: "Currency", words: "exchange rate" },
  { name: "uom.uom", label: "Product Unit of Measure" },
];
