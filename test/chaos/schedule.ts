import { between, type Draw, type Fault } from "./fault.ts";
import { createRandom } from "./random.ts";

export type Event = {
  readonly atMs: number;
  readonly fault: string;
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
  while (atMs < durationMs) {
    const fault = choose(
      faults.filter(({ oncePerLife }) => oncePerLife === undefined || !gone.has(oncePerLife)),
      random(),
    );
    if (fault.oncePerLife !== undefined) gone.add(fault.oncePerLife);
    const [least, most] = fault.lastsMs ?? [0, 0];
    const forMs = Math.min(between(least, most, random()), durationMs - atMs);
    const draw: Draw = { dice: [random(), random(), random()], forMs: Math.round(forMs) };
    events.push({ atMs: Math.round(atMs), fault: fault.name, draw });
    atMs += between(...gapMs, random()) + (fault.calmMs ?? 0);
  }
  return { events, durationMs, clients };
}

function choose(faults: readonly Known[], die: number): Known {
  let left = die * faults.reduce((sum, { weight }) => sum + weight, 0);
  for (const fault of faults) {
    left -= fault.weight;
    if (left < 0) return fault;
  }
  throw new Error("No fault can be chosen");
}
