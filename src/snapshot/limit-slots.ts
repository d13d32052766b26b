import type { SlotKind } from "#core/slot-ref";
import type { LedgerAdmin } from "#ledger/admin";
import type { SlotSpec } from "#ledger/empty-slot";
import { createSlotAllocator } from "#ledger/slot-allocator";
import type { ConfigStore } from "#store/config/config-store";
import type { StoredSlot } from "#store/config/stored-limit";

/**
 * Which slot of the ledger each limit and each virtual key's counter has. What these calls store belongs to the
 * caller's transaction; the ledger hears of it in `apply`, after the commit, and never when `restore` is called instead.
 */
export type LimitSlots = {
  /** The slots of these owners, in their order. Who has none gets one; what the ledger has yet to be told is noted. */
  readonly ensure: (needs: readonly SlotNeed[]) => Promise<readonly StoredSlot[]>;
  /** Gives up the slots of these owners; snapshots from `sequence` on do not name them. */
  readonly release: (owners: Iterable<string>, sequence: number) => Promise<void>;
  /** From now on owners are counted who are ensured a slot. */
  readonly beginCount: () => void;
  /** Gives up the slots of all owners who were not counted. */
  readonly releaseUncounted: (sequence: number) => Promise<void>;
  /** Tells the ledger what was committed. */
  readonly apply: () => void;
  /** Goes back to what is stored, after the transaction of the other calls was undone. */
  readonly restore: () => Promise<void>;
};

export type SlotNeed = { readonly owner: string; readonly kind: SlotKind; readonly spec: SlotSpec };

type Entry = StoredSlot & {
  /** What the ledger was told; undefined until then. */
  spec: SlotSpec | undefined;
  /** The last count that it was in. */
  count: number;
};

export type LimitSlotParts = {
  readonly store: ConfigStore;
  readonly ledger: Pick<LedgerAdmin, "initSlot" | "readSlot">;
  readonly nowMs: () => number;
  /** The smallest sequence that every connected worker has; undefined while none is connected. */
  readonly acknowledged: () => number | undefined;
};

export async function createLimitSlots({ store, ledger, nowMs, acknowledged }: LimitSlotParts): Promise<LimitSlots> {
  const storedAllocator = async () => {
    const saved = await store.settings.fact("slot_allocator");
    return createSlotAllocator((slot) => ledger.readSlot(slot).holders, saved);
  };
  const entries = new Map<string, Entry>();
  for (const { owner, ref, createdAtMs } of await store.slots.list())
    entries.set(owner, { ref, createdAtMs, spec: undefined, count: 0 });
  let allocator = await storedAllocator();
  /** What the ledger has yet to be told. */
  let pending: { readonly entry: Entry; readonly spec: SlotSpec }[] = [];
  let count = 0;
  /** What `restore` has to take back. */
  const undo: (() => void)[] = [];

  const save = () => store.settings.setFact("slot_allocator", allocator.state());
  const allocate = async (needs: readonly SlotNeed[]) => {
    const sequence = acknowledged();
    if (sequence !== undefined) allocator.acknowledged(sequence);
    const createdAtMs = nowMs();
    const made = new Map<string, Entry>();
    for (const { owner, kind } of needs) {
      made.set(owner, { ref: allocator.allocate(kind), createdAtMs, spec: undefined, count });
    }
    for (const [owner, entry] of made) entries.set(owner, entry);
    undo.push(() => {
      for (const owner of made.keys()) entries.delete(owner);
    });
    await save();
    await store.slots.put(made);
  };
  const release: LimitSlots["release"] = async (owners, sequence) => {
    const released: [string, Entry][] = [];
    for (const owner of owners) {
      const entry = entries.get(owner);
      if (entry !== undefined) released.push([owner, entry]);
    }
    if (released.length === 0) return;
    for (const [owner, { ref }] of released) {
      entries.delete(owner);
      allocator.free(ref, sequence);
    }
    undo.push(() => {
      for (const [owner, entry] of released) entries.set(owner, entry);
    });
    await store.slots.delete(released.map(([owner]) => owner));
    await save();
  };
  return {
    ensure: async (needs) => {
      const found = needs.map(({ owner }) => entries.get(owner));
      const missing = needs.filter((_, index) => found[index] === undefined);
      if (missing.length > 0) await allocate(missing);
      return needs.map(({ owner, spec }, index) => {
        const entry = found[index] ?? entries.get(owner);
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
    releaseUncounted: async (sequence) => {
      const uncounted: string[] = [];
      entries.forEach((entry, owner) => {
        if (entry.count !== count) uncounted.push(owner);
      });
      await release(uncounted, sequence);
    },
    apply: () => {
      for (const { entry, spec } of pending) {
        ledger.initSlot(entry.ref.index, entry.ref.tag, spec);
        entry.spec = spec;
      }
      pending = [];
      undo.length = 0;
    },
    restore: async () => {
      pending = [];
      for (const takeBack of undo.splice(0).reverse()) takeBack();
      allocator = await storedAllocator();
    },
  };
}

/** What counts a virtual key's requests. */
export function counterNeed(keyId: string): SlotNeed {
  return { owner: keyId, kind: "period", spec: counterSpec };
}

const counterSpec: SlotSpec = { allowance: Number.POSITIVE_INFINITY, unit: "count", mode: "hard" };

function sameSpec(left: SlotSpec | undefined, right: SlotSpec): boolean {
  return left?.allowance === right.allowance && left.unit === right.unit && left.mode === right.mode;
}
