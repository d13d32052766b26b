import { StatusDot } from "#components/badge";
import { formatShare } from "#lib/format-number";
import type { Leg } from "./route-legs";

/** What the picture shows, in words. */
export function LegList({ legs }: { readonly legs: readonly Leg[] }) {
  return (
    <ol className="flex flex-col gap-2">
      {legs.map(({ place, model, share, word, tone, reason }) => (
        <li key={place} className="flex min-w-0 flex-col">
          <div className="flex min-w-0 flex-wrap items-center gap-x-2">
            <StatusDot tone={tone} />
            <span className="min-w-0 truncate font-medium">{model}</span>
            <span className="text-muted">{word}</span>
            <span className="ml-auto text-sm text-muted">
              {share === undefined ? "fallback" : `${formatShare(share)} of requests`}
            </span>
          </div>
          {reason !== undefined && <p className="pl-4 text-sm break-words text-muted">{reason}</p>}
        </li>
      ))}
    </ol>
  );
}
