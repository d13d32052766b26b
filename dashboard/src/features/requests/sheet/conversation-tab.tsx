import { useMemo } from "react";
import { ConversationView } from "#components/conversation/conversation-view";
import { readConversation } from "#lib/conversation/read-conversation";
import { formatBytes } from "#lib/format-number";
import type { WholeRecord } from "../record";
import { NoBodies } from "./no-bodies";
import { RawTab } from "./raw-tab";

/** What was said, or the JSON of it where the shape is none that is known here. */
export function ConversationTab({ record }: { readonly record: WholeRecord }) {
  const { dialect, request, response } = record;
  const conversation = useMemo(() => readConversation(dialect, request, response), [dialect, request, response]);
  if (request === undefined && response === undefined) return <NoBodies record={record} />;
  if (conversation === undefined) return <RawTab record={record} />;
  return (
    <>
      {request?.truncated === true && (
        <p className="pb-2 text-sm text-warn">
          Of the request's {formatBytes(request.total_bytes)} only the beginning was kept: messages after these are
          missing.
        </p>
      )}
      <ConversationView conversation={conversation} />
    </>
  );
}
