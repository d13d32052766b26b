import { useMemo } from "react";
import type { Answer } from "#api/call";
import { Chart } from "#components/chart";
import { fixedRange } from "#lib/range";

type Histogram = Answer<"GET /api/logs/histogram">;
type Props = { readonly histogram: Histogram | undefined; readonly onZoom: (range: string) => void };

/** Requests over time, those that failed at the bottom in red. Dragging zooms. */
export function RequestHistogram({ histogram, onZoom }: Props) {
  const drawn = useMemo(() => histogram && barsOf(histogram), [histogram]);
  return (
    <Chart
      label="Requests over time"
      times={drawn?.times}
      stepMs={drawn?.stepMs ?? 60_000}
      series={drawn?.series ?? []}
      kind="stack"
      height={84}
      legend={false}
      onZoom={(fromMs, toMs) => onZoom(fixedRange(fromMs, toMs))}
    />
  );
}

/** The API leaves out empty bars; the chart wants one for each step. */
function barsOf({ from, to, bar_s, bars }: Histogram) {
  const stepMs = bar_s * 1000;
  const first = Math.floor(Date.parse(from) / stepMs) * stepMs;
  const count = Math.max(1, Math.ceil((Date.parse(to) - first) / stepMs));
  const times = Array.from({ length: count }, (_, index) => first + index * stepMs);
  const found = new Map(bars.map((bar) => [Date.parse(bar.at), bar]));
  const errors = times.map((ms) => found.get(ms)?.errors ?? 0);
  const good = times.map((ms) => (found.get(ms)?.records ?? 0) - (found.get(ms)?.errors ?? 0));
  return {
    times,
    stepMs,
    series: [
      { name: "failed", values: errors, colour: "var(--bad-fill)" },
      { name: "succeeded", values: good, colour: "var(--series-1)" },
    ],
  };
}
