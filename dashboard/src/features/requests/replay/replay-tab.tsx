import { isObject, tryParse } from "#lib/json";
import { callOf } from "#lib/request-code/call-of";
import type { WholeRecord } from "../record";
import { Comparison } from "./comparison";
import { ReplayForm } from "./replay-form";
import { useReplay } from "./use-replay";

/** Sends the request again, as it was or edited, and sets the answers beside the one before. */
export function ReplayTab({ record }: { readonly record: WholeRecord }) {
  const { runs, send, running, stop } = useReplay(record);
  const kept = tryParse(record.request?.text ?? "");
  if (!isObject(kept) || callOf(record, "", kept) === undefined) {
    return (
      <p className="max-w-prose py-2 text-muted">
        A request of a model can be sent again where its whole body was kept: this one has none, or it is no JSON.
      </p>
    );
  }
  return (
    <div className="flex flex-col gap-6">
      <ReplayForm record={record} running={running} onSend={send} onStop={stop} />
      {runs.length > 0 && <Comparison record={record} runs={runs} />}
    </div>
  );
}
