import { between, type Draw, type Fault } from "./fault.ts";
import { createRandom } from "./random.ts";

export type Event = {
  readonly atMs: number;
  readonly fault: string;
  readonly kind: "act" | "undo";
  /** Of this occurrence: its undoing bears the same. */
  readonly number: number;
  readonly draw: Draw;
};

/** Faults under load, after which all is counted. */
export type Round = { readonly events: readonly Event[]; readonly durationMs: number; readonly clients: number };
/** Rounds with one data directory. */
export type Life = { readonly rounds: readonly Round[] };

export type Extent = { readonly lives: number; readonly rounds: number; readonly roundMs: number };

type Known = Pick<Fault, "name" | "weight" | "lastsMs" | "calmMs" | "oncePerLife">;

/** What goes wrong when: a function of the seed alone, so that any run can be played again. */
export function planLives(seed: number, extent: Extent, faults: readonly Known[]): readonly Life[] {
  const random = createRandom(seed);
  return Array.from({ length: extent.lives }, () => {
    const gone = new Set<string>();
    return { rounds: Array.from({ length: extent.rounds }, () => planRound(random, extent.roundMs, faults, gone)) };
  });
}

const gapMs = [300, 2500] as const;

function planRound(random: () => number, durationMs: number, faults: readonly Known[], gone: Set<string>): Round {
  const events: Event[] = [];
  const clients = Math.floor(between(8, 24, random()));
  let atMs = between(500, 1500, random());
  for (let number = 0; atMs < durationMs; number++) {
    const fault = choose(
      faults.filter(({ oncePerLife }) => oncePerLife === undefined || !gone.has(oncePerLife)),
      random(),
    );
    if (fault.oncePerLife !== undefined) gone.add(fault.oncePerLife);
    const [least, most] = fault.lastsMs ?? [0, 0];
    const draw: Draw = {
      dice: [random(), random(), random()],
      forMs: Math.min(Math.round(between(least, most, random())), Math.max(0, Math.round(durationMs - atMs))),
    };
    const event = { fault: fault.name, number, draw };
    events.push({ ...event, atMs: Math.round(atMs), kind: "act" });
    if (fault.lastsMs !== undefined) events.push({ ...event, atMs: Math.round(atMs) + draw.forMs, kind: "undo" });
    atMs += between(...gapMs, random()) + (fault.calmMs ?? 0);
  }
  return { events: events.toSorted((a, b) => a.atMs - b.atMs || a.number - b.number), durationMs, clients };
}

function choose(faults: readonly Known[], die: number): Known {
  let left = die * faults.reduce((sum, { weight }) => sum + weight, 0);
  for (const fault of faults) {
    left -= fault.weight;
    if (left < 0) return fault;
  }
  throw new Error("No fault can be chosen");
}
