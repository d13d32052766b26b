import type { Budget } from "#api/schema.gen";
import { ErrorLine } from "#components/error-state";
import { Section } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { TimeText } from "#components/time-text";
import { formatMoney } from "#lib/format-money";
import { formatCount } from "#lib/format-number";
import { useTopUps } from "./list-top-ups";

/** What was added to a prepaid budget, newest first. */
export function TopUpList({ budget }: { readonly budget: Budget }) {
  const { data, error, isPending } = useTopUps(budget.id);
  return (
    <Section title="Top-ups">
      <ErrorLine error={error} />
      {isPending && <SkeletonLines />}
      {data?.data.length === 0 && <p className="text-muted">None yet.</p>}
      <ul className="flex flex-col">
        {data?.data.toReversed().map(({ id, amount_usd: usd, amount_tokens: tokens, note, created_at: at }) => (
          <li key={id} className="flex min-h-8 items-baseline gap-3 border-b border-line py-1">
            <TimeText value={at} style="minute" />
            <span className="min-w-0 flex-1 break-words text-muted">{note}</span>
            <span>{usd === undefined ? `${formatCount(tokens ?? 0)} tokens` : formatMoney(usd)}</span>
          </li>
        ))}
      </ul>
    </Section>
  );
}
