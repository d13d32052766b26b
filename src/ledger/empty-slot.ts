import { slot } from "./layout";
import { slotModes, slotUnits } from "./ledger";
import type { SlotFields, SlotRules } from "./slot-rules";
import type { SlotSpec } from "./slot-spec";

/** Word offsets and values of what a slot is to count. */
export function specFields({ endFields }: SlotRules, spec: SlotSpec): SlotFields {
  const { allowance, unit, mode } = spec;
  return [
    [slot.limit, allowance],
    [slot.allowance, allowance],
    [slot.unit, slotUnits.indexOf(unit)],
    [slot.mode, slotModes.indexOf(mode)],
    ...endFields(spec),
  ];
}

/** Word offsets and values of a slot that has held and charged nothing. */
export function emptySlot(rules: SlotRules, tag: number, spec: SlotSpec): SlotFields {
  return [[slot.tag, tag], [slot.holders, 0], [slot.past, 0], ...rules.emptyFields, ...specFields(rules, spec)];
}
