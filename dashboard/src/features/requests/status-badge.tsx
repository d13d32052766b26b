import { Badge, type Tone } from "#components/badge";
import type { RequestRecord } from "./record";

/** The status that the client got; where that does not say what became of the answer, what did. */
export function StatusBadge({ record }: { readonly record: RequestRecord }) {
  const { status, outcome, error_code } = record;
  const ended = {
    ok: "",
    error: "",
    cut: " cut",
    "client-gone": " client gone",
    interrupted: " interrupted",
    refused: " refused",
  }[outcome];
  const word = outcome === "client-gone" ? "client gone" : `${status === 0 ? "" : status}${ended}`;
  return (
    <span title={error_code === undefined ? outcome : `${outcome}: ${error_code}`}>
      <Badge tone={toneOf(record)}>{word}</Badge>
    </span>
  );
}

function toneOf({ status, outcome }: RequestRecord): Tone {
  if (outcome === "ok") return "good";
  if (outcome === "refused" || outcome === "client-gone") return "warn";
  return outcome === "error" && status >= 400 && status < 500 ? "warn" : "bad";
}
