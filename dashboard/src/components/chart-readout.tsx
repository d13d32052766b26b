import { type ChartSeries, colourOf } from "#lib/chart-scale";
import { useFormatTime } from "#lib/preferences";

type Props = {
  readonly times: readonly number[];
  readonly series: readonly ChartSeries[];
  readonly format: (value: number) => string;
  readonly kind: "stack" | "line";
  readonly stepMs: number;
  readonly index: number;
  readonly x: (ms: number) => number;
  readonly width: number;
};

const boxWidth = 200;
const mostLines = 10;

/** The figures of the bucket that the pointer is on, largest first. */
export function ChartReadout({ times, series, format, kind, stepMs, index, x, width }: Props) {
  const formatTime = useFormatTime();
  const ms = times[index] ?? 0;
  const lines = series
    .map((one, place) => ({ name: one.name, colour: colourOf(one, place), value: one.values[index] ?? null }))
    .filter(({ value }) => value !== null && (kind === "line" || value !== 0))
    .sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const middle = x(ms + stepMs / 2);
  const offset = middle + boxWidth + 16 > width ? middle - boxWidth - 8 : middle + 8;
  const total = lines.reduce((sum, { value }) => sum + (value ?? 0), 0);
  return (
    <div
      role="status"
      className="popup pointer-events-none absolute top-0 z-20 px-2.5 py-1.5 text-sm"
      style={{ left: Math.max(0, offset), width: boxWidth }}
    >
      <div className="flex justify-between gap-2 text-muted">
        <span>{formatTime(ms, stepMs >= 86_400_000 ? "date" : "minute")}</span>
        {kind === "stack" && series.length > 1 && <span className="font-medium text-text">{format(total)}</span>}
      </div>
      {lines.length === 0 && <div className="text-faint">nothing</div>}
      {lines.slice(0, mostLines).map(({ name, colour, value }) => (
        <div key={name} className="flex items-center gap-1.5">
          <span aria-hidden="true" className="size-2 shrink-0 rounded-[2px]" style={{ background: colour }} />
          <span className="min-w-0 flex-1 truncate">{name}</span>
          <span>{format(value ?? 0)}</span>
        </div>
      ))}
      {lines.length > mostLines && <div className="text-faint">and {lines.length - mostLines} more</div>}
    </div>
  );
}
