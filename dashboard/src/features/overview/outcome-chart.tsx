import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Chart } from "#components/chart";
import { Section } from "#components/page-frame";
import type { Filter } from "#lib/filters";
import { usePreferences } from "#lib/preferences";
import { fixedRange } from "#lib/range";
import type { Stats } from "./get-stats";
import { failedOutcomes, requestsSearch } from "./requests-link";
import { onGrid, timeGrid } from "./time-grid";

type Props = { readonly stats: Stats | undefined; readonly range: string; readonly onZoom: (range: string) => void };

/** What became of requests over time: answered, failed, refused. */
export function OutcomeChart({ stats, range, onZoom }: Props) {
  const { zone } = usePreferences();
  const navigate = useNavigate();
  const show = (name: string | undefined, within: string) =>
    void navigate({ to: "/requests", search: requestsSearch(outcomesOf(name), within) });
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
        onPick={(fromMs, toMs, name) => show(name, fixedRange(fromMs, toMs))}
        onSeries={(name) => show(name, range)}
      />
    </Section>
  );
}

/** The conditions that the requests of a band fulfil. */
function outcomesOf(band: string | undefined): readonly Filter[] {
  if (band === "failed") return failedOutcomes;
  if (band === "refused") return [{ field: "outcome", value: "refused" }];
  if (band === undefined) return [];
  return ["ok", "client-gone"].map((value) => ({ field: "outcome", value }));
}
