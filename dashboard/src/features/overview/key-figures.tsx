import { type Change, Stat } from "#components/stat";
import type { Filter } from "#lib/filters";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatCompact, formatShare } from "#lib/format-number";
import type { Figures, Stats } from "./get-stats";
import { failedOutcomes, RequestsLink } from "./requests-link";

type Props = { readonly stats: Stats | undefined; readonly range: string };

/** The figures of the range, each against the period before, and each leads to its requests. */
export function KeyFigures({ stats, range }: Props) {
  const now = stats?.total;
  const before = stats?.previous_total;
  const change = (
    value: (figures: Figures) => number | null | undefined,
    moreIs?: "good" | "bad",
  ): Change | undefined => {
    const [latest, earlier] = [now && value(now), before && value(before)];
    if (latest == null || earlier == null) return undefined;
    return { now: latest, before: earlier, ...(moreIs !== undefined && { moreIs }) };
  };
  const linked = (value: (figures: Figures) => string, filters: readonly Filter[] = []) =>
    now === undefined ? undefined : (
      <RequestsLink filters={filters} range={range} className="rounded-sm hover:text-accent">
        {value(now)}
      </RequestsLink>
    );
  const slowest = (field: string, ms: number | null | undefined) =>
    ms != null && (
      <RequestsLink filters={[{ field, value: `>${Math.floor(ms)}ms` }]} range={range} className="hover:text-accent">
        p95 {formatMs(ms)}
      </RequestsLink>
    );
  return (
    <div className="grid grid-cols-2 gap-x-6 gap-y-4 sm:grid-cols-4">
      <Stat
        label="Spend"
        value={linked(({ cost_usd }) => formatMoney(cost_usd), [{ field: "cost", value: ">0" }])}
        change={change(({ cost_usd }) => Number(cost_usd))}
        note={now !== undefined && now.unpriced > 0 && `${formatCompact(now.unpriced)} without price`}
      />
      <Stat
        label="Requests"
        value={linked(({ requests }) => formatCompact(requests))}
        change={change(({ requests }) => requests)}
      />
      <Stat
        label="Error rate"
        value={linked((figures) => formatShare(errorRate(figures)), failedOutcomes)}
        change={inPoints(change(errorRate, "bad"))}
      />
      <Stat
        label="Tokens"
        value={linked(({ tokens }) => formatCompact(tokens.total), [{ field: "tokens", value: ">0" }])}
        change={change(({ tokens }) => tokens.total)}
      />
      <Stat
        label="Read from cache"
        value={linked(({ cache_share }) => formatShare(cache_share))}
        change={inPoints(change(({ cache_share }) => cache_share, "good"))}
      />
      <Stat
        label="Duration, median"
        value={linked(({ duration_ms }) => formatMs(duration_ms?.p50))}
        change={change(({ duration_ms }) => duration_ms?.p50, "bad")}
        note={slowest("duration", now?.duration_ms?.p95)}
      />
      <Stat
        label="First token, median"
        value={linked(({ first_token_ms }) => formatMs(first_token_ms?.p50), [{ field: "first_token", value: ">0ms" }])}
        change={change(({ first_token_ms }) => first_token_ms?.p50, "bad")}
        note={slowest("first_token", now?.first_token_ms?.p95)}
      />
      <Stat
        label="Tokens per second"
        value={linked(({ tokens_per_s }) => formatCompact(tokens_per_s))}
        change={change(({ tokens_per_s }) => tokens_per_s, "good")}
      />
    </div>
  );
}

/** Of a share: a percentage of a percentage would be misread. */
function inPoints(change: Change | undefined): Change | undefined {
  return change && { ...change, inPoints: true };
}

function errorRate({ errors, requests }: Figures): number | null {
  return requests === 0 ? null : errors / requests;
}
