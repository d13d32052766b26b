import { useMemo } from "react";
import { EmptyState } from "#components/empty-state";
import { ErrorState } from "#components/error-state";
import { SkeletonLines } from "#components/skeleton";
import { Stat, StatRow } from "#components/stat";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatCompact, formatCount } from "#lib/format-number";
import { inputTokens, outputTokens, type RequestRecord } from "../record";
import type { RequestsState } from "../use-requests-state";
import { mostInWaterfall, useSessionRequests } from "./session-requests";
import { spanOf, timeAxis } from "./time-axis";
import { WaterfallRow } from "./waterfall-row";

/** All requests of one session or trace on one axis of time, whatever range is chosen. */
export function Waterfall({ state }: { readonly state: RequestsState }) {
  const { data, error, refetch } = useSessionRequests(state.filters);
  const records = data?.data;
  const axis = useMemo(() => timeAxis((records ?? []).map(spanOf)), [records]);
  if (error !== null) return <ErrorState error={error} onRetry={() => void refetch()} />;
  if (records === undefined) {
    return (
      <div className="p-6">
        <SkeletonLines count={10} />
      </div>
    );
  }
  if (records.length === 0)
    return <EmptyState title="No request of it is kept">They may be older than the log is kept.</EmptyState>;
  return (
    <div className="scroll-thin min-h-0 flex-1 overflow-y-auto px-4 py-4 md:px-6">
      <Totals records={records} more={data?.has_more === true} />
      <ol className="mt-4 border-t border-line" aria-label="Requests in the order of their start">
        {records.map((record) => (
          <WaterfallRow
            key={record.id}
            record={record}
            axis={axis}
            isOpen={record.id === state.open}
            firstMs={Date.parse(records[0]?.started_at ?? "")}
            onOpen={() => state.set({ open: record.id }, { push: state.open === undefined })}
          />
        ))}
      </ol>
      {axis.pauses.length > 0 && (
        <p className="py-2 text-sm text-muted">Pauses between requests are drawn shorter than they were.</p>
      )}
    </div>
  );
}

function Totals({ records, more }: { readonly records: readonly RequestRecord[]; readonly more: boolean }) {
  const sum = (of: (record: RequestRecord) => number | undefined) =>
    records.reduce((total, record) => total + (of(record) ?? 0), 0);
  const spans = records.map(spanOf);
  const lasted = Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from));
  return (
    <StatRow>
      <Stat
        label="Requests"
        value={formatCount(records.length)}
        note={
          more
            ? `the first ${mostInWaterfall}`
            : `${formatCount(records.filter(({ outcome }) => outcome !== "ok").length)} failed`
        }
      />
      <Stat
        label="From first to last"
        value={formatMs(lasted)}
        note={`${formatMs(sum(({ duration_ms }) => duration_ms))} running`}
      />
      <Stat label="Input tokens" value={formatCompact(sum(inputTokens))} />
      <Stat label="Output tokens" value={formatCompact(sum(outputTokens))} />
      <Stat label="Cost" value={formatMoney(sum(({ cost_usd }) => Number(cost_usd ?? 0)))} />
    </StatRow>
  );
}
