/** Products: code, name, category, type, price, cost. */
export const PRODUCTS: readonly [string, string, string, string, number, number][] = [
  ["DESK-OAK", "Oak Desk 160", "Desks", "product", 640, 388],
  ["DESK-STD", "Standing Desk", "Desks", "product", 890, 540],
  ["DESK-KID", "Folding Desk", "Desks", "product", 219, 121],
  ["DESK-MTG", "Meeting Table for Eight", "Desks", "product", 1450, 930],
  ["CHR-TASK", "Task Chair", "Chairs", "product", 285, 160],
  ["CHR-EXEC", "Lounge Chair", "Chairs", "product", 760, 455],
  ["CHR-STL", "Workshop Stool", "Chairs", "product", 95, 48],
  ["CHR-STK", "Stacking Chair", "Chairs", "product", 79, 37],
  ["STO-SHLF", "Bookshelf, Five Boards", "Storage", "product", 310, 184],
  ["STO-CAB", "Filing Cabinet", "Storage", "product", 260, 149],
  ["STO-LOCK", "Locker Row", "Storage", "product", 520, 330],
  ["STO-BOX", "Archive Box, Pack of 20", "Storage", "consu", 34, 15],
  ["LGT-DESK", "Desk Lamp", "Storage", "product", 69, 31],
  ["ACC-MAT", "Felt Desk Mat", "Storage", "consu", 29, 11],
  ["SRV-DEL", "Delivery and Assembly", "Services", "service", 120, 80],
  ["SRV-PLAN", "Office Planning, Day", "Services", "service", 780, 420],
  ["SRV-CARE", "Care Contract, Year", "Services", "service", 240, 90],
  ["SRV-OLD", "Removal of Old Furniture", "Services", "service", 150, 95],
];

export const CATEGORIES = ["Desks", "Chairs", "Storage", "Services"];

/** Pipeline stages: name, won, how many of the leads stand in it. */
export const STAGES: readonly [string, boolean, number][] = [
  ["New", false, 13],
  ["Qualified", false, 12],
  ["Proposition", false, 10],
  ["Won", true, 9],
];

/** What leads are about. */
export const SUBJECTS = [
  ...["New office for twelve", "Reading room chairs", "Reception desk", "Lockers for the staff room"],
  ...["Standing desks, pilot", "Showroom refit", "Care contract", "Meeting rooms, second floor"],
  ...["Archive shelves", "Replacement chairs", "Lobby furniture", "Home office packages"],
];

export const LOST_REASONS = ["Too expensive", "Chose another supplier", "Project stopped"];
export const LEAD_TAGS = ["Furniture", "Services", "Design", "Returning customer"];
