import { ErrorLine } from "#components/error-state";
import { SkeletonLines } from "#components/skeleton";
import { formatCompact, formatShare } from "#lib/format-number";
import { usePreferences } from "#lib/preferences";
import { type Dimension, groupFilter, groupName } from "./dimension";
import { useStats } from "./get-stats";
import { measureOf } from "./measure";
import { RequestsLink } from "./requests-link";
import type { OverviewState } from "./use-overview-state";

type Props = { readonly state: OverviewState; readonly dimension: Dimension };

/** The ten that have most of the amount, each with its share. */
export function TopList({ state, dimension }: Props) {
  const { range, measure: name } = state;
  const { zone } = usePreferences();
  const measure = measureOf(name);
  const wanted = { group_by: dimension.id, top: "10", order: name, interval: "none" as const };
  const { data, error } = useStats(range, zone === "utc", wanted);
  const total = data === undefined ? 0 : measure.of(data.total);
  const groups = data?.groups.filter(({ total: figures }) => figures.requests > 0) ?? [];
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <h3 className="text-sm text-muted">{dimension.plural}</h3>
      <ErrorLine error={error} />
      {data === undefined && error === null && <SkeletonLines count={5} />}
      {data !== undefined && groups.length === 0 && <p className="py-1 text-faint">None in this range</p>}
      <ol>
        {groups.map((group) => {
          const shown = groupName(group, dimension.id);
          const filter = groupFilter(group, dimension.id);
          const amount = measure.of(group.total);
          const share = total === 0 ? 0 : amount / total;
          return (
            <li key={shown} className="relative flex h-7 items-center gap-2 border-b border-line">
              <span
                aria-hidden="true"
                className="absolute inset-y-1 left-0 rounded-sm bg-accent-soft"
                style={{ width: `${share * 100}%` }}
              />
              <span className="relative min-w-0 flex-1 truncate pl-1" title={shown}>
                {filter === undefined ? (
                  <span className="text-muted">{shown}</span>
                ) : (
                  <RequestsLink filters={[filter]} range={range.text} className="rounded-sm hover:text-accent">
                    {shown}
                  </RequestsLink>
                )}
              </span>
              <span
                className="relative pr-1"
                title={`${formatShare(share)}, ${formatCompact(group.total.requests)} requests`}
              >
                {measure.format(amount)}
              </span>
            </li>
          );
        })}
      </ol>
      {data?.other !== undefined && (
        <p className="px-1 text-sm text-faint">
          and {formatCompact(data.other.groups)} more with {measure.format(measure.of(data.other.total))}
        </p>
      )}
    </div>
  );
}
