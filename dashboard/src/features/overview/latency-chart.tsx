import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Chart } from "#components/chart";
import { Section } from "#components/page-frame";
import { formatMs, formatMsShort } from "#lib/format-duration";
import { usePreferences } from "#lib/preferences";
import { fixedRange } from "#lib/range";
import type { Stats } from "./get-stats";
import { requestsSearch } from "./requests-link";
import { onGrid, timeGrid } from "./time-grid";

type Props = { readonly stats: Stats | undefined; readonly onZoom: (range: string) => void };

/** How long requests took, and how long until their first token. */
export function LatencyChart({ stats, onZoom }: Props) {
  const { zone } = usePreferences();
  const navigate = useNavigate();
  const show = (range: string) => void navigate({ to: "/requests", search: requestsSearch([], range) });
  const drawn = useMemo(() => {
    if (stats === undefined) return undefined;
    const grid = timeGrid(stats, zone);
    const line = (name: string, of: Parameters<typeof onGrid>[2], colour: string) => ({
      name,
      values: onGrid(grid, stats.series, of, null),
      colour,
    });
    return {
      grid,
      series: [
        line("duration p95", ({ duration_ms }) => duration_ms?.p95, "var(--series-3)"),
        line("duration p50", ({ duration_ms }) => duration_ms?.p50, "var(--series-1)"),
        line("first token p95", ({ first_token_ms }) => first_token_ms?.p95, "var(--series-5)"),
        line("first token p50", ({ first_token_ms }) => first_token_ms?.p50, "var(--series-2)"),
      ],
    };
  }, [stats, zone]);
  return (
    <Section title="Latency">
      <Chart
        label="Latency over time"
        times={drawn?.grid.times}
        stepMs={drawn?.grid.stepMs ?? 3_600_000}
        series={drawn?.series ?? []}
        kind="line"
        legend
        format={formatMs}
        axisFormat={formatMsShort}
        onZoom={(fromMs, toMs) => onZoom(fixedRange(fromMs, toMs))}
        onPick={(fromMs, toMs) => show(fixedRange(fromMs, toMs))}
      />
    </Section>
  );
}
