import { formatCount, formatShare } from "#lib/format-number";
import { useFormatTime } from "#lib/preferences";
import { useHistogram } from "./count-over-time";
import { RequestHistogram } from "./request-histogram";
import { isListOnly } from "./request-query";
import type { RequestRows } from "./use-request-rows";
import type { RequestsState } from "./use-requests-state";

/** How many there are and when. Bookmarks and texts are not counted over time. */
export function SummaryLine({ state, list }: { readonly state: RequestsState; readonly list: RequestRows }) {
  const { filters, range, utc } = state;
  const { data, error } = useHistogram({ filters, range: range.text, utc, live: range.live });
  const format = useFormatTime();
  if (isListOnly(filters) || error !== null) return null;
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <RequestHistogram histogram={data} onZoom={state.setRange} />
      <p className="flex min-h-4 flex-wrap gap-x-3 text-sm text-muted" role="status">
        {data !== undefined && (
          <>
            <span>
              {formatCount(data.records)} {data.records === 1 ? "request" : "requests"}
            </span>
            {data.errors > 0 && (
              <span className="text-bad">
                {formatCount(data.errors)} failed ({formatShare(data.errors / Math.max(1, data.records))})
              </span>
            )}
            {data.counted_from !== undefined && (
              <span className="text-warn">
                Counted from {format(data.counted_from, "minute")} on: before that there is more than could be counted
                in time.
              </span>
            )}
          </>
        )}
        {list.lookedBackTo !== undefined && (
          <span className="text-warn">
            In order from {format(list.lookedBackTo, "minute")} on: before that there is more than could be looked at in
            time.
          </span>
        )}
        {list.partial && (
          <span className="text-warn">The search takes long; scroll down and it goes on further back.</span>
        )}
        {list.followed.dropped > 0 && (
          <span className="text-warn">{formatCount(list.followed.dropped)} came too quickly to be shown live.</span>
        )}
      </p>
    </div>
  );
}
