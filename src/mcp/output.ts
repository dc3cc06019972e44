/** The answer shapes that several tools share. */
import * as z from "zod";

/** A list: columns once, rows as arrays. Kept to the essential, because every tool's listing pays for it in tokens. */
export const table = z.object({ columns: z.array(z.unknown()), rows: z.array(z.array(z.unknown())) });
