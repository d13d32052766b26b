import { useMemo, useRef, useState } from "react";
import { bandAt, bandsOf, type ChartSeries, highest, ticksTo } from "#lib/chart-scale";
import { classNames } from "#lib/class-names";
import { formatCompact } from "#lib/format-number";
import { useWidth } from "#lib/use-width";
import { ChartAxes } from "./chart-axes";
import { ChartLegend } from "./chart-legend";
import { ChartMarks } from "./chart-marks";
import { ChartReadout } from "./chart-readout";
import { ChartTable } from "./chart-table";
import { Skeleton } from "./skeleton";
import { useChartPointer } from "./use-chart-pointer";

export type ChartProps = {
  /** What is drawn: `Spend by model`. */
  readonly label: string;
  /** Beginnings of the buckets, in milliseconds, evenly apart; undefined while they are read. */
  readonly times: readonly number[] | undefined;
  /** Length of a bucket in milliseconds. */
  readonly stepMs: number;
  readonly series: readonly ChartSeries[];
  /** Bars on top of each other for amounts, lines for everything that does not add up. */
  readonly kind: "stack" | "line";
  readonly format?: (value: number) => string;
  /** Of the labels of the axis, where they are shorter. */
  readonly axisFormat?: (value: number) => string;
  readonly height?: number;
  /** Dragging across the chart chooses a stretch of time. */
  readonly onZoom?: (fromMs: number, toMs: number) => void;
  /** A click on a bucket, or Enter: of which series, where it was on one. */
  readonly onPick?: (fromMs: number, toMs: number, name: string | undefined) => void;
  /** A click on a name of the legend. */
  readonly onSeries?: (name: string) => void;
  readonly legend?: boolean;
};

const leastLeft = 48;
/** Of a character of an axis label, at 11 pixels. */
const labelWidth = 6.4;
const bottom = 20;
const top = 6;

/** Values over time. Arrow keys read it bucket by bucket; the same figures stand in a table for screen readers. */
export function Chart(props: ChartProps) {
  const { label, times, stepMs, kind, format = formatCompact, axisFormat = format, height = 180 } = props;
  const series = useMemo(() => drawnOf(props.series, kind), [props.series, kind]);
  const legend = props.legend ?? series.length > 1;
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame);
  const [muted, setMuted] = useState<string>();
  const bands = useMemo(() => bandsOf(series, kind === "stack"), [series, kind]);
  const ticks = useMemo(() => ticksTo(highest(bands)), [bands]);
  const left = Math.max(leastLeft, ...ticks.map((tick) => axisFormat(tick).length * labelWidth + 12));
  const plot = { left, top, width: Math.max(1, width - left - 4), height: height - top - bottom };
  const span = spanOf(times, stepMs);
  const most = ticks.at(-1) ?? 1;
  const { onZoom, onPick } = props;
  const pick = (index: number, y = 0) => {
    const fromMs = span.fromMs + index * stepMs;
    const value = ((plot.top + plot.height - y) / plot.height) * most;
    onPick?.(fromMs, fromMs + stepMs, kind === "stack" ? series[bandAt(bands, index, value)]?.name : undefined);
  };
  const pointer = useChartPointer(plot, span, stepMs, times?.length ?? 0, { onZoom, onPick: onPick && pick });
  const x = (ms: number) => plot.left + ((ms - span.fromMs) / (span.toMs - span.fromMs)) * plot.width;
  const y = (value: number) => plot.top + plot.height - (value / most) * plot.height;
  return (
    <figure aria-label={label} className="flex min-w-0 flex-col gap-2">
      <div ref={frame} className="relative" style={{ height }}>
        {times === undefined && <Skeleton className="h-full" />}
        {times !== undefined && width > 0 && (
          <div
            {...pointer.handlers}
            // biome-ignore lint/a11y/noNoninteractiveTabindex: arrow keys read the figures
            tabIndex={0}
            role="application"
            aria-roledescription="chart"
            aria-label={`${label}. Arrow keys read the figures${onPick === undefined ? "" : ", Enter shows their requests"}.`}
            className={classNames("absolute inset-0 touch-pan-y select-none", onPick !== undefined && "cursor-pointer")}
          >
            <svg width={width} height={height} aria-hidden="true" className="block">
              <ChartAxes plot={plot} span={span} ticks={ticks} x={x} y={y} format={axisFormat} />
              <ChartMarks {...{ times, stepMs, series, bands, kind, x, y, muted }} />
              {pointer.index !== undefined && (
                <line
                  x1={x((times[pointer.index] ?? 0) + stepMs / 2)}
                  x2={x((times[pointer.index] ?? 0) + stepMs / 2)}
                  y1={plot.top}
                  y2={plot.top + plot.height}
                  stroke="var(--line-strong)"
                />
              )}
              {pointer.drag !== undefined && (
                <rect
                  x={pointer.drag.from}
                  width={pointer.drag.to - pointer.drag.from}
                  y={plot.top}
                  height={plot.height}
                  fill="var(--accent)"
                  opacity="0.14"
                />
              )}
            </svg>
            {pointer.index !== undefined && (
              <ChartReadout {...{ times, series, format, kind, stepMs }} index={pointer.index} x={x} width={width} />
            )}
          </div>
        )}
      </div>
      {legend && <ChartLegend series={series} onMute={setMuted} onSeries={props.onSeries} inset={left} />}
      {times !== undefined && <ChartTable label={label} times={times} series={series} format={format} />}
    </figure>
  );
}

/** Of amounts that are stacked, those that are nothing all the time would only lengthen the legend. */
function drawnOf(series: readonly ChartSeries[], kind: ChartProps["kind"]): readonly ChartSeries[] {
  return kind === "line"
    ? series
    : series.filter(({ values }) => values.some((value) => value !== 0 && value !== null));
}

function spanOf(times: readonly number[] | undefined, stepMs: number) {
  const fromMs = times?.[0] ?? 0;
  return { fromMs, toMs: Math.max(fromMs + stepMs, (times?.at(-1) ?? 0) + stepMs) };
}
