import { type SlotKind, type SlotRef, slotKindOf } from "#core/slot-ref";
import type { LedgerAdmin } from "#ledger/admin";
import { createSlotAllocator, type SlotAllocator } from "#ledger/slot-allocator";
import type { ConfigStore } from "#store/config/config-store";
import type { OwnedSlot } from "#store/config/repositories";
import type { StoredSlot } from "#store/config/stored-limit";

/**
 * Which owner has which slot, as it is stored. An owner that goes keeps its slot, with what was spent, its overrides and its
 * top-ups, and finds all of it again when it comes back under its id: a limit that is taken out of a file and put back gives
 * no money anew.
 */
export type SlotOwners = {
  /** The slots of these owners, in their order; who has none gets one. */
  readonly give: (needs: readonly OwnerNeed[]) => Promise<readonly StoredSlot[]>;
  /** These owners are gone; snapshots from `sequence` on do not name their slots. */
  readonly release: (owners: readonly string[], sequence: number) => Promise<void>;
  /** Goes back to what is stored. */
  readonly restore: () => Promise<void>;
};

export type SlotOwnerParts = {
  readonly store: Pick<ConfigStore, "settings" | "slots">;
  readonly ledger: Pick<LedgerAdmin, "readSlot">;
  readonly nowMs: () => number;
  /** The smallest sequence that every connected worker has; undefined while none is connected. */
  readonly acknowledged: () => number | undefined;
};

type OwnerNeed = { readonly owner: string; readonly kind: SlotKind };

/** Beyond so many the first that went are forgotten: each has 128 bytes of the ledger. */
const mostReleased = 100_000;

export async function createSlotOwners(parts: SlotOwnerParts): Promise<SlotOwners> {
  const { store } = parts;
  let allocator = await storedAllocator(parts);

  const save = () => store.settings.setFact("slot_allocator", allocator.state());
  const allocate = async (needs: readonly OwnerNeed[]): Promise<ReadonlyMap<string, StoredSlot>> => {
    const sequence = parts.acknowledged();
    if (sequence !== undefined) allocator.acknowledged(sequence);
    const createdAtMs = parts.nowMs();
    const made = new Map<string, StoredSlot>();
    for (const { owner, kind } of needs) made.set(owner, { ref: allocator.allocate(kind), createdAtMs });
    await save();
    await store.slots.put(made);
    return made;
  };
  const free = async (gone: readonly OwnedSlot[], sequence: number) => {
    if (gone.length === 0) return;
    for (const { ref } of gone) allocator.free(ref, sequence);
    await store.slots.delete(gone.map(({ owner }) => owner));
    await save();
  };
  return {
    give: async (needs) => {
      const known = await store.slots.find(needs.map(({ owner }) => owner));
      const missing = needs.filter((_, index) => known[index] === undefined);
      const made = missing.length === 0 ? none : await allocate(missing);
      const back = new Map<string, StoredSlot>();
      const given = needs.map(({ owner }, index) => {
        const slot = known[index] ?? made.get(owner);
        if (slot === undefined) throw new Error(`Cannot find the ledger slot of ${owner}: it was given none`);
        if (slot.releasedAtMs !== undefined) back.set(owner, { ref: slot.ref, createdAtMs: slot.createdAtMs });
        return slot;
      });
      if (back.size > 0) await store.slots.put(back);
      return given;
    },
    release: async (owners, sequence) => {
      const found = await store.slots.find(owners);
      const owned = owners.flatMap((owner, index) => {
        const slot = found[index];
        return slot === undefined || slot.releasedAtMs !== undefined ? [] : [{ ...slot, owner }];
      });
      const { true: kept = [], false: gone = [] } = Object.groupBy(owned, (slot) => `${mayComeBack(slot)}`);
      await free(gone, sequence);
      if (kept.length === 0) return;
      const releasedAtMs = parts.nowMs();
      await store.slots.put(new Map(kept.map(({ owner, ...slot }) => [owner, { ...slot, releasedAtMs }])));
      const released = await store.slots.released();
      await free(released.slice(0, Math.max(0, released.length - mostReleased)), sequence);
    },
    restore: async () => {
      allocator = await storedAllocator(parts);
    },
  };
}

/** Windows have forgotten in minutes what they counted, and keys that were made over the API never get their id again. */
function mayComeBack({ owner, ref }: { readonly owner: string; readonly ref: SlotRef }): boolean {
  return slotKindOf(ref.index) === "period" && !/^(?:key:)?[0-9a-f]{32}(?:\b|$)/.test(owner);
}

const none: ReadonlyMap<string, StoredSlot> = new Map();

async function storedAllocator({ store, ledger }: SlotOwnerParts): Promise<SlotAllocator> {
  const saved = await store.settings.fact("slot_allocator");
  return createSlotAllocator((slot) => ledger.readSlot(slot).holders, saved);
}
