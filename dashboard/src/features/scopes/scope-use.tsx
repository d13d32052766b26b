import { Link } from "@tanstack/react-router";
import { buttonClass } from "#components/button";
import { Chart } from "#components/chart";
import { ErrorLine } from "#components/error-state";
import { Section } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { Stat, StatRow } from "#components/stat";
import { statsSeries } from "#components/stats-series";
import { formatMoney, formatMoneyShort } from "#lib/format-money";
import { formatCompact, formatCount } from "#lib/format-number";
import { fixedRange } from "#lib/range";
import { useRange } from "#lib/use-range";
import { useScopeStats } from "./sum-up-scope";

/** What its keys spent together, over the range of the page. */
export function ScopeUse({ by, name }: { readonly by: "team" | "customer"; readonly name: string }) {
  const [range, setRange] = useRange();
  const { data, error } = useScopeStats(by, name, range);
  const total = data?.total;
  const { times, stepMs, series } = statsSeries(data, "key", ({ cost_usd: cost }) => Number(cost));
  return (
    <Section
      title="Use"
      actions={
        <>
          <Link to="/requests" search={{ f: `${by}:${name}`, range: range.text }} className={buttonClass("quiet")}>
            Requests
          </Link>
          <RangePicker range={range} onChange={setRange} />
        </>
      }
    >
      <StatRow bare>
        <Stat label="Spend" value={total && formatMoney(total.cost_usd)} />
        <Stat label="Requests" value={total && formatCount(total.requests)} />
        <Stat label="Tokens" value={total && formatCompact(total.tokens.total)} />
      </StatRow>
      <ErrorLine error={error} />
      {total?.requests === 0 ? (
        <p className="text-muted">No request in the range.</p>
      ) : (
        <Chart
          label="Spend by key"
          times={times}
          stepMs={stepMs}
          series={series}
          kind="stack"
          format={formatMoneyShort}
          height={140}
          onZoom={(fromMs, toMs) => setRange(fixedRange(fromMs, toMs))}
        />
      )}
    </Section>
  );
}
