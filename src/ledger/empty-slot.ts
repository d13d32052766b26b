import { slot } from "./layout";
import { type SlotMode, type SlotUnit, slotModes, slotUnits } from "./ledger";
import type { SlotFields, SlotRules } from "./slot-rules";

/** What a slot counts, and how far. */
export type SlotSpec = {
  /** Infinity when it only counts. */
  readonly allowance: number;
  readonly unit: SlotUnit;
  readonly mode: SlotMode;
};

/** Word offsets and values of what a slot is to count. */
export function specFields({ allowance, unit, mode }: SlotSpec): SlotFields {
  return [
    [slot.limit, allowance],
    [slot.allowance, allowance],
    [slot.unit, slotUnits.indexOf(unit)],
    [slot.mode, slotModes.indexOf(mode)],
  ];
}

/** Word offsets and values of a slot that has held and charged nothing. */
export function emptySlot({ emptyFields }: SlotRules, tag: number, spec: SlotSpec): SlotFields {
  return [[slot.tag, tag], [slot.holders, 0], [slot.past, 0], ...specFields(spec), ...emptyFields];
}
