import type { SlotKind, SlotRef } from "#core/slot-ref";
import type { LedgerAdmin } from "#ledger/admin";
import type { SlotSpec } from "#ledger/empty-slot";
import { createSlotAllocator } from "#ledger/slot-allocator";
import type { ConfigStore } from "#store/config/config-store";
import type { StoredSlot } from "#store/config/stored-limit";

/**
 * Which slot of the ledger each limit and each virtual key's counter has. An owner is the id of either. What these calls
 * store belongs to the caller's transaction; the ledger is written in `apply`, after the commit, and never when `restore`
 * is called instead.
 */
export type LimitSlots = {
  /** The slots of these owners, in their order. An owner without one gets one. */
  readonly ensure: (needs: readonly SlotNeed[]) => Promise<readonly StoredSlot[]>;
  /** Gives up the slots of these owners; snapshots from `sequence` on do not name them. */
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

export type LimitSlotParts = {
  readonly store: Pick<ConfigStore, "settings" | "slots">;
  readonly ledger: Pick<LedgerAdmin, "initSlot" | "isSlotSet" | "readSlot">;
  readonly nowMs: () => number;
  /** The smallest sequence that every connected worker has; undefined while none is connected. */
  readonly acknowledged: () => number | undefined;
};

export async function createLimitSlots(parts: LimitSlotParts): Promise<LimitSlots> {
  const { store, ledger } = parts;
  let allocator = await storedAllocator(parts);
  /** What is to be written to the ledger, by slot. */
  const pending = new Map<number, { readonly ref: SlotRef; readonly spec: SlotSpec }>();
  /** Slots whose owners were ensured them. */
  let counted: number[] = [];

  const save = () => store.settings.setFact("slot_allocator", allocator.state());
  const allocate = async (needs: readonly SlotNeed[]): Promise<ReadonlyMap<string, StoredSlot>> => {
    const sequence = parts.acknowledged();
    if (sequence !== undefined) allocator.acknowledged(sequence);
    const createdAtMs = parts.nowMs();
    const made = new Map<string, StoredSlot>();
    for (const { owner, kind } of needs) made.set(owner, { ref: allocator.allocate(kind), createdAtMs });
    await save();
    await store.slots.put(made);
    return made;
  };
  const release = async (owners: readonly string[], sequence: number) => {
    const found = await store.slots.find(owners);
    const released = owners.filter((_, index) => found[index] !== undefined);
    if (released.length === 0) return;
    for (const slot of found) if (slot !== undefined) allocator.free(slot.ref, sequence);
    await store.slots.delete(released);
    await save();
  };
  return {
    ensure: async (needs) => {
      const known = await store.slots.find(needs.map(({ owner }) => owner));
      const missing = needs.filter((_, index) => known[index] === undefined);
      const made = missing.length === 0 ? none : await allocate(missing);
      return needs.map(({ owner, spec }, at) => {
        const slot = known[at] ?? made.get(owner);
        if (slot === undefined) throw new Error(`Cannot find the ledger slot of ${owner}: it was given none`);
        const { index, tag } = slot.ref;
        counted.push(index);
        // At a start most are as they should be.
        if (ledger.isSlotSet(index, tag, spec)) pending.delete(index);
        else pending.set(index, { ref: slot.ref, spec });
        return slot;
      });
    },
    release,
    beginCount: () => {
      counted = [];
    },
    releaseUncounted: async (sequence) => {
      // So it is with nearly every start, and a hundred thousand keys have many owners.
      if (counted.length === (await store.slots.count())) return;
      const needed = new Set(counted);
      const uncounted = (await store.slots.list()).filter(({ ref }) => !needed.has(ref.index));
      await release(
        uncounted.map(({ owner }) => owner),
        sequence,
      );
    },
    apply: () => {
      pending.forEach(({ ref, spec }) => void ledger.initSlot(ref.index, ref.tag, spec));
      pending.clear();
      counted = [];
    },
    restore: async () => {
      pending.clear();
      counted = [];
      allocator = await storedAllocator(parts);
    },
  };
}

const none: ReadonlyMap<string, StoredSlot> = new Map();

async function storedAllocator({ store, ledger }: LimitSlotParts) {
  const saved = await store.settings.fact("slot_allocator");
  return createSlotAllocator((slot) => ledger.readSlot(slot).holders, saved);
}

/** What counts a virtual key's requests. */
export function counterNeed(keyId: string): SlotNeed {
  return { owner: keyId, kind: "period", spec: counterSpec };
}

const counterSpec: SlotSpec = { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" };
