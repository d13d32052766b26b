import { Link } from "@tanstack/react-router";
import type { Budget } from "#api/schema.gen";
import { ErrorLine } from "#components/error-state";
import { budgetUse, type LimitUse, usedText } from "#components/limit-use";
import { MeterBar } from "#components/meter-bar";
import { Section } from "#components/page-frame";
import { SkeletonLines } from "#components/skeleton";
import { RelativeTime } from "#components/time-text";
import { useNow } from "#lib/now";
import { runsOutMs } from "./budget-pace";
import { useDailySpend } from "./get-daily-spend";
import { useBudgets } from "./list-budgets";
import { RequestsLink } from "./requests-link";

const mostShown = 8;

/** The budgets that are nearest to their limits. */
export function BudgetList({ range }: { readonly range: string }) {
  const { data, error } = useBudgets(mostShown);
  const now = useNow();
  const nearest = data?.data ?? [];
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
          <BudgetLine key={budget.id} range={range} budget={budget} nowMs={now} lastDay={lastDay.get(budget.id)} />
        ))}
      </ul>
    </Section>
  );
}

/** The condition that the requests fulfil which a budget counts. */
function countedBy({ id, scope_kind: kind, scope_name: name, model, provider, provider_key: key, tags }: Budget) {
  const isWhole = model === undefined && provider === undefined && key === undefined && tags === undefined;
  return [kind !== "limit" && isWhole ? { field: kind, value: name } : { field: "limit_id", value: id }];
}

type LineProps = {
  readonly range: string;
  readonly budget: Budget;
  readonly nowMs: number;
  readonly lastDay: number | undefined;
};

function BudgetLine({ range, budget, nowMs, lastDay }: LineProps) {
  const use = budgetUse(budget);
  return (
    <li className="flex min-w-0 flex-col gap-1">
      <div className="flex min-w-0 items-baseline gap-2">
        <RequestsLink
          filters={countedBy(budget)}
          range={range}
          className="min-w-0 truncate rounded-sm hover:text-accent"
        >
          <span className="text-muted">{budget.scope_kind}</span> <bdi>{budget.scope_name}</bdi>
        </RequestsLink>
        <span className="ml-auto shrink-0">
          {use.format(use.used)} <span className="text-muted">of {use.label}</span>
        </span>
      </div>
      <MeterBar {...use} label={`Budget of ${budget.scope_kind} ${budget.scope_name}`} text={usedText(use)} />
      <p className="text-sm text-muted">
        <Outlook use={use} runsOutMs={runsOutMs(use, budget, nowMs, lastDay)} />
      </p>
    </li>
  );
}

function Outlook({ use, runsOutMs }: { readonly use: LimitUse; readonly runsOutMs: number | undefined }) {
  const resets = use.resetsAt !== undefined && (
    <>
      {" "}
      · resets <RelativeTime value={use.resetsAt} />
    </>
  );
  if (use.remaining <= 0) return <span className="text-bad">used up{resets}</span>;
  if (runsOutMs !== undefined) {
    return (
      <>
        <span className="text-warn">
          runs out <RelativeTime value={runsOutMs} /> at today's pace
        </span>
        {resets}
      </>
    );
  }
  return (
    <>
      {use.used === 0 ? "not used yet" : "lasts at today's pace"}
      {resets}
    </>
  );
}
