import { Link } from "@tanstack/react-router";
import { StatusDot, type Tone } from "#components/badge";
import { ErrorLine } from "#components/error-state";
import { Section } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { RelativeTime } from "#components/time-text";
import { formatMs } from "#lib/format-duration";
import { formatShare } from "#lib/format-number";
import { type Target, useTargets } from "./list-targets";
import { RequestsLink } from "./requests-link";

const mostShown = 8;

/** Where requests go: those in trouble first, then those that are used most. */
export function TargetList({ range }: { readonly range: string }) {
  const { data, error } = useTargets();
  const used = (data?.data ?? []).filter((target) => target.totals.requests > 0 || !isWell(target));
  const shown = used
    .toSorted((a, b) => Number(isWell(a)) - Number(isWell(b)) || b.totals.requests - a.totals.requests)
    .slice(0, mostShown);
  const ill = used.filter((target) => !isWell(target)).length;
  return (
    <Section
      title="Targets"
      note={data && (ill === 0 ? "all well" : `${ill} in trouble`)}
      actions={<Link to="/providers">Providers</Link>}
    >
      <ErrorLine error={error} />
      {data === undefined && error === null && <SkeletonLines count={5} />}
      {data !== undefined && shown.length === 0 && <p className="text-muted">No target was asked yet.</p>}
      <ul className="flex flex-col">
        {shown.map((target) => (
          <TargetLine key={target.id} target={target} range={range} />
        ))}
      </ul>
    </Section>
  );
}

function TargetLine({ target, range }: { readonly target: Target; readonly range: string }) {
  const { provider, model, key, latency_ms, recent, last_error_at } = target;
  const state = target.state === "healthy" ? target.provider_key : target;
  return (
    <li className="flex min-w-0 flex-wrap items-baseline gap-x-2 border-b border-line py-1.5">
      <StatusDot tone={toneOf(state.state, isFailing(target))} />
      <RequestsLink
        filters={[
          { field: "provider", value: provider },
          { field: "model", value: model },
        ]}
        range={range}
        className="min-w-0 truncate rounded-sm hover:text-accent"
      >
        {provider}/{model}
      </RequestsLink>
      <span className="text-sm text-faint">key {key}</span>
      <span className="ml-auto text-sm text-muted">
        {recent.errors > 0 && <span className="text-bad">{formatShare(recent.error_ratio)} errors · </span>}
        {formatMs(latency_ms)}
      </span>
      {state.state !== "healthy" && (
        <span className="w-full pl-4 text-sm text-warn">
          {state.state.replace("-", " ")}: {state.why}
          {state.until !== null && (
            <>
              {" "}
              until <RelativeTime value={state.until} />
            </>
          )}
          {last_error_at !== null && (
            <>
              , last error <RelativeTime value={last_error_at} />
            </>
          )}
        </span>
      )}
    </li>
  );
}

/** Half of what was asked of late went wrong: too few to be taken out, too many to be well. */
const failingRatio = 0.5;

function isFailing({ recent }: Target): boolean {
  return recent.errors > 0 && (recent.error_ratio ?? 0) >= failingRatio;
}

function isWell(target: Target): boolean {
  return target.state === "healthy" && target.provider_key.state === "healthy" && !isFailing(target);
}

function toneOf(state: Target["state"], failing: boolean): Tone {
  if (state === "healthy") return failing ? "warn" : "good";
  return state === "ejected" || state === "held" ? "bad" : "warn";
}
