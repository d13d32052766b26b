import { useId, useRef } from "react";
import type { Filter, FilterField, FilterValue } from "#lib/filters";
import { useShortcut } from "#lib/shortcuts";
import { FilterChip } from "./filter-chip";
import { FilterSuggestions } from "./filter-suggestions";
import { Icon } from "./icon";
import { useFilterInput } from "./use-filter-input";

type Props = {
  readonly fields: readonly FilterField[];
  readonly filters: readonly Filter[];
  readonly onChange: (filters: readonly Filter[]) => void;
  /** The field that text without a name is looked for in. */
  readonly textField?: string;
  readonly placeholder?: string;
  /** Hears which field values are wanted of, and what is typed of them, so that the page can ask for `values`. */
  readonly onTyping?: (field: string | undefined, typed: string) => void;
  readonly values?: readonly FilterValue[] | undefined;
};

/** Conditions as chips, and a field that completes names and values. `/` goes there, Backspace takes the last one away. */
export function FilterBar(props: Props) {
  const { fields, filters, onChange, placeholder = "Filter" } = props;
  const list = useId();
  const element = useRef<HTMLInputElement>(null);
  const { typed, open, setOpen, options, current, type, choose, onKeyDown } = useFilterInput(props, element);
  useShortcut("/", "Filter", () => element.current?.focus());
  return (
    <div className="relative min-w-0 flex-1">
      <div className="control flex h-auto min-h-7 flex-wrap items-center gap-1 py-0.5">
        <Icon name="filter" className="size-3.5 text-faint" />
        {filters.map((filter) => (
          <FilterChip
            key={`${filter.field}:${filter.value}`}
            filter={filter}
            field={fields.find(({ id }) => id === filter.field)}
            onRemove={() => onChange(filters.filter((each) => each !== filter))}
          />
        ))}
        <input
          ref={element}
          role="combobox"
          aria-label={placeholder}
          aria-expanded={open}
          aria-controls={list}
          aria-autocomplete="list"
          aria-activedescendant={open && options.length > 0 ? `${list}-${current}` : undefined}
          value={typed}
          placeholder={filters.length === 0 ? placeholder : ""}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => type(event.target.value)}
          onFocus={() => setOpen(true)}
          onClick={() => setOpen(true)}
          onBlur={() => setOpen(false)}
          onKeyDown={onKeyDown}
          className="h-5 min-w-24 flex-1 bg-transparent outline-none"
        />
        {filters.length > 0 && (
          <button
            type="button"
            onClick={() => onChange([])}
            className="rounded-sm px-1 text-sm text-muted hover:text-text"
          >
            Clear
          </button>
        )}
      </div>
      {open && <FilterSuggestions id={list} options={options} current={current} onChoose={choose} />}
    </div>
  );
}
