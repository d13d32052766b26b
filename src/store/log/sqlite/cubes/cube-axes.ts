import { classFields, type Principal, type RequestClass } from "../../log-fields";
import type { LogFilter } from "../../log-filter";
import type { Dimension } from "../../stats-query";
import type { Dictionaries } from "../dictionaries";

/**
 * A cube sums up the records of an hour, and of a day, by who asked (its first axis) and by what was asked (its second).
 * A value of an axis is the first entry of a dictionary that has it: so a cell reads as if all of its records had come
 * from that principal and that request class, and whatever is told by the axes alone is right.
 */
export type Cube = { readonly first: FirstAxis; readonly second: SecondAxis };

type FirstAxis = "none" | "principal" | "team" | "customer" | `tag:${string}`;
type SecondAxis = "none" | "served" | "result" | "both";

/** Clients do not choose names of tags, operators do; of further ones there are no cubes. */
const maxTags = 6;

const firstAxes = ["none", "principal", "team", "customer"] as const;
const secondAxes = ["none", "served", "result", "both"] as const;

/** What each second axis tells apart. The model that was asked for and the provider's key are on none. */
const served = ["provider", "model"] as const;
const result = ["endpoint", "dialect", "stream", "status", "outcome", "error_code", "error_source"] as const;

/** All cubes that are built, by what they are stored under. */
export function cubesOf({ principals }: Pick<Dictionaries, "principals">): ReadonlyMap<number, Cube> {
  const firsts = [...firstAxes, ...tagNames(principals).map((name) => `tag:${name}` as const)];
  const seconds = { none: ["served", "result", "both"], other: ["none", "served", "result"] } as const;
  const cubes = firsts.flatMap((first) =>
    (first === "none" ? seconds.none : seconds.other).map((second): Cube => ({ first, second })),
  );
  return new Map(cubes.map((cube) => [numberOf(cube, principals), cube]));
}

/** The cube that can tell these dimensions apart, and what filters name; undefined where none can. */
export function cubeFor(
  groupBy: readonly Dimension[],
  filters: readonly LogFilter[],
  { principals }: Pick<Dictionaries, "principals">,
): (Cube & { readonly number: number }) | undefined {
  const asked = [...groupBy, ...filters.flatMap((filter) => dimensionOf(filter))];
  const first = firstFor(asked.filter(isOfPrincipal));
  const second = secondFor(asked.filter((name) => !isOfPrincipal(name)));
  if (second === undefined || (first !== "none" && second === "both")) return undefined;
  // Any cube has the totals; the smallest is read.
  const cube: Cube = first === "none" && second === "none" ? { first, second: "served" } : { first, second };
  const known = cubesOf({ principals });
  const number = numberOf(cube, principals);
  return known.has(number) ? { ...cube, number } : undefined;
}

/** The names that stand for a filter's field among the dimensions; a tag's, where it names one alone. */
function dimensionOf(filter: LogFilter): readonly string[] {
  if (filter.on === "principal" && filter.field === "tag") {
    const names = new Set(filter.anyOf.map((word) => `tag:${word.slice(0, word.indexOf(":"))}`));
    return [...names];
  }
  return [filter.field];
}

function firstFor(asked: readonly string[]): FirstAxis {
  const [one, ...others] = [...new Set(asked)];
  if (one === undefined) return "none";
  if (others.length > 0 || one === "key") return "principal";
  return one === "team" || one === "customer" ? one : `tag:${one.slice("tag:".length)}`;
}

function secondFor(asked: readonly string[]): SecondAxis | undefined {
  const isServed = (name: string) => served.some((known) => known === name);
  const isResult = (name: string) => result.some((known) => known === name);
  if (!asked.every((name) => isServed(name) || isResult(name))) return undefined;
  if (!asked.some(isServed)) return asked.some(isResult) ? "result" : "none";
  return asked.some(isResult) ? "both" : "served";
}

function isOfPrincipal(name: string): boolean {
  return name === "key" || name === "team" || name === "customer" || name.startsWith("tag:");
}

/** What a cube is stored under; −1 where there is none. */
export function numberOf({ first, second }: Cube, principals: Dictionaries["principals"]): number {
  const isPlain = (axis: string): axis is (typeof firstAxes)[number] => firstAxes.some((known) => known === axis);
  const plain = isPlain(first) ? firstAxes.indexOf(first) : -1;
  const tag = first.startsWith("tag:") ? tagNames(principals).indexOf(first.slice("tag:".length)) : -1;
  const place = plain >= 0 ? plain : firstAxes.length + tag;
  return plain < 0 && tag < 0 ? -1 : place * secondAxes.length + secondAxes.indexOf(second);
}

/** In the order in which they came up, which stays. */
function tagNames(principals: Dictionaries["principals"]): readonly string[] {
  const names = new Set<string>();
  for (const { tags } of principals.values()) {
    for (const name of Object.keys(tags ?? {})) if (names.size < maxTags) names.add(name);
    if (names.size === maxTags) break;
  }
  return [...names];
}

/** For each entry of a dictionary the first one that has the same value on an axis. */
export type Representatives = {
  readonly principals: (axis: FirstAxis) => Int32Array;
  readonly classes: (axis: SecondAxis) => Int32Array;
};

export function representativesIn({ principals, classes }: Dictionaries): Representatives {
  const [ofFirst, ofSecond] = [new Map<FirstAxis, Int32Array>(), new Map<SecondAxis, Int32Array>()];
  return {
    principals: (axis) => {
      const known = ofFirst.get(axis) ?? represent(principals, (entry) => firstValue(axis, entry));
      ofFirst.set(axis, known);
      return known;
    },
    classes: (axis) => {
      const known = ofSecond.get(axis) ?? represent(classes, (entry) => secondValue(axis, entry));
      ofSecond.set(axis, known);
      return known;
    },
  };
}

/** The first principal that has no value on an axis; 0 where all have one. */
export function principalWithout(axis: FirstAxis, principals: Dictionaries["principals"]): number {
  for (const [id, principal] of principals) if (firstValue(axis, principal) === "") return id;
  return 0;
}

/** Undefined for an axis that tells nothing apart: its entry is number 0. */
function represent<E>(entries: ReadonlyMap<number, E>, valueIn: (entry: E) => string | undefined): Int32Array {
  let last = 0;
  for (const id of entries.keys()) last = Math.max(last, id);
  const found = new Int32Array(last + 1);
  const firsts = new Map<string, number>();
  for (const [id, entry] of entries) {
    const value = valueIn(entry);
    if (value === undefined) continue;
    const first = firsts.get(value) ?? id;
    firsts.set(value, first);
    found[id] = first;
  }
  return found;
}

function firstValue(axis: FirstAxis, { keyId, keyName, team, customer, tags }: Principal): string | undefined {
  switch (axis) {
    case "none":
      return undefined;
    case "principal":
      return JSON.stringify([keyId, keyName, team, customer, tags]);
    case "team":
      return present(team);
    case "customer":
      return present(customer);
    default:
      return present(tags?.[axis.slice("tag:".length)]);
  }
}

/** No value is told from an empty one. */
function present(value: string | undefined): string {
  return value === undefined ? "" : `=${value}`;
}

function secondValue(axis: SecondAxis, entry: RequestClass): string | undefined {
  const words = (names: readonly (keyof typeof classFields)[]) => names.map((name) => classFields[name](entry)[0]);
  switch (axis) {
    case "none":
      return undefined;
    case "served":
      return JSON.stringify(words(served));
    case "result":
      return JSON.stringify(words(result));
    case "both":
      return JSON.stringify(words([...served, ...result]));
  }
}
