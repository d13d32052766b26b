import type { WholeRecord } from "../record";

/** Why there is nothing to read. */
export function NoBodies({ record }: { readonly record: WholeRecord }) {
  const { bodies_unreadable, outcome } = record;
  return (
    <p className="max-w-prose py-4 text-muted">
      {bodies_unreadable ??
        (outcome === "refused"
          ? "The request was refused before it was asked of a provider, so nothing of it was kept."
          : "The content of this request was not kept: content_logging is off for it, or it is older than the log keeps content.")}
    </p>
  );
}
