import { Select as Primitive } from "@base-ui/react/select";
import { classNames } from "#lib/class-names";
import { Icon } from "./icon";

export type Option<Value extends string> = {
  readonly value: Value;
  readonly label: string;
  readonly note?: string | undefined;
};

type Props<Value extends string> = {
  readonly options: readonly Option<Value>[];
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** For screen readers, where no `Field` labels it. */
  readonly label?: string;
  readonly id?: string;
  readonly disabled?: boolean;
  readonly className?: string;
};

/** One of a few. Of many, or of names that somebody makes up: `Combobox`. */
export function Select<Value extends string>({ options, value, onChange, label, className, ...rest }: Props<Value>) {
  const current = options.find((option) => option.value === value);
  return (
    <Primitive.Root
      items={options}
      value={value}
      onValueChange={(next: Value | null) => next !== null && onChange(next)}
      {...(rest.disabled !== undefined && { disabled: rest.disabled })}
    >
      <Primitive.Trigger
        {...rest}
        {...(label !== undefined && { "aria-label": label })}
        className={classNames("control inline-flex items-center justify-between gap-1 text-left", className)}
      >
        <span className="truncate">{current?.label ?? value}</span>
        <Icon name="down" className="-mr-1 size-3.5 text-faint" />
      </Primitive.Trigger>
      <Primitive.Portal>
        <Primitive.Positioner sideOffset={4} alignItemWithTrigger={false} className="z-50">
          <Primitive.Popup className="popup scroll-thin max-h-[min(360px,var(--available-height))] min-w-[var(--anchor-width)] overflow-y-auto p-1">
            {options.map((option) => (
              <Primitive.Item key={option.value} value={option.value} className="popup-item">
                <Primitive.ItemIndicator keepMounted className="invisible size-4 data-[selected]:visible">
                  <Icon name="check" />
                </Primitive.ItemIndicator>
                <Primitive.ItemText>{option.label}</Primitive.ItemText>
                {option.note !== undefined && <span className="ml-auto pl-4 text-sm text-faint">{option.note}</span>}
              </Primitive.Item>
            ))}
          </Primitive.Popup>
        </Primitive.Positioner>
      </Primitive.Portal>
    </Primitive.Root>
  );
}
