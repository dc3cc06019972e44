/** A business model that many databases have. */
export interface BusinessModel {
  name: string;
  label: string;
  /** Words people use for it that stand neither in its name nor in its label. */
  words?: string;
  /** The same in German, French, Spanish, Italian, Dutch and Portuguese, without accents, in the singular and plural. */
  abroad?: string;
}

/**
 * What people ask about most. Ordinary users may not list models on 19, so these are tried one by one; and their words
 * find a model everywhere (`invoice` is `account.move`).
 */
export const BUSINESS_MODELS: readonly BusinessModel[] = [
  {
    name: "res.partner",
    label: "Contact",
    words: "customer client supplier vendor partner company person address",
    abroad:
      "kunde kunden lieferant lieferanten kontakt fournisseur cliente clientes proveedor contacto fornitore klant " +
      "klanten leverancier fornecedor",
  },
  {
    name: "crm.lead",
    label: "Lead/Opportunity",
    words: "pipeline deal prospect sales",
    abroad: "verkaufschance chance opportunite piste oportunidad opportunita verkoopkans oportunidade",
  },
  {
    name: "sale.order",
    label: "Sales Order",
    words: "quotation quote customer revenue turnover",
    abroad: "angebot angebote auftrag auftrage bestellung bestellungen devis commande vente pedido venta presupuesto " +
      "preventivo ordine vendita offerte verkooporder cotacao venda",
  },
  { name: "sale.order.line", label: "Sales Order Line", words: "quotation sold product revenue" },
  {
    name: "account.move",
    label: "Journal Entry",
    words: "invoice bill credit note refund receipt accounting customer vendor supplier unpaid overdue",
    abroad:
      "rechnung rechnungen gutschrift buchung facture avoir factura facturas fattura fatture factuur facturen fatura " +
      "faturas",
  },
  {
    name: "account.move.line",
    label: "Journal Item",
    words: "invoice line bookkeeping ledger debit credit accounting receivable payable",
    abroad: "buchungszeile rechnungszeile",
  },
  {
    name: "account.payment",
    label: "Payment",
    words: "paid cash bank",
    abroad: "zahlung zahlungen paiement pago pagamento betaling",
  },
  {
    name: "account.account",
    label: "Account",
    words: "chart ledger",
    abroad: "konto compte cuenta conto rekening conta",
  },
  { name: "account.journal", label: "Journal", words: "bank cash" },
  { name: "account.bank.statement.line", label: "Bank Statement Line", words: "transaction" },
  { name: "account.tax", label: "Tax", words: "vat", abroad: "steuer steuern taxe impuesto imposta belasting imposto" },
  { name: "account.analytic.account", label: "Analytic Account", words: "cost centre center" },
  { name: "account.analytic.line", label: "Analytic Line", words: "timesheet hours cost", abroad: "zeiterfassung" },
  { name: "product.template", label: "Product Template", words: "article item service goods" },
  {
    name: "product.product",
    label: "Product",
    words: "article item variant sku stock",
    abroad: "produkt produkte artikel produit producto prodotto produto",
  },
  { name: "product.category", label: "Product Category" },
  { name: "product.pricelist", label: "Pricelist", words: "price discount", abroad: "preisliste" },
  {
    name: "purchase.order",
    label: "Purchase Order",
    words: "rfq quotation supplier vendor buying procurement",
    abroad: "einkauf bestellung achat commande fournisseur compra acquisto inkoop inkooporder",
  },
  { name: "purchase.order.line", label: "Purchase Order Line", words: "rfq supplier vendor" },
  {
    name: "stock.picking",
    label: "Transfer",
    words: "delivery order receipt shipment shipping incoming outgoing warehouse inventory",
    abroad: "lieferung lieferungen livraison livraisons entrega entregas consegna consegne levering leveringen albaran",
  },
  { name: "stock.move", label: "Stock Move", words: "delivery warehouse inventory" },
  {
    name: "stock.quant",
    label: "Quants",
    words: "inventory on hand quantity stock level warehouse",
    abroad: "bestand lagerbestand lager inventaire existencias giacenza voorraad estoque",
  },
  { name: "stock.location", label: "Inventory Locations", words: "warehouse" },
  { name: "stock.warehouse.orderpoint", label: "Minimum Inventory Rule", words: "reorder reordering replenishment" },
  { name: "stock.warehouse", label: "Warehouse", abroad: "lager entrepot almacen magazzino magazijn armazem" },
  { name: "stock.lot", label: "Lot/Serial", words: "batch serial number" },
  { name: "stock.production.lot", label: "Lot/Serial", words: "batch serial number" },
  { name: "stock.scrap", label: "Scrap" },
  { name: "mrp.production", label: "Production Order", words: "manufacturing" },
  { name: "mrp.bom", label: "Bill of Material", words: "manufacturing component recipe" },
  { name: "mrp.workorder", label: "Work Order", words: "manufacturing" },
  { name: "project.project", label: "Project", abroad: "projekt projet proyecto progetto projeto" },
  {
    name: "project.task",
    label: "Task",
    words: "project todo ticket work",
    abroad: "aufgabe aufgaben tache taches tarea tareas attivita taak taken tarefa tarefas",
  },
  {
    name: "hr.employee",
    label: "Employee",
    words: "staff person worker colleague personnel",
    abroad:
      "mitarbeiter mitarbeiterin personal employe empleado empleados dipendente dipendenti werknemer medewerker " +
      "funcionario",
  },
  { name: "hr.employee.public", label: "Public Employee", words: "staff person colleague" },
  {
    name: "hr.department",
    label: "Department",
    words: "team",
    abroad: "abteilung departement departamento reparto afdeling",
  },
  { name: "hr.job", label: "Job Position", words: "vacancy opening recruitment" },
  { name: "hr.contract", label: "Contract", words: "salary wage" },
  {
    name: "hr.leave",
    label: "Time Off",
    words: "holiday vacation absence sick leave",
    abroad: "urlaub abwesenheit conge ausencia vacaciones ferie verlof",
  },
  { name: "hr.attendance", label: "Attendance", words: "presence check in" },
  { name: "hr.expense", label: "Expense", words: "cost receipt", abroad: "spesen depense frais gasto spesa onkosten" },
  { name: "hr.applicant", label: "Applicant", words: "candidate recruitment", abroad: "bewerber candidat candidato" },
  { name: "maintenance.request", label: "Maintenance Request", words: "equipment repair" },
  { name: "repair.order", label: "Repair Order" },
  { name: "fleet.vehicle", label: "Vehicle", words: "car fleet" },
  { name: "helpdesk.ticket", label: "Helpdesk Ticket", words: "support issue" },
  { name: "pos.order", label: "Point of Sale Orders", words: "shop till receipt" },
  { name: "event.event", label: "Event", words: "conference" },
  { name: "event.registration", label: "Event Registration", words: "attendee" },
  {
    name: "calendar.event",
    label: "Calendar Event",
    words: "meeting appointment",
    abroad: "termin termine rendez reunion",
  },
  { name: "mail.activity", label: "Activity", words: "todo reminder next step" },
  { name: "mail.message", label: "Message", words: "email note chatter comment" },
  { name: "crm.team", label: "Sales Team" },
  { name: "crm.stage", label: "CRM Stages", words: "pipeline" },
  {
    name: "res.users",
    label: "User",
    words: "login salesperson",
    abroad: "benutzer utilisateur usuario utente gebruiker",
  },
  {
    name: "res.company",
    label: "Companies",
    words: "own",
    abroad: "unternehmen firma societe empresa azienda bedrijf",
  },
  { name: "res.country", label: "Country", abroad: "land pays pais paese" },
  { name: "res.currency", label: "Currency", words: "exchange rate", abroad: "wahrung devise moneda valuta moeda" },
  { name: "uom.uom", label: "Product Unit of Measure" },
];
