import type { VirtualKey } from "#core/snapshot";
import type { Ledger } from "#ledger/ledger";

/** Whether a virtual key has ever had a request recorded, or has one running. One that cannot be looked at counts as used. */
export function createKeyUse(ledger: Pick<Ledger, "room">): (key: Pick<VirtualKey, "slot">) => boolean {
  return ({ slot: { index, tag } }) => {
    const room = ledger.room({ slot: index, tag, period: 0, amount: 1 });
    return room === undefined || room.charged + room.held > 0;
  };
}
