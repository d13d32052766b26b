import type { World } from "./world.ts";

/** What the seed says of one occurrence of a fault: everything about it that is not the same each time. */
export type Draw = {
  /** Numbers from 0 up to 1: which process, how much, how many. */
  readonly dice: readonly [number, number, number];
  /** How long it lasts, for one that is undone. */
  readonly forMs: number;
};

export type Undo = (world: World) => Promise<void> | void;

/** One way in which things go wrong. */
export type Fault = {
  readonly name: string;
  /** How often it comes, relative to the others. */
  readonly weight: number;
  /** How long nothing else comes after it: what it takes away is put back by processes that must live until then. */
  readonly calmMs?: number;
  /** Comes at most once in the life of a data directory, and at most one of its kind. */
  readonly oncePerLife?: string;
} & (Blow | Ailment);

/** Happens, and that is it. */
type Blow = { readonly act: (world: World, draw: Draw) => Promise<void> | void; readonly lastsMs?: never };

/** Lasts for a time, and is undone. Nothing to undo where it cannot be done here. */
type Ailment = {
  readonly begin: (world: World, draw: Draw) => Promise<Undo | undefined> | Undo | undefined;
  readonly lastsMs: readonly [least: number, most: number];
};

export function oneOf<T>(among: readonly T[], die: number): T {
  const found = among[Math.floor(die * among.length)];
  if (found === undefined) throw new Error("Nothing to choose from");
  return found;
}

export function between(least: number, most: number, die: number): number {
  return least + die * (most - least);
}
