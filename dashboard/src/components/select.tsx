import { classNames } from "#lib/class-names";

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
  readonly "aria-describedby"?: string;
  readonly "aria-invalid"?: true;
  readonly disabled?: boolean;
  readonly className?: string;
};

/** One of a few, by the browser's own list. Of many, or of names that somebody makes up: `Combobox`. */
export function Select<Value extends string>({ options, value, onChange, label, className, ...rest }: Props<Value>) {
  const choose = (chosen: string) => {
    const found = options.find((option) => option.value === chosen);
    if (found !== undefined) onChange(found.value);
  };
  return (
    <select
      {...rest}
      {...(label !== undefined && { "aria-label": label })}
      value={value}
      onChange={(event) => choose(event.target.value)}
      className={classNames("control select truncate", className)}
    >
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.note === undefined ? option.label : `${option.label} – ${option.note}`}
        </option>
      ))}
    </select>
  );
}
