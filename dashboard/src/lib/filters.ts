/** One condition of a list: a field of the record and the value that it must have, as the address and the API write it. */
export type Filter = { readonly field: string; readonly value: string };

/** A field that can be filtered by. */
export type FilterField = {
  readonly id: string;
  readonly label: string;
  /** Said beside it in the list: `such as >500`. */
  readonly help?: string;
  /** All values, where they are few and known. */
  readonly values?: readonly FilterValue[];
};

export type FilterValue = { readonly value: string; readonly label?: string; readonly count?: number };

/** `model:gpt-4o` as it stands in the address (`?f=model:gpt-4o`); what names no known field is left out. */
export function readFilters(texts: readonly string[], fields: readonly FilterField[]): readonly Filter[] {
  return texts.flatMap((text) => {
    const filter = readFilter(text);
    return filter !== undefined && fields.some(({ id }) => id === filter.field) ? [filter] : [];
  });
}

export function writeFilters(filters: readonly Filter[]): readonly string[] {
  return filters.map(({ field, value }) => `${field}:${value}`);
}

/** Undefined until there is a field before a colon and something after it. */
export function readFilter(text: string): Filter | undefined {
  const colon = text.indexOf(":");
  const value = text.slice(colon + 1).trim();
  return colon < 1 || value === "" ? undefined : { field: text.slice(0, colon).trim(), value };
}

/** Where the API takes one value a field: the last one counts. */
export function onePerField(filters: readonly Filter[]): readonly Filter[] {
  return [...new Map(filters.map((filter) => [filter.field, filter])).values()];
}

/** For the query of a call: values of the same field together. */
export function filterQuery(filters: readonly Filter[]): { readonly [field: string]: string | readonly string[] } {
  const groups = Map.groupBy(filters, ({ field }) => field);
  return Object.fromEntries(
    [...groups].map(([field, group]) => {
      const values = group.map(({ value }) => value);
      return [field, values.length === 1 ? (values[0] ?? "") : values];
    }),
  );
}
