import { isoLocal, knownZone } from "../ask/mod.ts";
import { Failure } from "../lib/failure.ts";
import type { Odoo } from "../odoo/mod.ts";
import type { ChangeOptions } from "./plan.ts";
import type { UndoImage } from "./undo_image.ts";
import type { UndoOffer } from "./undo_keeper.ts";

/**
 * The `undo` part of an answer: nothing where undo is off or there is nothing to undo. The change has happened, so what
 * fails here is told as a reason, never as a failure.
 */
export async function offerUndo(
  odoo: Odoo,
  options: ChangeOptions,
  look: () => Promise<UndoImage | null>,
): Promise<{ undo?: UndoOffer }> {
  if (options.undo === undefined) return {};
  try {
    const image = await look();
    const steps = (image?.steps ?? []).filter(({ records }) => records.length > 0);
    if (image === null || (steps.length === 0 && image.lost === undefined)) return {};
    if (steps.length === 0) return { undo: { impossible: image.lost!.join("; ") } };
    const { company, timeZone } = await odoo.user();
    const offer = await options.undo.keep({ ...image, steps, company: company.id });
    if ("impossible" in offer) return { undo: offer };
    return { undo: { ...offer, until: isoLocal(Date.parse(offer.until), knownZone(timeZone)) } };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { undo: { impossible: `what was there before could not be read: ${error.message}` } };
  }
}
