import { Chart } from "#components/chart";
import { ErrorLine } from "#components/error-state";
import { Section } from "#components/page-frame";
import { Stat, StatRow } from "#components/stat";
import { statsSeries } from "#components/stats-series";
import { formatMoney, formatMoneyShort } from "#lib/format-money";
import { formatCompact, formatCount, formatShare } from "#lib/format-number";
import { fixedRange } from "#lib/range";
import { useRange } from "#lib/use-range";
import { useOwnStats } from "./sum-up-own";

export function OwnUse() {
  const [range, setRange] = useRange();
  const { data, error } = useOwnStats(range);
  const total = data?.total;
  const { times, stepMs, series } = statsSeries(data, "model", ({ cost_usd: cost }) => Number(cost));
  return (
    <Section title="Use">
      <StatRow bare>
        <Stat label="Spend" value={total && formatMoney(total.cost_usd)} />
        <Stat label="Requests" value={total && formatCount(total.requests)} />
        <Stat label="Tokens" value={total && formatCompact(total.tokens.total)} />
        <Stat label="Errors" value={total && formatShare(total.requests === 0 ? 0 : total.errors / total.requests)} />
      </StatRow>
      <ErrorLine error={error} />
      {total?.requests === 0 ? (
        <p className="text-muted">No request in the range. How to make one stands below.</p>
      ) : (
        <Chart
          label="Spend by model"
          times={times}
          stepMs={stepMs}
          series={series}
          kind="stack"
          format={formatMoneyShort}
          height={160}
          onZoom={(fromMs, toMs) => setRange(fixedRange(fromMs, toMs))}
        />
      )}
    </Section>
  );
}
