/** What an action does beyond its own record, as plans say it. */
export type Consequence = "mail" | "entries" | "valuation";

/** {@link Consequence} in a plan's words. */
export const CONSEQUENCES: Readonly<Record<Consequence, string>> = {
  mail: "it may send mail to customers, followers or employees, as this Odoo is set up",
  entries: "it posts journal entries",
  valuation: "it may post journal entries, where stock is valued automatically",
};

/** An action of Odoo's own applications that agents may run, and what it does in a person's words. */
export interface DefaultAction {
  model: string;
  action: string;
  does: string;
  /** A field of the models that have it; in some versions another action does its work. */
  field?: string;
  /** A field of the models that do not have it any more. */
  noField?: string;
  /** Values of `state` from which some version takes it, as its form shows the button; absent: from any. */
  from?: readonly string[];
  /** The value of `state` it leads to when it is finished, where that is one on every version. */
  to?: string;
  tells?: readonly Consequence[];
  /** What it leaves behind beside the records, for its answer. */
  leaves?: string;
  /** The named arguments it takes; absent: none. Those named like a field of the model hold its values. */
  args?: readonly string[];
  /** No method: a button that opens this wizard on the records. */
  opens?: string;
}
