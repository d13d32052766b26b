import { type KeyboardEvent, type RefObject, useEffect, useState } from "react";
import type { Filter, FilterField, FilterValue } from "#lib/filters";
import { type FilterOption, filterOptions } from "./filter-options";

type Input = {
  readonly fields: readonly FilterField[];
  readonly filters: readonly Filter[];
  readonly onChange: (filters: readonly Filter[]) => void;
  readonly textField?: string;
  readonly onTyping?: (field: string | undefined, typed: string) => void;
  readonly values?: readonly FilterValue[] | undefined;
};

/** What is typed into a filter bar, what can be meant by it, and which of that the keys are on. */
export function useFilterInput(input: Input, element: RefObject<HTMLInputElement | null>) {
  const { fields, filters, onChange, onTyping } = input;
  const [typed, setTyped] = useState("");
  const [open, setOpen] = useState(false);
  const [place, setPlace] = useState(0);
  const colon = typed.indexOf(":");
  const named = colon < 0 ? undefined : fields.find((field) => isNamed(field, typed.slice(0, colon)));
  const rest = named === undefined ? typed : typed.slice(colon + 1).trimStart();
  const field = named?.id;
  useEffect(() => onTyping?.(field, rest), [onTyping, field, rest]);
  const options = filterOptions({ fields, named, rest, values: input.values, textField: input.textField });
  const current = Math.min(place, options.length - 1);
  const type = (text: string) => {
    setTyped(text);
    setPlace(0);
    setOpen(true);
  };
  const choose = (option: FilterOption | undefined) => {
    if (option === undefined) return;
    if ("name" in option) {
      type(`${option.name}:`);
    } else {
      onChange([...filters.filter((filter) => !isSame(filter, option.filter)), option.filter]);
      type("");
    }
    element.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) setPlace((current + step + options.length) % Math.max(1, options.length));
    if (step !== 0 || event.key === "Enter") event.preventDefault();
    if (event.key === "Enter") choose(options[current]);
    if (event.key === "Backspace" && typed === "") onChange(filters.slice(0, -1));
    if (event.key === "Escape") {
      setOpen(false);
      element.current?.blur();
    }
  };
  return { typed, open, setOpen, options, current, type, choose, onKeyDown };
}

function isNamed({ id, label }: FilterField, typed: string): boolean {
  const wanted = typed.trim().toLowerCase();
  return wanted === id.toLowerCase() || wanted === label.toLowerCase();
}

function isSame(a: Filter, b: Filter): boolean {
  return a.field === b.field && a.value === b.value;
}
