import { periodCell, periodSlot, slot, windowSlot } from "./layout";
import { type SlotMode, type SlotUnit, slotModes, slotUnits } from "./ledger";
import { forgottenWindow } from "./window-slot";

/** What a slot counts, and how far. */
export type SlotSpec = {
  /** Infinity when it only counts. */
  readonly allowance: number;
  readonly unit: SlotUnit;
  readonly mode: SlotMode;
};

type Fields = readonly (readonly [field: number, value: number])[];

/** Word offsets and values of what a slot is to count. */
export function specFields({ allowance, unit, mode }: SlotSpec): Fields {
  return [
    [slot.limit, allowance],
    [slot.allowance, allowance],
    [slot.unit, slotUnits.indexOf(unit)],
    [slot.mode, slotModes.indexOf(mode)],
  ];
}

/** Word offsets and values of a slot that has held and charged nothing. */
export function emptySlot(kind: "period" | "window", tag: number, spec: SlotSpec): Fields {
  const counts: Fields = [
    [slot.tag, tag],
    [slot.holders, 0],
    [slot.past, 0],
  ];
  const own = kind === "period" ? emptyCells : [[windowSlot.held, 0] as const, ...forgottenWindow()];
  return [...counts, ...specFields(spec), ...own];
}

const emptyCells: Fields = periodSlot.cells.flatMap((start) => [
  [start + periodCell.period, -1] as const,
  [start + periodCell.charged, 0] as const,
  [start + periodCell.held, 0] as const,
]);
