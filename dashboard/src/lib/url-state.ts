import { useNavigate, useSearch } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import { valuesOf } from "./url-search";

/** One parameter of an address: how it is read and written. Undefined is written as nothing: the default. */
export type UrlField<T> = {
  read(values: readonly string[]): T;
  write(value: T): readonly string[];
};

export type UrlFields = { readonly [name: string]: UrlField<unknown> };
export type UrlState<Fields extends UrlFields> = {
  readonly [name in keyof Fields]: Fields[name] extends UrlField<infer T> ? T : never;
};

/** Any text; the default is left out of the address. */
export function textField(fallback = ""): UrlField<string> {
  return {
    read: ([first]) => first ?? fallback,
    write: (value) => (value === fallback ? [] : [value]),
  };
}

/** One of a few words; anything else is the default, which is the first. */
export function choiceField<const Choice extends string>(choices: readonly [Choice, ...Choice[]]): UrlField<Choice> {
  const [fallback] = choices;
  return {
    read: ([first]) => choices.find((choice) => choice === first) ?? fallback,
    write: (value) => (value === fallback ? [] : [value]),
  };
}

/** Several texts, a parameter each. */
export function listField(): UrlField<readonly string[]> {
  return { read: (values) => values, write: (values) => values };
}

export function flagField(): UrlField<boolean> {
  return { read: ([first]) => first === "1", write: (value) => (value ? ["1"] : []) };
}

/** A text that may be absent, such as the id of the row that is open. */
export function optionalField(): UrlField<string | undefined> {
  return { read: ([first]) => first, write: (value) => (value === undefined || value === "" ? [] : [value]) };
}

type Change<Fields extends UrlFields> = { readonly [name in keyof Fields]?: UrlState<Fields>[name] };
type SetUrlState<Fields extends UrlFields> = (change: Change<Fields>, options?: { readonly push?: boolean }) => void;

/**
 * The state of a page as its address holds it. `fields` is a constant of the module. The setter takes what changes;
 * `push: true` makes it a step that the browser's back button undoes.
 */
export function useUrlState<Fields extends UrlFields>(
  fields: Fields,
): readonly [UrlState<Fields>, SetUrlState<Fields>] {
  const search: object = useSearch({ strict: false });
  const navigate = useNavigate();
  const state = useMemo(() => readState(fields, search), [fields, search]);
  const set = useCallback<SetUrlState<Fields>>(
    (change, options) => {
      const search = (before: object) => ({ ...before, ...written(fields, change) });
      void navigate({ to: ".", search, replace: options?.push !== true, resetScroll: false });
    },
    [fields, navigate],
  );
  return [state, set];
}

function readState<Fields extends UrlFields>(fields: Fields, search: object): UrlState<Fields> {
  const read = Object.entries(fields).map(([name, field]): readonly unknown[] => [
    name,
    field.read(valuesOf(Reflect.get(search, name))),
  ]);
  return Object.fromEntries(read);
}

/** Undefined takes a parameter out of the address. */
function written(
  fields: UrlFields,
  change: object,
): { readonly [name: string]: string | readonly string[] | undefined } {
  return Object.fromEntries(
    Object.entries(change).map(([name, value]) => {
      const values = value === undefined ? [] : (fields[name]?.write(value) ?? []);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}
