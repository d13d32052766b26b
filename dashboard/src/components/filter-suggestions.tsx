import { classNames } from "#lib/class-names";
import { formatCompact } from "#lib/format-number";
import type { FilterOption } from "./filter-options";

type Props = {
  readonly id: string;
  readonly options: readonly FilterOption[];
  readonly current: number;
  readonly onChoose: (option: FilterOption) => void;
};

export function FilterSuggestions({ id, options, current, onChoose }: Props) {
  return (
    <ul
      id={id}
      role="listbox"
      aria-label="Suggestions"
      // The field keeps the focus while a line is pressed.
      onPointerDown={(event) => event.preventDefault()}
      className="popup scroll-thin absolute top-full left-0 z-20 mt-1 max-h-80 w-full max-w-md overflow-y-auto p-1"
    >
      {options.map((option, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: keys are heard by the field, which says which line is meant
        <li
          key={"name" in option ? option.name : `${option.filter.field}:${option.filter.value}`}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === current}
          tabIndex={-1}
          onClick={() => onChoose(option)}
          className={classNames("popup-item hover:bg-hover", index === current && "bg-active")}
        >
          <span className="min-w-0 flex-1 truncate">{option.label}</span>
          <span className="truncate text-sm text-faint">{noteOf(option)}</span>
        </li>
      ))}
      {options.length === 0 && <li className="px-2 py-1 text-muted">Type a value</li>}
    </ul>
  );
}

function noteOf(option: FilterOption): string {
  if ("name" in option) return option.help ?? `${option.name}:`;
  return option.count === undefined ? "" : formatCompact(option.count);
}
