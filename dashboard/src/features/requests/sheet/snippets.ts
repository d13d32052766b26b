import type { Snippet } from "#components/code-block";
import { isObject, tryParse } from "#lib/json";
import { codeOf } from "#lib/request-code";
import type { WholeRecord } from "../record";

/** Where requests of a dialect and endpoint go; undefined where the record does not say enough. */
export function pathOf({ endpoint }: Pick<WholeRecord, "endpoint">): string | undefined {
  return {
    "chat.completions": "/v1/chat/completions",
    completions: "/v1/completions",
    embeddings: "/v1/embeddings",
    messages: "/v1/messages",
    responses: "/v1/responses",
  }[endpoint];
}

/** The request as a program would send it, to this gateway and with a key of one's own. */
export function snippetsOf(record: WholeRecord, origin: string): readonly Snippet[] {
  const path = pathOf(record);
  const body = tryParse(record.request?.text ?? "");
  if (path === undefined || !isObject(body)) return [];
  return codeOf({ origin, path, body, isAnthropic: record.dialect === "anthropic-messages" });
}
