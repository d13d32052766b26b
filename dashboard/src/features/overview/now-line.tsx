import { formatMoney } from "#lib/format-money";
import { formatCompact, formatCount } from "#lib/format-number";
import { usePreferences } from "#lib/preferences";
import type { TimeRange } from "#lib/range";
import { useRunningNow } from "./get-running-now";
import { useStats } from "./get-stats";
import { RequestsLink } from "./requests-link";

/** What goes on at this moment, and what was refused in the range and why. */
export function NowLine({ range }: { readonly range: TimeRange }) {
  const { data } = useRunningNow();
  const { zone } = usePreferences();
  const wanted = { group_by: "error_code", order: "refused" as const, top: "4", interval: "none" as const };
  const { data: refusals } = useStats(range, zone === "utc", wanted);
  const reasons = refusals?.groups.filter(({ total }) => total.refused > 0) ?? [];
  return (
    <p className="flex min-h-5 flex-wrap gap-x-4 text-muted">
      <span>
        <b className="font-medium text-text">{formatCount(data?.running)}</b> running now
        {data !== undefined && data.held_usd > 0 && `, holding ${formatMoney(data.held_usd)}`}
      </span>
      <span className={data !== undefined && data.queued > 0 ? "text-warn" : ""}>
        <b className="font-medium text-text">{formatCount(data?.queued)}</b> waiting
      </span>
      <span>
        <RequestsLink
          filters={[{ field: "outcome", value: "refused" }]}
          range={range.text}
          className="rounded-sm hover:text-accent"
        >
          <b className="font-medium text-text">{formatCompact(refusals?.total.refused)}</b> refused
        </RequestsLink>
        {reasons.length > 0 && ": "}
        {reasons.map(({ group, total }, index) => (
          <span key={group.error_code}>
            {index > 0 && ", "}
            <RequestsLink
              filters={[
                { field: "outcome", value: "refused" },
                { field: "error_code", value: group.error_code ?? "" },
              ]}
              range={range.text}
              className="rounded-sm hover:text-accent"
            >
              {group.error_code?.replaceAll("_", " ")} {formatCompact(total.refused)}
            </RequestsLink>
          </span>
        ))}
      </span>
    </p>
  );
}
