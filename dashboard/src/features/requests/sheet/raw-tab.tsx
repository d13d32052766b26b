import { JsonView } from "#components/json-view";
import { Section } from "#components/page-frame";
import { readFrames } from "#lib/conversation/read-frames";
import { formatBytes } from "#lib/format-number";
import type { WholeRecord } from "../record";
import { NoBodies } from "./no-bodies";

/** The bytes that the client sent and got, as far as they were kept. */
export function RawTab({ record }: { readonly record: WholeRecord }) {
  const { request, response } = record;
  if (request === undefined && response === undefined) return <NoBodies record={record} />;
  return (
    <div className="flex flex-col gap-6">
      <RawBody title="Request" body={request} />
      <RawBody title="Answer" body={response} />
    </div>
  );
}

function RawBody({ title, body }: { readonly title: string; readonly body: WholeRecord["request"] }) {
  return (
    <Section
      title={title}
      note={
        body !== undefined &&
        `${formatBytes(body.total_bytes)}${body.truncated === true ? ", of which only the beginning was kept" : ""}`
      }
    >
      {body === undefined ? (
        <p className="text-muted">None was kept.</p>
      ) : (
        <JsonView value={body.text ?? framesOr(body.base64 ?? "")} label={title} />
      )}
    </Section>
  );
}

/** The events that a stream of AWS's holds; bytes that are none as they are. */
function framesOr(base64: string): unknown {
  const events = readFrames(base64);
  return events.length > 0 ? events : base64;
}
