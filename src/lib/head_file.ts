/** The name of the file beside a ledger that knows its last line. Apart, because naming it must not load the ledger. */
export function headFile(file: string): string {
  return `${file}.head`;
}
