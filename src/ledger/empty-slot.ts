import { slot } from "./layout";
import { slotModes, slotUnits } from "./ledger";
import type { SlotFields, SlotRules } from "./slot-rules";
import type { SlotSpec } from "./slot-spec";

/** Shows word offsets and values of what a slot is to count. A start asks for hundreds of thousands: no list is made. */
export function eachSpecField(
  { endFields }: SlotRules,
  spec: SlotSpec,
  show: (field: number, value: number) => void,
): void {
  const { allowance, unit, mode } = spec;
  show(slot.limit, allowance);
  show(slot.allowance, allowance);
  show(slot.unit, slotUnits.indexOf(unit));
  show(slot.mode, slotModes.indexOf(mode));
  for (const [field, value] of endFields(spec)) show(field, value);
}

export function specFields(rules: SlotRules, spec: SlotSpec): SlotFields {
  const fields: (readonly [number, number])[] = [];
  eachSpecField(rules, spec, (field, value) => void fields.push([field, value]));
  return fields;
}

/** Word offsets and values of a slot that has held and charged nothing. */
export function emptySlot(rules: SlotRules, tag: number, spec: SlotSpec): SlotFields {
  return [[slot.tag, tag], [slot.holders, 0], [slot.past, 0], ...rules.emptyFields, ...specFields(rules, spec)];
}
