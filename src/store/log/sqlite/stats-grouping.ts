import { dimensionValue, isOfPrincipal } from "../dimension-value";
import type { Dimension } from "../stats-query";
import type { Dictionaries } from "./dictionaries";

export type Grouping = {
  /** Whether groups depend on who asked, and on what was asked. */
  readonly byPrincipal: boolean;
  readonly byClass: boolean;
  /** The group of a cell, by number. */
  readonly groupOf: (principal: number, requestClass: number) => number;
  /** The entries of the dictionaries that some groups are of; undefined where groups do not depend on them. */
  readonly principalsOf: (groups: ReadonlySet<number>) => readonly number[] | undefined;
  readonly classesOf: (groups: ReadonlySet<number>) => readonly number[] | undefined;
  /** In the order of the dimensions. */
  readonly valuesOf: (group: number) => readonly (string | null)[];
};

type Values = readonly (string | null)[];

/** More groups of principals, or of classes, than there can be dictionary entries. */
const width = 2 ** 24;

/** Numbers the groups as they are met. Each dictionary entry is looked at once. */
export function createGrouping(groupBy: readonly Dimension[], { principals, classes }: Dictionaries): Grouping {
  const ofPrincipal = groupBy.filter(isOfPrincipal);
  const ofClass = groupBy.filter((name) => !isOfPrincipal(name));
  const left = createPart(principals.size, (id) =>
    ofPrincipal.map((name) => dimensionValue(principals.get(id) ?? {}, name)),
  );
  const right = createPart(classes.size, (id) => ofClass.map((name) => dimensionValue(classes.get(id) ?? {}, name)));
  const entriesOf = (part: typeof left, ids: Iterable<number>, numbers: readonly number[]) => {
    const wanted = new Set(numbers);
    return [...ids].filter((id) => wanted.has(part.numberOf(id)));
  };
  return {
    principalsOf: (groups) => {
      if (ofPrincipal.length === 0) return undefined;
      const numbers = Array.from(groups, (group) => Math.floor(group / width));
      return entriesOf(left, principals.keys(), numbers);
    },
    classesOf: (groups) => {
      if (ofClass.length === 0) return undefined;
      const numbers = Array.from(groups, (group) => group % width);
      return entriesOf(right, classes.keys(), numbers);
    },
    byPrincipal: ofPrincipal.length > 0,
    byClass: ofClass.length > 0,
    groupOf: (principal, requestClass) => left.numberOf(principal) * width + right.numberOf(requestClass),
    valuesOf: (group) => {
      const ofLeft = left.valuesOf(Math.floor(group / width)).values();
      const ofRight = right.valuesOf(group % width).values();
      return groupBy.map((name) => (isOfPrincipal(name) ? ofLeft : ofRight).next().value ?? null);
    },
  };
}

/** `size`: the largest id. */
function createPart(size: number, read: (id: number) => Values) {
  /** Not a map: looked at for every record that is summed up. */
  const byId = new Int32Array(size + 1).fill(-1);
  const byValues = new Map<string, number>();
  const all: Values[] = [];
  return {
    numberOf: (id: number): number => {
      const known = byId[id] ?? -1;
      if (known >= 0) return known;
      const values = read(id);
      const name = JSON.stringify(values);
      const number = byValues.get(name) ?? all.push(values) - 1;
      byValues.set(name, number);
      byId[id] = number;
      return number;
    },
    valuesOf: (number: number): Values => all[number] ?? [],
  };
}
