import { type ReactNode, useId } from "react";

type Props = {
  readonly label: ReactNode;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly help?: ReactNode;
  readonly disabled?: boolean;
};

export function Checkbox({ label, checked, onChange, help, disabled = false }: Props) {
  const id = useId();
  return (
    <div className="flex items-start gap-2">
      <input
        id={id}
        type="checkbox"
        checked={checked}
        disabled={disabled}
        onChange={(event) => onChange(event.target.checked)}
        className="mt-[3px] size-3.5 shrink-0 accent-accent"
      />
      <label htmlFor={id} className="min-w-0">
        {label}
        {help !== undefined && <span className="block text-sm text-muted">{help}</span>}
      </label>
    </div>
  );
}
