import type { ReactNode } from "react";
import { Stat, StatRow } from "#components/stat";
import { TimeText } from "#components/time-text";
import type { Filter } from "#lib/filters";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { formatCompact, formatCount } from "#lib/format-number";
import { inputTokens, outputTokens, servedModel, tokensPerSecond, type WholeRecord } from "../record";
import type { RequestsState } from "../use-requests-state";
import { NoteField } from "./note-field";
import { RefusalLine } from "./refusal-line";

type Props = { readonly record: WholeRecord; readonly state: RequestsState };

/** What is known of a request at a glance. Words lead to the requests that have them too. */
export function RecordHead({ record, state }: Props) {
  const speed = tokensPerSecond(record);
  const estimated = record.usage?.estimated === true ? "estimated" : undefined;
  return (
    <>
      <StatRow>
        <Stat label="Duration" value={formatMs(record.duration_ms)} note={firstTokenNote(record)} />
        <Stat label="Input tokens" value={formatCompact(inputTokens(record))} note={cachedNote(record)} />
        <Stat
          label="Output tokens"
          value={formatCompact(outputTokens(record))}
          note={estimated ?? (speed === undefined ? undefined : `${formatCompact(speed)}/s`)}
        />
        <Stat label="Cost" value={formatMoney(record.cost_usd)} note={correctionNote(record)} />
      </StatRow>
      {record.error_message !== undefined && (
        <div className="rounded-md bg-bad-soft px-3 py-2">
          <p className="text-sm text-bad">
            {record.error_code}
            {record.error_source !== undefined && ` from the ${sources[record.error_source]}`}
          </p>
          <p className="[overflow-wrap:anywhere] whitespace-pre-wrap">{record.error_message}</p>
        </div>
      )}
      {record.refusal !== undefined && <RefusalLine refusal={record.refusal} />}
      <dl className="flex flex-wrap gap-x-4 gap-y-1">
        {factsOf(record, state).map(({ name, value }, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: tags have the same name
          <div key={index} className="flex min-w-0 gap-1.5">
            <dt className="shrink-0 text-muted">{name}</dt>
            <dd className="min-w-0">{value}</dd>
          </div>
        ))}
      </dl>
      <NoteField record={record} />
    </>
  );
}

const sources = { client: "client", gateway: "gateway", upstream: "provider" } as const;

type Fact = { readonly name: string; readonly value: ReactNode };

function factsOf(record: WholeRecord, state: RequestsState): readonly Fact[] {
  const word = (name: string, field: string, value: string | undefined): readonly Fact[] =>
    value === undefined ? [] : [{ name, value: <FilterLink filter={{ field, value }} state={state} /> }];
  const group = (name: string, field: string, value: string | undefined): readonly Fact[] =>
    value === undefined
      ? []
      : [
          {
            name,
            value: <FilterLink filter={{ field, value }} state={state} waterfall label={`${value} (all)`} />,
          },
        ];
  return [
    { name: "Started", value: <TimeText value={record.started_at} style="full" /> },
    ...word("Key", "key", record.key_name),
    ...word("Team", "team", record.team),
    ...word("Customer", "customer", record.customer),
    ...Object.entries(record.tags ?? {}).flatMap(([name, value]) => word("Tag", "tag", `${name}:${value}`)),
    ...word("Endpoint", "endpoint", record.endpoint),
    ...(record.asked_model === servedModel(record) ? [] : word("Asked for as", "asked_model", record.asked_model)),
    ...(record.canonical_model === servedModel(record)
      ? []
      : word("Canonical model", "canonical_model", record.canonical_model)),
    ...word("Finish reason", "finish_reason", record.finish_reason),
    ...cappedFact(record, state),
    ...word("End user", "end_user", record.end_user),
    ...group("Session", "session_id", record.session_id),
    ...group("Trace", "trace_id", record.trace_id),
    ...(record.dropped === undefined ? [] : [{ name: "Left out or changed", value: record.dropped.join(", ") }]),
    ...word("SDK", "sdk", record.sdk),
    ...(record.sdk === undefined ? word("User agent", "user_agent", record.user_agent) : []),
    { name: "Request id", value: <span className="font-mono text-sm">{record.request_id}</span> },
  ];
}

function cappedFact({ capped }: WholeRecord, state: RequestsState): readonly Fact[] {
  if (capped === undefined) return [];
  const label = `${formatCount(capped)} tokens, by a budget`;
  const filter = { field: "capped", value: "true" };
  return [{ name: "Output limited to", value: <FilterLink filter={filter} state={state} label={label} /> }];
}

type LinkProps = {
  readonly filter: Filter;
  readonly state: RequestsState;
  readonly waterfall?: boolean;
  readonly label?: string;
};

/** Adds a filter; a session or trace opens as a whole. */
function FilterLink({ filter, state, waterfall = false, label = filter.value }: LinkProps) {
  const text = `${filter.field}:${filter.value}`;
  const go = () =>
    waterfall
      ? state.set({ f: [text], view: "waterfall", open: undefined }, { push: true })
      : state.set({ f: [...state.f.filter((each) => each !== text), text], view: "list" }, { push: true });
  return (
    <button
      type="button"
      onClick={go}
      title={waterfall ? "Show all its requests as a waterfall" : `Only requests with this ${filter.field}`}
      className="max-w-full rounded-sm text-left [overflow-wrap:anywhere] hover:text-accent hover:underline"
    >
      {label}
    </button>
  );
}

function firstTokenNote({ first_token_ms }: WholeRecord) {
  return first_token_ms === undefined ? undefined : `first token ${formatMs(first_token_ms)}`;
}

function cachedNote({ usage }: WholeRecord) {
  return usage === undefined || usage.cache_read === 0 ? undefined : `${formatCompact(usage.cache_read)} cached`;
}

function correctionNote({ correction }: WholeRecord) {
  return correction === undefined ? undefined : `corrected to ${formatMoney(correction.new_cost_usd)}`;
}
