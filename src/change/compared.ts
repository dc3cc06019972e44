/** Types of fields whose values read back tell whether they are those that were sent. */
export const COMPARED = [
  "char",
  "text",
  "integer",
  "float",
  "monetary",
  "boolean",
  "date",
  "datetime",
  "selection",
  "many2one",
];
