import type { SlotKind, SlotRef } from "#core/slot-ref";
import type { LedgerAdmin } from "#ledger/admin";
import type { SlotSpec } from "#ledger/slot-spec";
import type { StoredSlot } from "#store/config/stored-limit";
import { createSlotOwners, type SlotOwnerParts } from "./slot-owners";

/**
 * Which slot of the ledger each limit and each virtual key's counter has. An owner is the id of either. What these calls
 * store belongs to the caller's transaction; the ledger is written in `apply`, after the commit, and never when `restore`
 * is called instead.
 */
export type LimitSlots = {
  /** The slots of these owners, in their order. An owner without one gets one. */
  readonly ensure: (needs: readonly SlotNeed[]) => Promise<readonly StoredSlot[]>;
  /**
   * Gives up the slots of these owners; snapshots from `sequence` on do not name them. An owner that comes back under its id
   * finds its slot again, with what was spent.
   */
  readonly release: (owners: readonly string[], sequence: number) => Promise<void>;
  /** Begins to count the owners that are ensured a slot. */
  readonly beginCount: () => void;
  /** Gives up the slots of all owners that were not counted. */
  readonly releaseUncounted: (sequence: number) => Promise<void>;
  /** Writes what was committed to the ledger. */
  readonly apply: () => void;
  /** Goes back to what is stored, after the transaction of the other calls was undone. */
  readonly restore: () => Promise<void>;
};

export type SlotNeed = { readonly owner: string; readonly kind: SlotKind; readonly spec: SlotSpec };

export type LimitSlotParts = SlotOwnerParts & {
  readonly ledger: Pick<LedgerAdmin, "initSlot" | "isSlotSet">;
};

export async function createLimitSlots(parts: LimitSlotParts): Promise<LimitSlots> {
  const { store, ledger } = parts;
  const owners = await createSlotOwners(parts);
  /** What is to be written to the ledger, by slot. */
  const pending = new Map<number, { readonly ref: SlotRef; readonly spec: SlotSpec }>();
  /** Slots whose owners were ensured them. */
  let counted: number[] = [];

  return {
    ensure: async (needs) => {
      const given = await owners.give(needs);
      let at = 0;
      for (const { ref } of given) {
        const spec = needs[at++]?.spec;
        if (spec === undefined) continue;
        counted.push(ref.index);
        // At a start most are as they should be.
        if (ledger.isSlotSet(ref.index, ref.tag, spec)) pending.delete(ref.index);
        else pending.set(ref.index, { ref, spec });
      }
      return given;
    },
    release: owners.release,
    beginCount: () => {
      counted = [];
    },
    releaseUncounted: async (sequence) => {
      // So it is with nearly every start, and a hundred thousand keys have many owners.
      if (counted.length === (await store.slots.count())) return;
      const needed = new Set(counted);
      const uncounted = (await store.slots.list()).filter(({ ref }) => !needed.has(ref.index));
      await owners.release(
        uncounted.map(({ owner }) => owner),
        sequence,
      );
    },
    apply: () => {
      for (const { ref, spec } of pending.values()) ledger.initSlot(ref.index, ref.tag, spec);
      pending.clear();
      counted = [];
    },
    restore: async () => {
      pending.clear();
      counted = [];
      await owners.restore();
    },
  };
}

/** What counts a virtual key's requests. */
export function counterNeed(keyId: string): SlotNeed {
  return { owner: keyId, kind: "period", spec: counterSpec };
}

const counterSpec: SlotSpec = { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" };
