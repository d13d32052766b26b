import type { SlotKind } from "#core/slot-ref";
import type { LedgerAdmin } from "#ledger/admin";
import type { SlotSpec } from "#ledger/empty-slot";
import { createSlotAllocator } from "#ledger/slot-allocator";
import type { ConfigStore } from "#store/config/config-store";
import type { StoredSlot } from "#store/config/stored-limit";
import { createUndoableMap } from "./undoable-map";

/**
 * Which slot of the ledger each limit and each virtual key's counter has. An owner is the id of either. What these calls
 * store belongs to the caller's transaction; the ledger is written in `apply`, after the commit, and never when `restore`
 * is called instead.
 */
export type LimitSlots = {
  /** The slots of these owners, in their order. An owner without one gets one. */
  readonly ensure: (needs: readonly SlotNeed[]) => Promise<readonly StoredSlot[]>;
  /** Gives up the slots of these owners; snapshots from `sequence` on do not name them. */
  readonly release: (owners: Iterable<string>, sequence: number) => Promise<void>;
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

type Entry = StoredSlot & {
  /** What the ledger has of it; undefined until it was written. */
  spec: SlotSpec | undefined;
  /** The last count that it was in. */
  count: number;
};

export type LimitSlotParts = {
  readonly store: Pick<ConfigStore, "settings" | "slots">;
  readonly ledger: Pick<LedgerAdmin, "initSlot" | "readSlot">;
  readonly nowMs: () => number;
  /** The smallest sequence that every connected worker has; undefined while none is connected. */
  readonly acknowledged: () => number | undefined;
};

export async function createLimitSlots(parts: LimitSlotParts): Promise<LimitSlots> {
  const { store, ledger } = parts;
  const stored = await store.slots.list();
  const known = new Map<string, Entry>();
  for (const { owner, ref, createdAtMs } of stored) known.set(owner, { ref, createdAtMs, spec: undefined, count: 0 });
  const entries = createUndoableMap(known);
  let allocator = await storedAllocator(parts);
  /** What is to be written to the ledger. */
  let pending: { readonly entry: Entry; readonly spec: SlotSpec }[] = [];
  let count = 0;

  const save = () => store.settings.setFact("slot_allocator", allocator.state());
  const allocate = async (needs: readonly SlotNeed[]) => {
    const sequence = parts.acknowledged();
    if (sequence !== undefined) allocator.acknowledged(sequence);
    const createdAtMs = parts.nowMs();
    const made = new Map<string, Entry>();
    for (const { owner, kind } of needs) {
      made.set(owner, { ref: allocator.allocate(kind), createdAtMs, spec: undefined, count });
    }
    for (const [owner, entry] of made) entries.set(owner, entry);
    await save();
    await store.slots.put(made);
  };
  const release = async (owners: Iterable<string>, sequence: number) => {
    const released: string[] = [];
    for (const owner of owners) {
      const entry = entries.delete(owner);
      if (entry === undefined) continue;
      allocator.free(entry.ref, sequence);
      released.push(owner);
    }
    if (released.length === 0) return;
    await store.slots.delete(released);
    await save();
  };
  return {
    ensure: async (needs) => {
      const known = needs.map(({ owner }) => entries.get(owner));
      const missing = needs.filter((_, index) => known[index] === undefined);
      if (missing.length > 0) await allocate(missing);
      return needs.map(({ owner, spec }, index) => {
        const entry = known[index] ?? entries.get(owner);
        if (entry === undefined) throw new Error(`Cannot find the ledger slot of ${owner}: it was given none`);
        entry.count = count;
        if (!sameSpec(entry.spec, spec)) pending.push({ entry, spec });
        return entry;
      });
    },
    release,
    beginCount: () => {
      count += 1;
    },
    releaseUncounted: (sequence) =>
      release(
        entries.keysWhere((entry) => entry.count !== count),
        sequence,
      ),
    apply: () => {
      for (const { entry, spec } of pending) {
        ledger.initSlot(entry.ref.index, entry.ref.tag, spec);
        entry.spec = spec;
      }
      pending = [];
      entries.keep();
    },
    restore: async () => {
      pending = [];
      entries.undo();
      allocator = await storedAllocator(parts);
    },
  };
}

async function storedAllocator({ store, ledger }: LimitSlotParts) {
  const saved = await store.settings.fact("slot_allocator");
  return createSlotAllocator((slot) => ledger.readSlot(slot).holders, saved);
}

/** What counts a virtual key's requests. */
export function counterNeed(keyId: string): SlotNeed {
  return { owner: keyId, kind: "period", spec: counterSpec };
}

const counterSpec: SlotSpec = { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" };

function sameSpec(left: SlotSpec | undefined, right: SlotSpec): boolean {
  return left?.allowance === right.allowance && left.unit === right.unit && left.mode === right.mode;
}
