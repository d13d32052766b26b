import type { Charge } from "#core/record";
import { slotKindOf } from "#core/slot-ref";

/**
 * The period that a charge is summed up under. Of windows only the total is kept, as period 0: their sixteenths are
 * numbered on a clock that a boot starts anew.
 */
export function chargedPeriod({ slot, period }: Charge): number {
  return slotKindOf(slot) === "window" ? 0 : period;
}

/** Newest periods of a slot that stay apart: the ledger tells two apart, and late records may charge the one before. */
export const keptPeriods = 3;
