import type { Target } from "#api/schema.gen";
import { StatusDot } from "#components/badge";
import { healthWords, reasonOf, stateOf } from "#components/health-words";
import { Section } from "#components/page-frame";
import { RelativeTime } from "#components/time-text";
import { formatMs } from "#lib/format-duration";
import { formatCount, formatShare } from "#lib/format-number";

/** How each model that was asked for behaves, and until when it is not used and why. */
export function TargetList({ targets }: { readonly targets: readonly Target[] }) {
  if (targets.length === 0) return null;
  return (
    <Section title="Targets" note="a model with a key, as it behaves now">
      <ul className="flex flex-col gap-2">
        {targets.map((target) => (
          <TargetLine key={target.id} target={target} />
        ))}
      </ul>
    </Section>
  );
}

function TargetLine({ target }: { readonly target: Target }) {
  const { model, key, recent, latency_ms, until, provider_key } = target;
  const state = stateOf(target);
  const { word, tone } = healthWords(state);
  const back = until ?? provider_key.until;
  return (
    <li className="flex min-w-0 flex-col">
      <div className="flex min-w-0 flex-wrap items-center gap-x-2">
        <StatusDot tone={tone} />
        <span className="min-w-0 truncate font-medium">{model}</span>
        <span className="text-faint">{key}</span>
        <span className="ml-auto text-sm text-muted">
          {recent.requests === 0
            ? "no recent requests"
            : `${formatCount(recent.requests)} recent · ${formatShare(recent.error_ratio)} errors · ${formatMs(latency_ms)}`}
        </span>
      </div>
      {state !== "healthy" && (
        <p className="pl-4 text-sm break-words text-muted">
          {word}: {reasonOf(target)}{" "}
          {back !== null && (
            <>
              Until <RelativeTime value={back} />.
            </>
          )}
        </p>
      )}
    </li>
  );
}
