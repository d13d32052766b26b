import { useMemo } from "react";
import { Chart } from "#components/chart";
import { Section } from "#components/page-frame";
import { usePreferences } from "#lib/preferences";
import { fixedRange } from "#lib/range";
import type { Stats } from "./get-stats";
import { onGrid, timeGrid } from "./time-grid";

type Props = { readonly stats: Stats | undefined; readonly onZoom: (range: string) => void };

/** What became of requests over time: answered, failed, refused. */
export function OutcomeChart({ stats, onZoom }: Props) {
  const { zone } = usePreferences();
  const drawn = useMemo(() => {
    if (stats === undefined) return undefined;
    const grid = timeGrid(stats, zone);
    return {
      grid,
      series: [
        { name: "failed", values: onGrid(grid, stats.series, ({ errors }) => errors, 0), colour: "var(--bad-fill)" },
        {
          name: "refused",
          values: onGrid(grid, stats.series, ({ refused }) => refused, 0),
          colour: "var(--warn-fill)",
        },
        {
          name: "answered",
          values: onGrid(grid, stats.series, ({ requests, errors }) => requests - errors, 0),
          colour: "var(--series-1)",
        },
      ],
    };
  }, [stats, zone]);
  return (
    <Section title="Outcomes">
      <Chart
        label="Outcomes over time"
        times={drawn?.grid.times}
        stepMs={drawn?.grid.stepMs ?? 3_600_000}
        series={drawn?.series ?? []}
        kind="stack"
        legend
        onZoom={(fromMs, toMs) => onZoom(fixedRange(fromMs, toMs))}
      />
    </Section>
  );
}
