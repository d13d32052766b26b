import { Icon } from "#components/icon";
import type { Column } from "#components/table-column";
import { TimeText } from "#components/time-text";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatBytes, formatCompact, formatCount, noFigure } from "#lib/format-number";
import { inputTokens, modelName, outputTokens, type RequestRecord, servedModel, tokensPerSecond } from "./record";
import { StatusBadge } from "./status-badge";

const text = (value: string | undefined) => <span title={value}>{value ?? noFigure}</span>;

/** All that a list can show of a request, in the order in which it does. */
export const columns: readonly Column<RequestRecord>[] = [
  {
    id: "time",
    header: "Time",
    width: 140,
    always: true,
    sort: "time",
    cell: (record) => (
      <span className="flex items-center gap-1">
        <TimeText value={record.started_at} />
        {record.bookmarked === true && <Icon name="bookmark" className="size-3.5 text-accent" />}
        {record.note !== undefined && (
          <span title={record.note}>
            <Icon name="edit" className="size-3.5 text-faint" />
          </span>
        )}
      </span>
    ),
  },
  { id: "status", header: "Status", width: 92, cell: (record) => <StatusBadge record={record} /> },
  {
    id: "model",
    header: "Model",
    width: 216,
    grow: true,
    cell: (record) => <ModelCell record={record} />,
  },
  { id: "key", header: "Key", width: 140, cell: ({ key_name }) => text(key_name) },
  {
    id: "input",
    header: "Input",
    width: 76,
    align: "right",
    cell: (record) => <Tokens count={inputTokens(record)} estimated={record.usage?.estimated === true} />,
  },
  {
    id: "output",
    header: "Output",
    width: 76,
    align: "right",
    cell: (record) => <Tokens count={outputTokens(record)} estimated={record.usage?.estimated === true} />,
  },
  {
    id: "cost",
    header: "Cost",
    width: 124,
    align: "right",
    sort: "cost",
    cell: ({ cost_usd }) => formatMoney(cost_usd),
  },
  {
    id: "first",
    header: "First token",
    width: 92,
    align: "right",
    cell: ({ first_token_ms }) => formatMs(first_token_ms),
  },
  {
    id: "duration",
    header: "Duration",
    width: 88,
    align: "right",
    sort: "duration",
    cell: ({ duration_ms }) => formatMs(duration_ms),
  },
  { id: "team", header: "Team", width: 120, hidden: true, cell: ({ team }) => text(team) },
  { id: "customer", header: "Customer", width: 120, hidden: true, cell: ({ customer }) => text(customer) },
  {
    id: "tags",
    header: "Tags",
    width: 160,
    hidden: true,
    cell: ({ tags }) =>
      text(
        Object.entries(tags ?? {})
          .map((tag) => tag.join(":"))
          .join(" ") || undefined,
      ),
  },
  { id: "asked", header: "Asked model", width: 160, hidden: true, cell: ({ asked_model }) => text(asked_model) },
  { id: "provider", header: "Provider", width: 110, hidden: true, cell: ({ provider }) => text(provider) },
  { id: "provider-key", header: "Provider key", width: 110, hidden: true, cell: (record) => text(record.provider_key) },
  { id: "endpoint", header: "Endpoint", width: 140, hidden: true, cell: ({ endpoint }) => text(endpoint) },
  { id: "stream", header: "Streamed", width: 84, hidden: true, cell: ({ stream }) => (stream ? "yes" : "no") },
  {
    id: "attempts",
    header: "Attempts",
    width: 84,
    align: "right",
    hidden: true,
    cell: ({ attempts }) => formatCount(attempts.length),
  },
  {
    id: "cached",
    header: "Cached",
    width: 84,
    align: "right",
    hidden: true,
    cell: ({ usage }) => formatCompact(usage?.cache_read),
  },
  {
    id: "speed",
    header: "Tokens/s",
    width: 84,
    align: "right",
    hidden: true,
    cell: (record) => formatCompact(tokensPerSecond(record)),
  },
  { id: "finish", header: "Finish", width: 110, hidden: true, cell: ({ finish_reason }) => text(finish_reason) },
  { id: "error-code", header: "Error code", width: 150, hidden: true, cell: ({ error_code }) => text(error_code) },
  { id: "error", header: "Error", width: 220, hidden: true, cell: (record) => text(record.error_message) },
  { id: "session", header: "Session", width: 160, hidden: true, cell: ({ session_id }) => text(session_id) },
  { id: "trace", header: "Trace", width: 160, hidden: true, cell: ({ trace_id }) => text(trace_id) },
  { id: "user", header: "End user", width: 120, hidden: true, cell: ({ end_user }) => text(end_user) },
  { id: "sdk", header: "SDK", width: 140, hidden: true, cell: ({ sdk }) => text(sdk) },
  { id: "user-agent", header: "User agent", width: 160, hidden: true, cell: ({ user_agent }) => text(user_agent) },
  { id: "tier", header: "Service tier", width: 100, hidden: true, cell: ({ service_tier }) => text(service_tier) },
  { id: "paid-by", header: "Paid by", width: 84, hidden: true, cell: ({ paid_by }) => text(paid_by) },
  { id: "price", header: "Price version", width: 140, hidden: true, cell: ({ price_version }) => text(price_version) },
  {
    id: "bytes",
    header: "Answer size",
    width: 96,
    align: "right",
    hidden: true,
    cell: ({ response_bytes }) => formatBytes(response_bytes),
  },
  { id: "request-id", header: "Request id", width: 280, hidden: true, cell: ({ request_id }) => text(request_id) },
];

/** What answered; what was asked for where that is another name; how many attempts it took. */
function ModelCell({ record }: { readonly record: RequestRecord }) {
  const { asked_model, attempts } = record;
  const served = servedModel(record);
  const other = asked_model !== undefined && served !== undefined && asked_model !== served ? asked_model : undefined;
  return (
    <span
      className="flex min-w-0 items-baseline gap-2"
      title={other === undefined ? served : `${served}, asked for as ${other}`}
    >
      <span className="truncate">{modelName(record)}</span>
      {other !== undefined && <span className="max-w-[40%] shrink-0 truncate text-sm text-faint">{other}</span>}
      {attempts.length > 1 && <span className="shrink-0 text-sm text-warn">{attempts.length} attempts</span>}
    </span>
  );
}

function Tokens({ count, estimated }: { readonly count: number | undefined; readonly estimated: boolean }) {
  if (!estimated || count === undefined) return formatCompact(count);
  return <span title="Counted by Headgate, not by the provider">~{formatCompact(count)}</span>;
}
