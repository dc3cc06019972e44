/** Countries: code, name, calling code, currency. */
export const COUNTRIES: readonly [string, string, number, string][] = [
  ["BE", "Belgium", 32, "EUR"],
  ["FR", "France", 33, "EUR"],
  ["DE", "Germany", 49, "EUR"],
  ["NL", "Netherlands", 31, "EUR"],
  ["GB", "United Kingdom", 44, "GBP"],
  ["US", "United States", 1, "USD"],
  ["JP", "Japan", 81, "JPY"],
];

/** States: code, name, country. */
export const STATES: readonly [string, string, string][] = [
  ["CA", "California", "US"],
  ["NY", "New York", "US"],
  ["WA", "Washington", "US"],
  ["BY", "Bavaria", "DE"],
];

/**
 * Customers: name, country, city, zip, tag, then people as `Name/Job`. Brightwater Cycles and Brightwater Cycling differ
 * on purpose: a name alone does not always say who is meant.
 */
export const CUSTOMERS: readonly [string, string, string, string, string, ...string[]][] = [
  ["Brightwater Cycles", "BE", "Ghent", "9000", "Retail", "Elin Sandvoort/Buyer", "Joris Maeckel/Director"],
  ["Brightwater Cycling", "GB", "Leeds", "LS1 4AP", "Retail", "Harriet Quill/Buyer"],
  ["Kestrel & Vane Architects", "GB", "Bristol", "BS1 5TR", "Studio", "Imogen Vane/Partner"],
  ["Maison Corvelle", "FR", "Lyon", "69002", "Hotel", "Bastien Corvelle/Owner", "Noor Attali/Accounts"],
  ["Atelier Rougemer", "FR", "Nantes", "44000", "Studio", "Colette Rougemer/Owner"],
  ["Hotel Zandloper", "BE", "Ostend", "8400", "Hotel", "Wim Zandloper/Manager"],
  ["Dorfblick Verlag", "DE", "Munich", "80331", "Office", "Annika Dorfblick/Purchasing"],
  ["Nordlicht Praxis", "DE", "Hamburg", "20095", "Office", "Dr. Malte Ehrenspeck/Physician"],
  ["Tulpwerk", "NL", "Utrecht", "3511", "Studio", "Saskia Tulp/Designer"],
  ["Bluefern Libraries", "US", "Seattle", "98101", "Office", "Marcus Oyelaran/Head of Facilities"],
  ["Copperline Coffee", "US", "Brooklyn", "11201", "Retail", "Dana Whitlow/Operations", "Theo Marsh/Accounts"],
  ["Sundial Clinics", "US", "San Diego", "92101", "Office", "Priya Raman/Facilities"],
  ["Hoshizora Design", "JP", "Kyoto", "600-8001", "Studio", "Aoi Hoshizora/Director"],
  ["Kawabe Ryokan", "JP", "Kanazawa", "920-0853", "Hotel", "Ren Kawabe/Owner"],
];

/** Suppliers: name, country, city. */
export const SUPPLIERS: readonly [string, string, string][] = [
  ["Ardenne Sawmill", "BE", "Bastogne"],
  ["Fjellstoff Textiles", "DE", "Bremen"],
  ["Quickpine Logistics", "NL", "Rotterdam"],
];

/** People who work here: login, name, job. The order gives the user ids of `USER_IDS`. */
export const STAFF: readonly [string, string, string][] = [
  ["admin", "Nadia Verhoeven", "Managing Director"],
  ["demo", "Tomas Lindqvist", "Salesperson"],
  ["limited", "Aiko Brandt", "Warehouse"],
  ["owen", "Owen Castellane", "Salesperson"],
];
