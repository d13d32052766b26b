import { useMemo } from "react";
import type { OwnRecordWithBodies } from "#api/schema.gen";
import { ConversationView } from "#components/conversation/conversation-view";
import { ErrorState } from "#components/error-state";
import { type Fact, Facts } from "#components/facts";
import { JsonView } from "#components/json-view";
import { Section } from "#components/page-frame";
import { Sheet } from "#components/sheet";
import { SkeletonLines } from "#components/skeleton";
import { TimeText } from "#components/time-text";
import { readConversation } from "#lib/conversation/read-conversation";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { useOwnRequest } from "./get-own-request";

type Props = {
  readonly id: string;
  readonly onClose: () => void;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
};

export function OwnRequestSheet({ id, ...around }: Props) {
  const { data: record, error, refetch } = useOwnRequest(id);
  return (
    <Sheet open title={record?.model ?? record?.asked_model ?? "Request"} {...around}>
      {record !== undefined && (
        <div className="flex flex-col gap-6">
          <Facts facts={factsOf(record)} />
          <Content record={record} />
        </div>
      )}
      {record === undefined &&
        (error === null ? <SkeletonLines count={6} /> : <ErrorState error={error} onRetry={refetch} />)}
    </Sheet>
  );
}

/** Only where the key's `self_view` lets its holder see it. */
function Content({ record }: { readonly record: OwnRecordWithBodies }) {
  const { dialect, request, response } = record;
  const conversation = useMemo(() => readConversation(dialect, request, response), [dialect, request, response]);
  if (conversation !== undefined) {
    return (
      <Section title="Conversation">
        <ConversationView conversation={conversation} />
      </Section>
    );
  }
  return (
    <>
      {request?.text !== undefined && <JsonView value={request.text} label="Request" />}
      {response?.text !== undefined && <JsonView value={response.text} label="Answer" />}
    </>
  );
}

function factsOf(record: OwnRecordWithBodies): readonly Fact[] {
  const { error_code: code, error_message: message, first_token_ms: first, session_id: session } = record;
  return [
    { name: "Time", value: <TimeText value={record.started_at} style="full" /> },
    { name: "Status", value: `${record.status} ${record.outcome}` },
    ...(code === undefined ? [] : [{ name: "Error", value: message === undefined ? code : `${code}: ${message}` }]),
    { name: "Endpoint", value: record.endpoint },
    { name: "Asked for", value: record.asked_model ?? "–" },
    {
      name: "Answered by",
      value: record.model === undefined ? "–" : `${record.provider ?? ""} ${record.model}`.trim(),
    },
    { name: "Took", value: formatMs(record.duration_ms) },
    ...(first === undefined ? [] : [{ name: "First token after", value: formatMs(first) }]),
    { name: "Cost", value: formatMoney(record.cost_usd) },
    ...(session === undefined ? [] : [{ name: "Session", value: session }]),
    { name: "Request id", value: <span className="font-mono text-sm">{record.request_id}</span> },
  ];
}
