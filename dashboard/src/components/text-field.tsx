import type { ComponentProps, ReactNode } from "react";
import { classNames } from "#lib/class-names";
import { Field } from "./field";

type Shared = {
  readonly label: string;
  readonly name?: string | undefined;
  readonly help?: ReactNode;
  readonly optional?: boolean;
  readonly error?: string | undefined;
  readonly value: string;
  readonly onChange: (value: string) => void;
};

type TextProps = Shared &
  Omit<ComponentProps<"input">, keyof Shared> & { readonly mono?: boolean; readonly before?: ReactNode };

export function TextField({ label, name, help, optional, error, value, onChange, mono = false, ...rest }: TextProps) {
  return (
    <Field {...shared({ label, name, help, optional, error })}>
      {(control) => (
        <input
          type="text"
          spellCheck={false}
          {...rest}
          {...control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={classNames("control w-full", mono && "font-mono text-sm")}
        />
      )}
    </Field>
  );
}

type AreaProps = Shared & Omit<ComponentProps<"textarea">, keyof Shared> & { readonly mono?: boolean };

export function TextAreaField({
  label,
  name,
  help,
  optional,
  error,
  value,
  onChange,
  mono = false,
  ...rest
}: AreaProps) {
  return (
    <Field {...shared({ label, name, help, optional, error })}>
      {(control) => (
        <textarea
          rows={4}
          spellCheck={false}
          {...rest}
          {...control}
          value={value}
          onChange={(event) => onChange(event.target.value)}
          className={classNames("control h-auto w-full py-1.5", mono && "font-mono text-sm")}
        />
      )}
    </Field>
  );
}

type SharedWords = Pick<Shared, "label" | "name" | "help" | "error"> & { readonly optional: boolean | undefined };

function shared({ optional = false, ...rest }: SharedWords) {
  return { ...rest, optional };
}
