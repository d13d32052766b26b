import { Link } from "@tanstack/react-router";
import type { VirtualKey } from "#api/schema.gen";
import { buttonClass } from "#components/button";
import { Chart } from "#components/chart";
import { ErrorLine } from "#components/error-state";
import { Section } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { Stat, StatRow } from "#components/stat";
import { statsSeries } from "#components/stats-series";
import { formatMoney, formatMoneyShort } from "#lib/format-money";
import { formatCompact, formatCount, formatShare } from "#lib/format-number";
import { fixedRange } from "#lib/range";
import { useRange } from "#lib/use-range";
import { useKeyStats } from "./sum-up-key";

/** What it spent and on what, over the range of the page. */
export function KeyUse({ row }: { readonly row: VirtualKey }) {
  const [range, setRange] = useRange();
  const { data, error } = useKeyStats(row.id, range);
  const total = data?.total;
  const { times, stepMs, series } = statsSeries(data, "model", ({ cost_usd: cost }) => Number(cost));
  return (
    <Section
      title="Use"
      actions={
        <>
          <Link to="/requests" search={{ f: `key:${row.name}`, range: range.text }} className={buttonClass("quiet")}>
            Requests
          </Link>
          <RangePicker range={range} onChange={setRange} />
        </>
      }
    >
      <StatRow>
        <Stat label="Spend" value={total && formatMoney(total.cost_usd)} />
        <Stat label="Requests" value={total && formatCount(total.requests)} note={runningWords(row.usage?.running)} />
        <Stat label="Tokens" value={total && formatCompact(total.tokens.total)} />
        <Stat label="Errors" value={total && formatShare(total.requests === 0 ? 0 : total.errors / total.requests)} />
      </StatRow>
      <ErrorLine error={error} />
      {total?.requests === 0 ? (
        <p className="text-muted">No request with this key in the range.</p>
      ) : (
        <Chart
          label="Spend by model"
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

function runningWords(running = 0): string | undefined {
  return running === 0 ? undefined : `${running} running`;
}
