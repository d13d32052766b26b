import { firstWindowSlot, type SlotKind, type SlotRef, slotKindOf } from "#core/slot-ref";

/** Plain data, for the control plane's store. */
export type SlotAllocatorState = {
  readonly nextSlot: number;
  /** Absent in what was stored before there were windows. */
  readonly nextWindow?: number;
  readonly nextTag: number;
  /** Of both kinds. */
  readonly free: readonly number[];
  readonly retired: readonly RetiredSlot[];
};

/** `sequence`: of the first snapshot that does not name the slot any more. */
export type RetiredSlot = { readonly slot: number; readonly sequence: number };

export type SlotAllocator = {
  /** A slot that no running request can mean, under a tag never used before. `initSlot` comes next. */
  readonly allocate: (kind: SlotKind) => SlotRef;
  /** Gives a slot back that snapshots from `sequence` on do not name. */
  readonly free: (ref: SlotRef, sequence: number) => void;
  /** The smallest sequence that all connected workers, draining ones too, have acknowledged. */
  readonly acknowledged: (sequence: number) => void;
  readonly state: () => SlotAllocatorState;
};

/** @param holders Running requests that hold something in a slot: `readSlot(slot).holders`. */
export function createSlotAllocator(
  holders: (slot: number) => number,
  saved: SlotAllocatorState = { nextSlot: 0, nextTag: 1, free: [], retired: [] },
): SlotAllocator {
  let { nextTag } = saved;
  const next = { period: saved.nextSlot, window: saved.nextWindow ?? firstWindowSlot };
  const free: { readonly [kind in SlotKind]: number[] } = { period: [], window: [] };
  for (const slot of saved.free) free[slotKindOf(slot)].push(slot);
  let retired = [...saved.retired];
  /** Slots without an owner, free or retired. */
  const idle = new Set([...saved.free, ...retired.map(({ slot }) => slot)]);
  let acknowledged = 0;

  const reclaim = () => {
    const waiting: RetiredSlot[] = [];
    for (const entry of retired) {
      const reusable = entry.sequence <= acknowledged && holders(entry.slot) === 0;
      if (reusable) free[slotKindOf(entry.slot)].push(entry.slot);
      else waiting.push(entry);
    }
    retired = waiting;
  };
  return {
    allocate: (kind) => {
      if (free[kind].length === 0) reclaim();
      const index = free[kind].shift() ?? next[kind]++;
      idle.delete(index);
      return { index, tag: nextTag++ };
    },
    free: ({ index }, sequence) => {
      if (idle.has(index)) return;
      idle.add(index);
      retired.push({ slot: index, sequence });
    },
    acknowledged: (sequence) => {
      acknowledged = sequence;
    },
    state: () => ({
      nextSlot: next.period,
      nextWindow: next.window,
      nextTag,
      free: [...free.period, ...free.window],
      retired: [...retired],
    }),
  };
}
