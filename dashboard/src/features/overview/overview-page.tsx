import { ErrorState } from "#components/error-state";
import { PageFrame, Section } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { usePreferences } from "#lib/preferences";
import { BudgetList } from "./budget-list";
import { dimensions, tagDimension } from "./dimension";
import { useStats } from "./get-stats";
import { KeyFigures } from "./key-figures";
import { LatencyChart } from "./latency-chart";
import { useTagNames } from "./list-tag-names";
import { measureOf } from "./measure";
import { NoTraffic } from "./no-traffic";
import { NowLine } from "./now-line";
import { OutcomeChart } from "./outcome-chart";
import { SpendChart } from "./spend-chart";
import { TargetList } from "./target-list";
import { TopList } from "./top-list";
import { useOverviewState } from "./use-overview-state";

/** What it costs, how it runs, and what is near its limit. */
export function Page() {
  const state = useOverviewState();
  const { range, setRange, by, measure } = state;
  const { zone } = usePreferences();
  const { data: stats, error, refetch } = useStats(range, zone === "utc", { compare: "previous" });
  const tags = useTagNames();
  const choices = [...dimensions, ...tags.map(tagDimension)];
  const chosen =
    choices.find(({ id }) => id === by) ?? (by.startsWith("tag:") ? tagDimension(by.slice(4)) : choices[0]);
  const isEmpty = stats !== undefined && stats.total.requests === 0 && stats.total.refused === 0;
  return (
    <PageFrame
      title="Overview"
      actions={<RangePicker range={range} onChange={setRange} />}
      bar={<NowLine range={range} />}
    >
      {error !== null && stats === undefined ? (
        <ErrorState error={error} onRetry={() => void refetch()} />
      ) : isEmpty ? (
        <NoTraffic />
      ) : (
        <>
          <KeyFigures stats={stats} range={range.text} />
          {chosen !== undefined && <SpendChart state={state} dimension={chosen} choices={choices} />}
          <div className="grid grid-cols-1 gap-8 lg:grid-cols-2">
            <LatencyChart stats={stats} onZoom={setRange} />
            <OutcomeChart stats={stats} range={range.text} onZoom={setRange} />
          </div>
          <Section title="Top ten" note={`by ${measureOf(measure).label.toLowerCase()}`}>
            <div className="grid grid-cols-1 gap-x-8 gap-y-6 sm:grid-cols-2 lg:grid-cols-3">
              {choices.map((dimension) => (
                <TopList key={dimension.id} state={state} dimension={dimension} />
              ))}
            </div>
          </Section>
        </>
      )}
      <div className="grid grid-cols-1 gap-8 lg:grid-cols-2">
        <BudgetList range={range.text} />
        <TargetList range={range.text} />
      </div>
    </PageFrame>
  );
}
