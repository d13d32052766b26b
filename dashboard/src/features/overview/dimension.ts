import type { Filter } from "#lib/filters";

/** What figures are told apart by: the API's word, or a tag by its name. */
export type Dimension = { readonly id: string; readonly label: string; readonly plural: string };

export const dimensions: readonly Dimension[] = [
  { id: "model", label: "Model", plural: "Models" },
  { id: "provider", label: "Provider", plural: "Providers" },
  { id: "key", label: "Key", plural: "Keys" },
  { id: "team", label: "Team", plural: "Teams" },
  { id: "customer", label: "Customer", plural: "Customers" },
];

export function tagDimension(name: string): Dimension {
  return { id: `tag:${name}`, label: `Tag ${name}`, plural: `Tag ${name}` };
}

type Group = {
  readonly group: { readonly [name: string]: string | null };
  readonly names?: { readonly [name: string]: string } | undefined;
};

export function groupName({ group, names }: Group, id: string): string {
  return names?.[id] ?? group[id] ?? "none";
}

/** The condition that a group's requests fulfil; undefined for those without a value. */
export function groupFilter({ group, names }: Group, id: string): Filter | undefined {
  const value = group[id];
  if (value === null || value === undefined) return undefined;
  if (id.startsWith("tag:")) return { field: "tag", value: `${id.slice(4)}:${value}` };
  return { field: id, value: names?.[id] ?? value };
}
