import { useRef } from "react";
import { useShortcut } from "#lib/shortcuts";
import { Icon } from "./icon";

type Props = {
  /** For screen readers: `Filter routes`. */
  readonly label: string;
  readonly placeholder: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

/** Text that narrows a list, where it has no other fields: `FilterBar` looks the same. `/` goes there. */
export function SearchField({ label, placeholder, value, onChange }: Props) {
  const field = useRef<HTMLInputElement>(null);
  useShortcut("/", "Filter", () => field.current?.focus());
  return (
    <div className="control flex h-auto min-h-7 min-w-40 flex-1 items-center gap-1 py-0.5">
      <Icon name="filter" className="size-3.5 text-faint" />
      <input
        ref={field}
        type="search"
        aria-label={label}
        placeholder={placeholder}
        spellCheck={false}
        value={value}
        onChange={(event) => onChange(event.target.value)}
        className="h-5 min-w-0 flex-1 bg-transparent outline-none"
      />
    </div>
  );
}
