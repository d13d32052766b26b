import { Autocomplete } from "@base-ui/react/autocomplete";
import type { Option } from "./select";

type Props = {
  readonly options: readonly Option<string>[];
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Hears of a suggestion that was taken, beside `onChange`. */
  readonly onTake?: (value: string) => void;
  readonly placeholder?: string;
  readonly focused?: boolean;
  /** Set where the options are what was found for the text: all of them fit. */
  readonly searched?: boolean;
  readonly label?: string;
  readonly id?: string;
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
};

/** Text with suggestions; what is not among them is taken too. */
export function Combobox({
  options,
  value,
  onChange,
  onTake,
  label,
  placeholder,
  searched = false,
  focused = false,
  ...control
}: Props) {
  return (
    <Autocomplete.Root
      items={options}
      {...(searched && { filter: null })}
      value={value}
      onValueChange={(next, { reason }) => {
        onChange(next);
        if (reason === "item-press") onTake?.(next);
      }}
      itemToStringValue={(option: Option<string>) => option.value}
      openOnInputClick
    >
      <Autocomplete.Input
        {...control}
        {...(label !== undefined && { "aria-label": label })}
        {...(placeholder !== undefined && { placeholder })}
        spellCheck={false}
        autoFocus={focused}
        className="control w-full"
      />
      <Autocomplete.Portal>
        <Autocomplete.Positioner sideOffset={4} className="z-50">
          <Autocomplete.Popup className="popup scroll-thin max-h-[min(320px,var(--available-height))] w-[max(var(--anchor-width),240px)] overflow-y-auto p-1 data-[empty]:hidden">
            <Autocomplete.List>
              {(option: Option<string>) => (
                <Autocomplete.Item key={option.value} value={option} className="popup-item">
                  <span className="truncate">{option.label}</span>
                  {option.note !== undefined && (
                    <span className="ml-auto pl-4 text-sm whitespace-nowrap text-faint">{option.note}</span>
                  )}
                </Autocomplete.Item>
              )}
            </Autocomplete.List>
          </Autocomplete.Popup>
        </Autocomplete.Positioner>
      </Autocomplete.Portal>
    </Autocomplete.Root>
  );
}
