import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { Chart } from "#components/chart";
import { ErrorLine } from "#components/error-state";
import { Section } from "#components/page-frame";
import { Select } from "#components/select";
import type { ChartSeries } from "#lib/chart-scale";
import { usePreferences } from "#lib/preferences";
import { fixedRange } from "#lib/range";
import { type Dimension, groupFilter, groupName } from "./dimension";
import { type Stats, useStats } from "./get-stats";
import { type Measure, measureOf, measureOptions } from "./measure";
import { requestsSearch } from "./requests-link";
import { onGrid, timeGrid } from "./time-grid";
import type { OverviewState } from "./use-overview-state";

const mostSeries = "7";

/** An amount over time, stacked by what it is told apart by. Dragging zooms, a bar or a name leads to its requests. */
export function SpendChart({ state, dimension, choices }: Props) {
  const { range, setRange, set, measure: name } = state;
  const { zone } = usePreferences();
  const navigate = useNavigate();
  const measure = measureOf(name);
  const wanted = { group_by: dimension.id, top: mostSeries, order: name };
  const { data, error } = useStats(range, zone === "utc", wanted);
  const grid = useMemo(() => data && timeGrid(data, zone), [data, zone]);
  const series = useMemo(
    () => (data === undefined || grid === undefined ? [] : seriesOf(data, grid, dimension.id, measureOf(name))),
    [data, grid, dimension.id, name],
  );
  const show = (shown: string | undefined, within: string) => {
    const group = data?.groups.find((each) => groupName(each, dimension.id) === shown);
    const filter = group && groupFilter(group, dimension.id);
    void navigate({ to: "/requests", search: requestsSearch(filter === undefined ? [] : [filter], within) });
  };
  return (
    <Section
      title={`${measure.label} by ${dimension.label.toLowerCase()}`}
      actions={
        <>
          <Select label="Amount" options={measureOptions} value={name} onChange={(measure) => set({ measure })} />
          <Select
            label="Told apart by"
            options={choices.map(({ id, label }) => ({ value: id, label }))}
            value={dimension.id}
            onChange={(by) => set({ by })}
          />
        </>
      }
    >
      <ErrorLine error={error} />
      <Chart
        label={`${measure.label} over time by ${dimension.label.toLowerCase()}`}
        times={grid?.times}
        stepMs={grid?.stepMs ?? 3_600_000}
        series={series}
        kind="stack"
        height={220}
        legend
        format={measure.short}
        onZoom={(fromMs, toMs) => setRange(fixedRange(fromMs, toMs))}
        onPick={(fromMs, toMs, name) => show(name, fixedRange(fromMs, toMs))}
        onSeries={(name) => show(name, range.text)}
      />
    </Section>
  );
}

type Props = {
  readonly state: OverviewState;
  readonly dimension: Dimension;
  readonly choices: readonly Dimension[];
};

function seriesOf(
  stats: Stats,
  grid: ReturnType<typeof timeGrid>,
  id: string,
  measure: Measure,
): readonly ChartSeries[] {
  const groups = stats.groups.map((group) => ({
    name: groupName(group, id),
    values: onGrid(grid, group.series, measure.of, 0),
  }));
  if (stats.other === undefined) return groups;
  const others = onGrid(grid, stats.other.series, measure.of, 0);
  return [...groups, { name: `${stats.other.groups} others`, values: others, colour: "var(--series-rest)" }];
}
