import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { Budget } from "#api/schema.gen";
import { Button, buttonClass } from "#components/button";
import { ErrorState } from "#components/error-state";
import { Facts } from "#components/facts";
import { LimitList } from "#components/limit-list";
import { budgetUse } from "#components/limit-use";
import { Section } from "#components/page-frame";
import { Sheet } from "#components/sheet";
import { SkeletonLines } from "#components/skeleton";
import { budgetFacts } from "./budget-facts";
import { useBudget } from "./get-budget";
import { useEndOverride } from "./override-budget";
import { OverrideDialog } from "./override-dialog";
import { TopUpDialog } from "./top-up-dialog";
import { TopUpList } from "./top-up-list";

type Props = {
  readonly id: string;
  readonly onClose: () => void;
  readonly onPrevious?: (() => void) | undefined;
  readonly onNext?: (() => void) | undefined;
};

/** One budget: what holds now, and giving it more for a while or for good. */
export function BudgetSheet({ id, ...around }: Props) {
  const { data: budget, error, refetch } = useBudget(id);
  const title = budget === undefined ? "Budget" : `${budgetUse(budget).label}, ${budget.scope.replace(":", " ")}`;
  return (
    <Sheet open title={title} {...around}>
      {budget !== undefined && <BudgetDetails budget={budget} />}
      {budget === undefined &&
        (error === null ? <SkeletonLines count={6} /> : <ErrorState error={error} onRetry={refetch} />)}
    </Sheet>
  );
}

const pages = { key: "/keys", team: "/teams", customer: "/customers", limit: "/limits/gateway" } as const;

function BudgetDetails({ budget }: { readonly budget: Budget }) {
  const [asked, setAsked] = useState<"override" | "top-up">();
  const end = useEndOverride();
  const isPrepaid = budget.period === "none";
  const close = () => setAsked(undefined);
  return (
    <div className="flex flex-col gap-8">
      <LimitList limits={[budgetUse(budget)]} />
      <div className="flex flex-wrap gap-2">
        {isPrepaid && (
          <Button icon="plus" onClick={() => setAsked("top-up")}>
            Top up
          </Button>
        )}
        <Button icon="edit" onClick={() => setAsked("override")}>
          {budget.override === undefined ? "Override for a time" : "Change override"}
        </Button>
        {budget.override !== undefined && (
          <Button onClick={() => end.mutate(budget)} busy={end.isPending}>
            End override
          </Button>
        )}
        <Link to={pages[budget.scope_kind]} search={{ open: budget.scope_name }} className={buttonClass("quiet")}>
          {`Open the ${budget.scope_kind}`}
        </Link>
      </div>
      <Section title="Budget">
        <Facts facts={budgetFacts(budget)} />
      </Section>
      {isPrepaid && <TopUpList budget={budget} />}
      {asked === "override" && <OverrideDialog budget={budget} onClose={close} />}
      {asked === "top-up" && <TopUpDialog budget={budget} onClose={close} />}
    </div>
  );
}
