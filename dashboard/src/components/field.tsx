import { type ReactNode, useId } from "react";
import { useProblemOf } from "./field-problems";

type Control = { readonly id: string; readonly "aria-describedby"?: string; readonly "aria-invalid"?: true };

type Props = {
  readonly label: string;
  /** The field's path in the API, such as `limit_usd`: its error stands below. */
  readonly name?: string | undefined;
  readonly help?: ReactNode;
  readonly optional?: boolean;
  readonly error?: string | undefined;
  readonly children: (control: Control) => ReactNode;
};

/** A label, a control, and below it help or what is wrong. */
export function Field({ label, name, help, optional = false, error, children }: Props) {
  const id = useId();
  const problem = useProblemOf(name);
  const wrong = error ?? problem;
  const note = wrong ?? help;
  const control: Control = {
    id,
    ...(note !== undefined && { "aria-describedby": `${id}-note` }),
    ...(wrong !== undefined && { "aria-invalid": true }),
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <label htmlFor={id} className="font-medium">
        {label}
        {optional && <span className="ml-1.5 font-normal text-faint">optional</span>}
      </label>
      {children(control)}
      {note !== undefined && (
        <span id={`${id}-note`} className={wrong === undefined ? "text-sm text-muted" : "text-sm text-bad"}>
          {note}
        </span>
      )}
    </div>
  );
}
