import { Link } from "@tanstack/react-router";
import { Button, buttonClass } from "#components/button";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { FilterBar } from "#components/filter-bar";
import type { LimitUse } from "#components/limit-use";
import { PageFrame } from "#components/page-frame";
import { type Tab, Tabs } from "#components/tabs";
import { onePerField, readFilters, writeFilters } from "#lib/filters";
import { choiceField, listField, optionalField, useUrlState } from "#lib/url-state";
import { BudgetSheet } from "./budget-sheet";
import { limitColumns } from "./limit-columns";
import { type LimitFilter, useBudgets } from "./list-budgets";
import { useRateLimits } from "./list-rate-limits";

const shows = ["budgets", "rates"] as const;
const url = { f: listField(), show: choiceField(shows), open: optionalField() };
const tabs: readonly Tab<(typeof shows)[number]>[] = [
  { name: "budgets", label: "Budgets" },
  { name: "rates", label: "Rate limits" },
];
const fields = [
  { id: "name", label: "Name" },
  {
    id: "of",
    label: "Of",
    values: [
      { value: "key", label: "Keys" },
      { value: "team", label: "Teams" },
      { value: "customer", label: "Customers" },
      { value: "limit", label: "The gateway" },
    ],
  },
];

/** Every budget and rate limit, those nearest to their end first. */
export function Page() {
  const [state, set] = useUrlState(url);
  const isBudgets = state.show === "budgets";
  const filters = readFilters(state.f, fields);
  const given: LimitFilter = Object.fromEntries(filters.map(({ field, value }) => [asked[field] ?? field, value]));
  const budgets = useBudgets(given, isBudgets);
  const rates = useRateLimits(given, !isBudgets);
  const source = isBudgets ? budgets : rates;
  const rows = source.data ?? noRows;
  const place = rows.findIndex(({ id }) => id === state.open);
  const goTo = (index: number) => {
    const row = rows[index];
    return place < 0 || row === undefined ? undefined : () => set({ open: row.id });
  };
  return (
    <PageFrame
      title="Limits"
      fill
      actions={
        <Link to="/limits/gateway" className={buttonClass()}>
          Limits of the gateway
        </Link>
      }
      bar={
        <Tabs tabs={tabs} value={state.show} onChange={(show) => set({ show, open: undefined }, { push: true })}>
          <div className="-mt-2">
            <FilterBar
              fields={fields}
              filters={filters}
              onChange={(next) => set({ f: writeFilters(onePerField(next)) })}
              textField="name"
              placeholder="Filter by name or kind"
            />
          </div>
        </Tabs>
      }
    >
      <DataTable
        key={state.show}
        label={isBudgets ? "Budgets" : "Rate limits"}
        columns={limitColumns}
        shown={isBudgets ? undefined : rateColumns}
        rows={rows}
        rowKey={({ id }) => id}
        source={source}
        onOpen={isBudgets ? ({ id }) => set({ open: id }, { push: true }) : undefined}
        openKey={state.open}
        empty={<NoLimits filtered={filters.length > 0} onClear={() => set({ f: [] })} />}
      />
      {isBudgets && state.open !== undefined && (
        <BudgetSheet
          key={state.open}
          id={state.open}
          onClose={() => set({ open: undefined })}
          onPrevious={goTo(place - 1)}
          onNext={goTo(place + 1)}
        />
      )}
    </PageFrame>
  );
}

const rateColumns = ["scope", "limit", "meter", "used", "left"];

/** Their names in the address and in the API. */
const asked: { readonly [field: string]: string } = { of: "scope", name: "search" };

const noRows: readonly LimitUse[] = [];

function NoLimits({ filtered, onClear }: { readonly filtered: boolean; readonly onClear: () => void }) {
  if (filtered) {
    return <EmptyState title="Nothing fits the filter" action={<Button onClick={onClear}>Clear the filter</Button>} />;
  }
  return (
    <EmptyState
      title="Nothing is limited here"
      action={
        <>
          <Link to="/keys" search={{ new: "1" }} className={buttonClass("primary")}>
            Create a key with limits
          </Link>
          <Link to="/limits/gateway" search={{ new: "1" }} className={buttonClass()}>
            Limit the whole gateway
          </Link>
        </>
      }
    >
      Budgets and rate limits stand on keys, teams, customers, and on the whole gateway. All that there are show here
      with what is used, held and left.
    </EmptyState>
  );
}
