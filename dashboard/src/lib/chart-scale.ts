export type ChartSeries = {
  readonly name: string;
  /** One for each time; null where nothing is known. */
  readonly values: readonly (number | null)[];
  /** A colour of the tokens; by place when left out. */
  readonly colour?: string;
};

/** The colours of series in their order; what comes after them is drawn as the rest. */
const colours = Array.from({ length: 8 }, (_, index) => `var(--series-${index + 1})`);

export function colourOf(series: ChartSeries, index: number): string {
  return series.colour ?? colours[index] ?? "var(--series-rest)";
}

/** Lower and upper edge of each series at each time: stacked on those before, or from zero. */
export function bandsOf(
  series: readonly ChartSeries[],
  stacked: boolean,
): readonly (readonly (readonly [number, number])[])[] {
  const sums: number[] = [];
  return series.map(({ values }) =>
    values.map((value, index) => {
      const from = stacked ? (sums[index] ?? 0) : 0;
      const to = from + (value ?? 0);
      sums[index] = to;
      return [from, to];
    }),
  );
}

/** Which series is drawn at a value of a bucket; -1 where none is. */
export function bandAt(
  bands: readonly (readonly (readonly [number, number])[])[],
  index: number,
  value: number,
): number {
  return bands.findIndex((band) => {
    const [from, to] = band[index] ?? [0, 0];
    return value >= from && value < to;
  });
}

export function highest(bands: readonly (readonly (readonly [number, number])[])[]): number {
  let most = 0;
  for (const band of bands) for (const [, to] of band) if (to > most) most = to;
  return most;
}

/** Round figures from zero to at least `most`, about `count` of them. */
export function ticksTo(most: number, count = 4): readonly number[] {
  if (!(most > 0) || !Number.isFinite(most)) return [0, 1];
  const rough = most / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = power * ([1, 2, 5, 10].find((factor) => factor * power >= rough) ?? 10);
  return Array.from({ length: Math.ceil(most / step - 1e-9) + 1 }, (_, index) => index * step);
}

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const timeSteps = [
  minute,
  5 * minute,
  15 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  30 * day,
];

/** Moments at which the time axis is labelled: whole steps of the zone that is shown. `offsetMs` is the zone's distance to UTC. */
export function timeTicks(fromMs: number, toMs: number, count: number, offsetMs: number): readonly number[] {
  const step = timeSteps.find((size) => (toMs - fromMs) / size <= count) ?? 30 * day;
  const first = Math.ceil((fromMs + offsetMs) / step) * step - offsetMs;
  return Array.from({ length: Math.max(0, Math.floor((toMs - first) / step) + 1) }, (_, index) => first + index * step);
}
