import { Link } from "@tanstack/react-router";
import { ErrorLine } from "#components/error-state";
import { MeterBar } from "#components/meter-bar";
import { Section } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { RelativeTime } from "#components/time-text";
import { formatMoney } from "#lib/format-money";
import { formatCompact } from "#lib/format-number";
import { useNow } from "#lib/now";
import { type BudgetPace, budgetPace, periodWords } from "./budget-pace";
import { useDailySpend } from "./get-daily-spend";
import { type Budget, useBudgets } from "./list-budgets";

const mostShown = 8;

/** The budgets that are nearest to their limits. */
export function BudgetList() {
  const { data, error } = useBudgets();
  const now = useNow();
  const nearest = (data?.data ?? [])
    .toSorted((a, b) => budgetPace(b, now).share - budgetPace(a, now).share)
    .slice(0, mostShown);
  const lastDay = useDailySpend(nearest);
  return (
    <Section title="Budgets" note="nearest to their limit" actions={<Link to="/limits">All limits</Link>}>
      <ErrorLine error={error} />
      {data === undefined && error === null && <SkeletonLines count={5} />}
      {data?.data.length === 0 && (
        <p className="text-muted">
          No budgets yet. Keys, teams and customers can have them:{" "}
          <Link to="/keys" className="text-accent hover:underline">
            Keys
          </Link>
        </p>
      )}
      <ul className="flex flex-col gap-3">
        {nearest.map((budget) => (
          <BudgetLine key={budget.id} budget={budget} pace={budgetPace(budget, now, lastDay.get(budget.id))} />
        ))}
      </ul>
    </Section>
  );
}

function BudgetLine({ budget, pace }: { readonly budget: Budget; readonly pace: BudgetPace }) {
  const show = (amount: number) => (pace.inMoney ? formatMoney(amount) : `${formatCompact(amount)} tokens`);
  const name = `${budget.scope_kind} ${budget.scope_name}`;
  const text = `${show(pace.spent)} used, ${show(pace.held)} held, ${show(pace.remaining)} remaining`;
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <div className="flex min-w-0 items-baseline gap-2">
        <span className="min-w-0 truncate">
          <span className="text-muted">{budget.scope_kind}</span> {budget.scope_name}
          <span className="text-sm text-faint"> {periodWords(budget.period)}</span>
        </span>
        <span className="ml-auto shrink-0">
          {show(pace.spent)} <span className="text-faint">of {show(pace.limit)}</span>
        </span>
      </div>
      <MeterBar label={`Budget of ${name}`} used={pace.spent} held={pace.held} limit={pace.limit} text={text} />
      <p className="text-sm text-muted">
        <Outlook budget={budget} pace={pace} />
      </p>
    </li>
  );
}

function Outlook({ budget, pace }: { readonly budget: Budget; readonly pace: BudgetPace }) {
  if (pace.remaining <= 0) {
    return (
      <span className="text-bad">
        used up
        {budget.resets_at !== undefined && (
          <>
            {" "}
            · resets <RelativeTime value={budget.resets_at} />
          </>
        )}
      </span>
    );
  }
  const resets = budget.resets_at !== undefined && (
    <>
      {" "}
      · resets <RelativeTime value={budget.resets_at} />
    </>
  );
  if (pace.runsOutMs !== undefined) {
    return (
      <>
        <span className="text-warn">
          runs out <RelativeTime value={pace.runsOutMs} /> at today's pace
        </span>
        {resets}
      </>
    );
  }
  return (
    <>
      {pace.spent === 0 ? "not used yet" : "lasts at today's pace"}
      {resets}
    </>
  );
}
