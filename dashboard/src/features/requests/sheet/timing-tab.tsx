import { StatusDot } from "#components/badge";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import type { Attempt, WholeRecord } from "../record";

/** What was asked of whom, when, and why the next one followed. */
export function TimingTab({ record }: { readonly record: WholeRecord }) {
  const { attempts, duration_ms, upstream_ms } = record;
  if (attempts.length === 0) return <p className="py-2 text-muted">No provider was asked.</p>;
  const total = Math.max(duration_ms, 1);
  return (
    <div className="flex flex-col gap-3">
      <ol className="flex flex-col divide-y divide-line">
        {attempts.map((attempt, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: attempts never move
          <li key={index} className="flex flex-col gap-1.5 py-3 first:pt-0">
            <AttemptHead attempt={attempt} number={index + 1} />
            <AttemptBar attempt={attempt} totalMs={total} startMs={attempt.start_ms ?? startOf(attempts, index)} />
            {attempt.error !== undefined && (
              <p className="text-sm [overflow-wrap:anywhere] text-bad">
                {attempt.error_class !== undefined && `${attempt.error_class}: `}
                {attempt.error}
              </p>
            )}
            {attempt.next !== undefined && <p className="text-sm text-muted">Then: {attempt.next}</p>}
          </li>
        ))}
      </ol>
      <p className="text-sm text-muted">
        {formatMs(upstream_ms)} of {formatMs(duration_ms)} were spent waiting for providers and between attempts; the
        rest is Headgate's and the client's.
      </p>
    </div>
  );
}

function AttemptHead({ attempt, number }: { readonly attempt: Attempt; readonly number: number }) {
  const { provider, model, provider_key, status, error, duration_ms, latency_ms, cost_usd } = attempt;
  return (
    <div className="flex min-w-0 flex-wrap items-baseline gap-x-2">
      <span className="text-faint">{number}</span>
      <StatusDot tone={error === undefined ? "good" : "bad"} />
      <span className="min-w-0 truncate font-medium">
        {provider}/{model}
      </span>
      <span className="truncate text-sm text-muted">
        key {provider_key} · {status ?? "no answer"}
      </span>
      <span className="ml-auto text-sm text-muted">
        {latency_ms !== undefined && `first sign ${formatMs(latency_ms)} · `}
        {formatMs(duration_ms)}
        {cost_usd !== undefined && ` · ${formatMoney(cost_usd)}`}
      </span>
    </div>
  );
}

type BarProps = { readonly attempt: Attempt; readonly totalMs: number; readonly startMs: number };

/** Waiting is pale, what came after the first sign of life is full. */
function AttemptBar({ attempt, totalMs, startMs }: BarProps) {
  const { duration_ms, latency_ms = duration_ms, error } = attempt;
  const share = (ms: number) => `${Math.min(100, (ms / totalMs) * 100)}%`;
  const colour = error === undefined ? "bg-accent" : "bg-bad-fill";
  return (
    <div aria-hidden="true" className="relative h-2 overflow-hidden rounded-sm bg-subtle">
      <span
        className={`absolute inset-y-0 opacity-40 ${colour}`}
        style={{ left: share(startMs), width: `max(2px, ${share(duration_ms)})` }}
      />
      <span
        className={`absolute inset-y-0 ${colour}`}
        style={{ left: share(startMs + latency_ms), width: share(Math.max(0, duration_ms - latency_ms)) }}
      />
    </div>
  );
}

/** Older records do not say when an attempt began: one after the other then. */
function startOf(attempts: readonly Attempt[], index: number): number {
  return attempts.slice(0, index).reduce((sum, { duration_ms }) => sum + duration_ms, 0);
}
