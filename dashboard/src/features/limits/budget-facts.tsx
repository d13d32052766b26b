import type { Budget } from "#api/schema.gen";
import type { Fact } from "#components/facts";
import { budgetUse } from "#components/limit-use";
import { RelativeTime, TimeText } from "#components/time-text";
import { formatMoney } from "#lib/format-money";
import { formatCount, formatShare } from "#lib/format-number";
import { periodWords } from "#lib/period-words";

const modeWords = {
  hard: "refuses what could exceed it",
  soft: "refuses once it is exceeded",
  warn: "only tells when it is exceeded",
} as const;

export function budgetFacts(budget: Budget): readonly Fact[] {
  const { period, mode, align, time_zone: zone, resets_at: resets, override, previous, thresholds = [0.8, 1] } = budget;
  const { only, used, held, remaining, format } = budgetUse(budget);
  const amount = (usd: string | undefined, tokens: number | undefined) =>
    usd === undefined ? `${formatCount(tokens ?? 0)} tokens` : formatMoney(usd);
  return [
    { name: "Used", value: format(used) },
    { name: "Held", value: `${format(held)} for running requests` },
    { name: "Left", value: format(remaining) },
    { name: "Own limit", value: `${amount(budget.limit_usd, budget.limit_tokens)} ${periodWords(period)}` },
    ...(override === undefined
      ? []
      : [
          {
            name: "Override",
            value: (
              <>
                {amount(override.limit_usd, override.limit_tokens)} until{" "}
                <TimeText value={override.until} style="full" />
                {override.reason !== undefined && <span className="block text-muted">{override.reason}</span>}
              </>
            ),
          },
        ]),
    ...(resets === undefined
      ? []
      : [
          {
            name: "Starts anew",
            value: (
              <>
                <TimeText value={resets} style="full" />{" "}
                <span className="text-muted">
                  (<RelativeTime value={resets} />)
                </span>
              </>
            ),
          },
        ]),
    ...(previous === undefined
      ? []
      : [{ name: "Period before", value: `${amount(previous.spent_usd, previous.spent_tokens)} used` }]),
    { name: "Mode", value: modeWords[mode] },
    ...(only === undefined ? [] : [{ name: "Counts", value: only }]),
    ...(align === "creation" ? [{ name: "Periods", value: "count from when it was made" }] : []),
    ...(zone === undefined || align === "creation" ? [] : [{ name: "Calendar", value: zone }]),
    { name: "Tells at", value: thresholds.length === 0 ? "nothing" : thresholds.map(formatShare).join(", ") },
  ];
}
