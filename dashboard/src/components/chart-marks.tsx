import { type ChartSeries, colourOf } from "#lib/chart-scale";

type Props = {
  readonly times: readonly number[];
  readonly stepMs: number;
  readonly series: readonly ChartSeries[];
  readonly bands: readonly (readonly (readonly [number, number])[])[];
  readonly kind: "stack" | "line";
  readonly x: (ms: number) => number;
  readonly y: (value: number) => number;
  /** The one that the pointer rests on in the legend: the others step back. */
  readonly muted: string | undefined;
};

/** One path a series, so that hundreds of buckets are a few elements. */
export function ChartMarks({ series, bands, kind, muted, ...rest }: Props) {
  return series.map((one, index) => {
    const colour = colourOf(one, index);
    const opacity = muted === undefined || muted === one.name ? 1 : 0.2;
    const band = bands[index] ?? [];
    return kind === "stack" ? (
      <path key={one.name} d={barsPath(band, rest)} fill={colour} opacity={opacity} />
    ) : (
      <path
        key={one.name}
        d={linePath(one.values, rest)}
        fill="none"
        stroke={colour}
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
        opacity={opacity}
      />
    );
  });
}

type Geometry = Pick<Props, "times" | "stepMs" | "x" | "y">;

function barsPath(band: readonly (readonly [number, number])[], { times, stepMs, x, y }: Geometry): string {
  return band
    .flatMap(([from, to], index) => {
      const ms = times[index];
      if (ms === undefined || to <= from) return [];
      const [start, end] = [x(ms), x(ms + stepMs)];
      const gap = end - start > 6 ? 1 : end - start > 3 ? 0.5 : 0;
      const height = Math.max(0.5, y(from) - y(to));
      return [
        `M${fixed(start + gap)} ${fixed(y(to))}h${fixed(end - start - 2 * gap)}v${fixed(height)}H${fixed(start + gap)}z`,
      ];
    })
    .join("");
}

/** Broken where nothing is known; a value that stands alone is a point. */
function linePath(values: readonly (number | null)[], { times, stepMs, x, y }: Geometry): string {
  let open = false;
  return values
    .map((value, index) => {
      const ms = times[index];
      if (value === null || ms === undefined) {
        open = false;
        return "";
      }
      const point = `${fixed(x(ms + stepMs / 2))} ${fixed(y(value))}`;
      const isAlone = !open && (values[index + 1] ?? null) === null;
      const command = open ? "L" : "M";
      open = true;
      return `${command}${point}${isAlone ? "h0.01" : ""}`;
    })
    .join("");
}

function fixed(value: number): string {
  return value.toFixed(1);
}
