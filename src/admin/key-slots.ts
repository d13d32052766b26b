import type { SlotRef } from "#core/snapshot";
import type { LedgerAdmin } from "#ledger/admin";
import { createSlotAllocator, type SlotAllocatorState } from "#ledger/slot-allocator";
import type { ConfigStore } from "#store/config/config-store";

/** Which ledger slot each virtual key counts in. */
export type KeySlots = {
  /** Gives a slot to every one of these keys that has none. */
  readonly allocate: (keyIds: readonly string[]) => Promise<void>;
  /** The slot of a key that was allocated one. */
  readonly slotOf: (keyId: string) => SlotRef;
  /** Gives up the slots of these keys; snapshots from `sequence` on do not name them. */
  readonly release: (keyIds: readonly string[], sequence: number) => Promise<void>;
  /** Gives up the slots of all other keys. */
  readonly keepOnly: (keyIds: ReadonlySet<string>, sequence: number) => Promise<void>;
};

/** @param acknowledged The smallest sequence that every connected worker has; undefined while none is connected. */
export async function createKeySlots(
  store: ConfigStore,
  ledger: LedgerAdmin,
  acknowledged: () => number | undefined,
): Promise<KeySlots> {
  const saved = await store.fact("slot_allocator");
  const state: SlotAllocatorState | undefined = saved === undefined ? undefined : JSON.parse(saved);
  const allocator = createSlotAllocator((slot) => ledger.readSlot(slot).holders, state);
  const refs = new Map(await store.slots());
  for (const { index, tag } of refs.values()) ledger.initSlot(index, tag, Number.POSITIVE_INFINITY);

  const save = () => store.setFact("slot_allocator", JSON.stringify(allocator.state()));
  const release: KeySlots["release"] = async (keyIds, sequence) => {
    const held = keyIds.filter((keyId) => refs.has(keyId));
    if (held.length === 0) return;
    for (const keyId of held) {
      const ref = refs.get(keyId);
      refs.delete(keyId);
      if (ref !== undefined) allocator.free(ref, sequence);
    }
    await store.deleteSlots(held);
    await save();
  };
  return {
    allocate: async (keyIds) => {
      const missing = keyIds.filter((keyId) => !refs.has(keyId));
      if (missing.length === 0) return;
      const sequence = acknowledged();
      if (sequence !== undefined) allocator.acknowledged(sequence);
      const made = new Map(missing.map((keyId) => [keyId, allocator.allocate()]));
      // Stored before they are used: a crash in between wastes slots but never gives one to two keys.
      await save();
      await store.putSlots(made);
      for (const [keyId, ref] of made) {
        ledger.initSlot(ref.index, ref.tag, Number.POSITIVE_INFINITY);
        refs.set(keyId, ref);
      }
    },
    slotOf: (keyId) => {
      const ref = refs.get(keyId);
      if (ref === undefined) throw new Error(`Cannot find the ledger slot of virtual key ${keyId}: it was given none`);
      return ref;
    },
    release,
    keepOnly: (keyIds, sequence) =>
      release(
        [...refs.keys()].filter((keyId) => !keyIds.has(keyId)),
        sequence,
      ),
  };
}
