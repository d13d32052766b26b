import { timeTicks } from "#lib/chart-scale";
import { formatTime, type TimeZone } from "#lib/format-time";
import { usePreferences } from "#lib/preferences";
import type { Plot, Span } from "./use-chart-pointer";

type Props = {
  readonly plot: Plot;
  readonly span: Span;
  readonly ticks: readonly number[];
  readonly x: (ms: number) => number;
  readonly y: (value: number) => number;
  readonly format: (value: number) => string;
};

const labelWidth = 84;

/** Hairlines at round figures, and times below. */
export function ChartAxes({ plot, span, ticks, x, y, format }: Props) {
  const { zone } = usePreferences();
  const offsetMs = zone === "utc" ? 0 : -new Date(span.fromMs).getTimezoneOffset() * 60_000;
  const times = timeTicks(span.fromMs, span.toMs, Math.max(2, Math.floor(plot.width / labelWidth)), offsetMs);
  return (
    <g fontSize="11" fill="var(--faint)">
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={plot.left} x2={plot.left + plot.width} y1={y(tick)} y2={y(tick)} stroke="var(--line)" />
          <text x={plot.left - 8} y={y(tick) + 4} textAnchor="end">
            {format(tick)}
          </text>
        </g>
      ))}
      {times
        .filter((ms) => x(ms) > plot.left + 16 && x(ms) < plot.left + plot.width - 16)
        .map((ms) => (
          <text key={ms} x={x(ms)} y={plot.top + plot.height + 15} textAnchor="middle">
            {timeLabel(ms, span, offsetMs, zone)}
          </text>
        ))}
    </g>
  );
}

/** The hour, and the day at midnight and where the chart spans many. */
function timeLabel(ms: number, span: Span, offsetMs: number, zone: TimeZone): string {
  const midnight = (ms + offsetMs) % 86_400_000 === 0;
  if (midnight || span.toMs - span.fromMs > 8 * 86_400_000) return formatTime(ms, "day", zone);
  return formatTime(ms, "hour", zone);
}
