import { GatewayError } from "#core/errors";
import type { Settings, VirtualKey } from "#core/snapshot";
import type { Journal } from "#journal/journal";
import type { Ledger } from "#ledger/ledger";
import type { Reserved } from "./account";

/** Period of counters that never start anew. */
const allTime = 0;

/**
 * Claims room in the journal and a hold in the ledger: all or nothing. Throws `overloaded` when the journal cannot
 * take another record or too many requests are running.
 */
export function reserve(
  id: string,
  key: VirtualKey | undefined,
  settings: Settings,
  journal: Journal,
  ledger: Ledger,
): Reserved {
  const mayGoUnrecorded = settings.onJournalFailure === "continue";
  const claim = journal.claim();
  if (claim === undefined && !mayGoUnrecorded) {
    throw new GatewayError("overloaded", "Cannot take the request: the journal has no room for its record", {
      retryAfterS: 5,
    });
  }
  const entries = key === undefined ? [] : [{ slot: key.slot.index, tag: key.slot.tag, period: allTime, amount: 1 }];
  const reservation = ledger.reserve(id, entries);
  if (!reservation.ok) {
    if (claim !== undefined) journal.release(claim);
    throw new GatewayError("overloaded", "Cannot take the request: too many requests are running", { retryAfterS: 1 });
  }
  return { hold: reservation.hold, claim, mayGoUnrecorded };
}
