/** What a column holds: `false` is Odoo's empty, numbers stand for many2one too, lists for many2many. */
export type Value = boolean | number | string | readonly number[];

/** One record as stored. Never changed in place: a write puts a new row, so a kept snapshot stays true. */
export type Row = { readonly id: number } & { readonly [field: string]: Value };

/** The records of one model by id, in order of creation. */
export interface Table {
  rows: Map<number, Row>;
  nextId: number;
}

/** All tables of one demo company. */
export class Database {
  readonly #tables = new Map<string, Table>();

  /** The table of a model, made empty at the first use. */
  table(model: string): Table {
    let table = this.#tables.get(model);
    if (table === undefined) this.#tables.set(model, table = { rows: new Map(), nextId: 1 });
    return table;
  }

  /** Adds a row under the next id and answers that id. */
  insert(model: string, values: Readonly<Record<string, Value>>): number {
    const table = this.table(model);
    const id = table.nextId++;
    table.rows.set(id, { ...values, id });
    return id;
  }

  /** Changes some columns of an existing row. */
  update(model: string, id: number, values: Readonly<Record<string, Value>>): void {
    const rows = this.table(model).rows;
    const row = rows.get(id);
    if (row !== undefined) rows.set(id, { ...row, ...values, id });
  }

  /**
   * Runs a change and takes all of it back if it throws, as Odoo rolls back a failed call. Used ids stay used, like
   * PostgreSQL's sequences.
   */
  transaction<T>(change: () => T): T {
    const before = [...this.#tables.values()].map((table) => ({ table, rows: new Map(table.rows) }));
    try {
      return change();
    } catch (error) {
      for (const { table, rows } of before) table.rows = rows;
      throw error;
    }
  }
}
