import { measure, type Sample, warmUp } from "./measure.ts";
import type { Row } from "./rows.ts";
import type { Subject } from "./subject.ts";

/** A row as it was measured for one subject, over all rounds. */
export type Line = {
  readonly row: string;
  readonly what: string;
  readonly unit: Row["unit"];
  readonly subject: string;
  readonly samples: readonly Sample[];
  /** Connections that the upstreams saw while it was warmed up and measured. */
  readonly opened: number;
  /** CPU of each round over the floor's in the same round. */
  readonly ratios: readonly number[];
  /** Why the figures mean nothing. */
  readonly void?: string;
};

type Series = { readonly subject: Subject; readonly samples: Sample[]; opened: number };

export type Pace = { readonly rounds: number; readonly seconds: number; readonly warmUpSeconds: number };

/** Measures subjects in turns, so that what else the machine does falls on all of them; the floor comes first. */
export async function compare(
  row: Row,
  subjects: readonly [floor: Subject, ...others: Subject[]],
  pace: Pace,
  opened: () => Promise<number>,
): Promise<readonly Line[]> {
  const series = subjects.map((subject): Series => ({ subject, samples: [], opened: 0 }));
  for (const one of series) {
    const before = await opened();
    await warmUp(one.subject, row, pace.warmUpSeconds);
    one.opened += (await opened()) - before;
  }
  for (let round = 0; round < pace.rounds; round++) {
    for (const one of series) {
      const before = await opened();
      const sample = await measure(one.subject, row, pace.seconds);
      if (sample !== undefined) one.samples.push(sample);
      one.opened += (await opened()) - before;
    }
  }
  const [floor] = series;
  const floorFault = floor === undefined ? "none" : (faultOf(floor.samples) ?? poolFault(row, floor));
  return series.flatMap(({ subject, samples: own, opened: connections }) => {
    if (own.length === 0) return [];
    const ratios = own.map((sample, round) => sample.cpuUs / (floor?.samples[round]?.cpuUs ?? Number.NaN));
    const fault = faultOf(own) ?? (floorFault === undefined ? undefined : `the floor: ${floorFault}`);
    const { name, what, unit } = row;
    return [
      {
        row: name,
        what,
        unit,
        subject: subject.name,
        samples: own,
        ratios,
        opened: connections,
        ...(fault && { void: fault }),
      },
    ];
  });
}

function faultOf(samples: readonly Sample[]): string | undefined {
  const wrong = samples.reduce((sum, sample) => sum + sample.wrong, 0);
  if (wrong > 0) return `${wrong} wrong or failed answers (${samples.flatMap((one) => one.complaints)[0]})`;
  return samples.some((sample) => sample.units === 0) ? "nothing was answered" : undefined;
}

/** A floor that does not pool opens a connection for every request, and every ratio to it is too kind. */
function poolFault({ load }: Row, { samples, opened }: Series): string | undefined {
  const aborted = samples.reduce((sum, sample) => sum + sample.aborted, 0);
  const allowed = 2 * load.connections * (samples.length + 1) + 2 * aborted + 16;
  return opened > allowed ? `it opened ${opened} connections, more than ${allowed}: it does not pool` : undefined;
}
