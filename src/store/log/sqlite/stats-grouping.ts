import type { Kind, Principal } from "../log-fields";
import type { Dimension } from "../stats-query";
import type { Dictionaries } from "./dictionaries";

export type Grouping = {
  /** Whether groups depend on who asked, and on what was asked. */
  readonly byPrincipal: boolean;
  readonly byKind: boolean;
  /** The group of a cell, by number. */
  readonly groupOf: (principal: number, kind: number) => number;
  /** In the order of the dimensions. */
  readonly valuesOf: (group: number) => readonly (string | null)[];
};

type Values = readonly (string | null)[];

/** More groups of principals, or of kinds, than there can be dictionary entries. */
const width = 2 ** 24;

/** Numbers the groups as they are met. Each dictionary entry is looked at once. */
export function createGrouping(groupBy: readonly Dimension[], { principals, kinds }: Dictionaries): Grouping {
  const ofPrincipal = groupBy.filter(isOfPrincipal);
  const ofKind = groupBy.filter((name) => !isOfPrincipal(name));
  const left = createPart(principals.size, (id) => ofPrincipal.map((name) => principalValue(principals.get(id), name)));
  const right = createPart(kinds.size, (id) => ofKind.map((name) => kindValue(kinds.get(id), name)));
  return {
    byPrincipal: ofPrincipal.length > 0,
    byKind: ofKind.length > 0,
    groupOf: (principal, kind) => left.numberOf(principal) * width + right.numberOf(kind),
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

const tagPrefix = "tag:";

function isOfPrincipal(name: Dimension): boolean {
  return name === "key" || name === "team" || name === "customer" || name.startsWith(tagPrefix);
}

function principalValue(principal: Principal | undefined, name: Dimension): string | null {
  if (name === "key") return principal?.keyId ?? null;
  if (name === "team") return principal?.team ?? null;
  if (name === "customer") return principal?.customer ?? null;
  return principal?.tags?.[name.slice(tagPrefix.length)] ?? null;
}

const kindValues: { readonly [name: string]: (kind: Kind) => string | undefined } = {
  asked_model: (kind) => kind.askedModel,
  model: (kind) => kind.model,
  provider: (kind) => kind.provider,
  provider_key: (kind) => kind.providerKey,
  endpoint: (kind) => kind.endpoint,
  dialect: (kind) => kind.dialect,
  outcome: (kind) => kind.outcome,
  error_code: (kind) => kind.errorCode,
  status: (kind) => String(kind.status),
  stream: (kind) => String(kind.stream),
};

function kindValue(kind: Kind | undefined, name: Dimension): string | null {
  return (kind && kindValues[name]?.(kind)) ?? null;
}
