import { Link } from "@tanstack/react-router";
import type { Record } from "#api/schema.gen";
import { StatusDot } from "#components/badge";
import { buttonClass } from "#components/button";
import { RelativeTime } from "#components/time-text";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";

/** The request that came, with what one would look for. */
export function ArrivedRequest({ record }: { readonly record: Record | undefined }) {
  if (record === undefined) {
    return (
      <p role="status" className="flex items-center gap-2 text-muted">
        <span aria-hidden="true" className="size-2 animate-pulse rounded-full bg-accent" />
        Waiting for it. It appears here in the moment it ends.
      </p>
    );
  }
  const { id, provider, model, asked_model, status, duration_ms, cost_usd, started_at, error_message } = record;
  const good = status < 400;
  return (
    <div role="status" className="flex min-w-0 flex-col items-start gap-3">
      <p className="flex min-w-0 flex-wrap items-center gap-x-3 gap-y-1">
        <StatusDot tone={good ? "good" : "bad"} />
        <span className="font-medium">{status}</span>
        <span className="min-w-0 truncate">{model === undefined ? asked_model : `${provider ?? ""}/${model}`}</span>
        <span className="text-muted">{formatMs(duration_ms)}</span>
        {cost_usd !== undefined && <span className="text-muted">{formatMoney(cost_usd)}</span>}
        <span className="text-faint">
          <RelativeTime value={started_at} />
        </span>
      </p>
      {error_message !== undefined && <p className="break-words text-bad">{error_message}</p>}
      <Link to="/requests" search={{ open: id }} className={buttonClass(good ? "primary" : "plain")}>
        Look at the request
      </Link>
    </div>
  );
}
