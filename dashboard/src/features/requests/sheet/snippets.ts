import type { Snippet } from "#components/code-block";
import { isObject, tryParse } from "#lib/json";
import { codeOf } from "#lib/request-code/code-of";
import type { WholeRecord } from "../record";

/** The request as a program would send it, to this gateway and with a key of one's own; none where the record does not say enough. */
export function snippetsOf(record: WholeRecord, origin: string): readonly Snippet[] {
  const { endpoint, stream, asked_model: model = "" } = record;
  const body = tryParse(record.request?.text ?? "");
  return isObject(body) ? codeOf({ origin, endpoint, stream, model, body }) : [];
}
