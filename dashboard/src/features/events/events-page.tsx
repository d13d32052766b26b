import { useNavigate } from "@tanstack/react-router";
import { CodeBlock } from "#components/code-block";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { FilterBar } from "#components/filter-bar";
import { PageFrame } from "#components/page-frame";
import { type FilterField, readFilters, writeFilters } from "#lib/filters";
import { listField, useUrlState } from "#lib/url-state";
import { eventColumns } from "./event-columns";
import { useEvents } from "./list-events";

const fields = { f: listField() };
const filterFields: readonly FilterField[] = [
  { id: "scope", label: "Of", help: "such as key:ci or team:search" },
  { id: "budget", label: "Budget", help: "its id" },
];

/** Thresholds that budgets reached. */
export function Page() {
  const [{ f }, set] = useUrlState(fields);
  const navigate = useNavigate();
  const filters = readFilters(f, filterFields);
  const conditionOn = (field: string) => filters.find((filter) => filter.field === field)?.value;
  const source = useEvents({ scope: conditionOn("scope"), budget: conditionOn("budget") });
  return (
    <PageFrame
      title="Events"
      fill
      bar={
        <FilterBar
          fields={filterFields}
          filters={filters}
          onChange={(next) => set({ f: writeFilters(next) })}
          placeholder="Filter events"
        />
      }
    >
      <DataTable
        label="Events"
        columns={eventColumns}
        rows={source.data?.pages.flatMap(({ data }) => data) ?? []}
        rowKey={({ id }) => id}
        source={source}
        onOpen={({ budget }) => void navigate({ to: "/limits", search: { open: budget } })}
        empty={<Nothing isFiltered={filters.length > 0} />}
      />
    </PageFrame>
  );
}

function Nothing({ isFiltered }: { readonly isFiltered: boolean }) {
  if (isFiltered) return <EmptyState title="No event matches">Take a condition away to see more.</EmptyState>;
  return (
    <EmptyState
      title="No budget has reached a threshold"
      snippet={
        <CodeBlock
          snippets={[
            {
              name: "headgate.yaml",
              code: "virtual_keys:\n  - name: ci\n    budgets:\n      - { limit_usd: 10, period: 1d, thresholds: [0.5, 0.8, 1] }\n",
            },
          ]}
        />
      }
    >
      A budget with thresholds is noted here when its use reaches one, once in each period.
    </EmptyState>
  );
}
