import type { Filter, FilterField, FilterValue } from "#lib/filters";

/** A line of the suggestions: a name to go on with, or a whole condition. */
export type FilterOption =
  | { readonly name: string; readonly label: string; readonly help?: string | undefined }
  | { readonly filter: Filter; readonly label: string; readonly count?: number | undefined };

const mostOptions = 50;

type Typed = {
  readonly fields: readonly FilterField[];
  /** The field whose name was typed before a colon. */
  readonly named: FilterField | undefined;
  readonly rest: string;
  readonly values: readonly FilterValue[] | undefined;
  readonly textField: string | undefined;
};

/** What can be meant by what was typed so far, likeliest first. */
export function filterOptions(typed: Typed): readonly FilterOption[] {
  return (typed.named === undefined ? namesFor(typed) : valuesFor(typed.named, typed)).slice(0, mostOptions);
}

function namesFor({ fields, rest, textField }: Typed): readonly FilterOption[] {
  const wanted = rest.trim().toLowerCase();
  const names = fields
    .filter(({ id, label }) => id.includes(wanted) || label.toLowerCase().includes(wanted))
    .map(({ id, label, help }) => ({ name: id, label, help }));
  if (wanted === "") return names;
  if (textField === undefined) return [...names, ...valuesHolding(fields, wanted)];
  return [
    ...names,
    ...valuesHolding(fields, wanted),
    { filter: { field: textField, value: rest.trim() }, label: `Contains “${rest.trim()}”` },
  ];
}

/** Values that are known of any field: who types `gpt` means no field of that name. */
function valuesHolding(fields: readonly FilterField[], wanted: string): readonly FilterOption[] {
  return fields.flatMap(({ id, label: name, values = [] }) =>
    values
      .filter(({ value, label = value }) => label.toLowerCase().includes(wanted))
      .map(({ value, label = value, count }) => ({ filter: { field: id, value }, label: `${name} ${label}`, count })),
  );
}

function valuesFor(field: FilterField, { rest, values = [] }: Typed): readonly FilterOption[] {
  const wanted = rest.trim().toLowerCase();
  const known = (field.values ?? values)
    .filter(({ value, label = value }) => value.toLowerCase().includes(wanted) || label.toLowerCase().includes(wanted))
    .map(({ value, label = value, count }) => ({ filter: { field: field.id, value }, label, count }));
  if (wanted === "" || known.some(({ filter }) => filter.value.toLowerCase() === wanted)) return known;
  return [...known, { filter: { field: field.id, value: rest.trim() }, label: `${field.label} ${rest.trim()}` }];
}
