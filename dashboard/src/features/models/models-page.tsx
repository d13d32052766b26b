import { useMemo } from "react";
import { Button } from "#components/button";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { PageFrame } from "#components/page-frame";
import { useUrlState } from "#lib/url-state";
import { columns } from "./columns";
import { ModelFilters } from "./filter-bar";
import { useModels } from "./list-models";
import { fields, isFiltered, noFilters, queryOf } from "./model-filters";
import { ModelForm } from "./model-form";
import { ModelSheet } from "./model-sheet";

/** What can be asked for, and what else providers have. */
export function Page() {
  const [state, set] = useUrlState(fields);
  const source = useModels(queryOf(state));
  const rows = useMemo(
    () => source.data?.pages.flatMap(({ data }) => data).filter(({ targets }) => targets === undefined) ?? [],
    [source.data],
  );
  const at = rows.findIndex(({ id }) => id === state.open);
  const go = (index: number) => {
    const next = at < 0 ? undefined : rows[index];
    return next && (() => set({ open: next.id }));
  };
  const all = () => set({ catalog: "all" });
  return (
    <PageFrame
      title="Models"
      fill
      actions={
        <Button kind="primary" icon="plus" onClick={() => set({ add: true }, { push: true })}>
          Add model
        </Button>
      }
      bar={<ModelFilters state={state} set={set} />}
    >
      <DataTable
        label="Models"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        source={source}
        openKey={state.open}
        onOpen={({ id }) => set({ open: id }, { push: true })}
        empty={
          <EmptyState
            title={isFiltered(state) ? "No model is like that" : "No models yet"}
            action={
              <>
                {isFiltered(state) && <Button onClick={() => set(noFilters)}>Clear the filters</Button>}
                {state.catalog === "configured" && <Button onClick={all}>Look among all that are known</Button>}
              </>
            }
          >
            {isFiltered(state)
              ? "Nothing fits all of the filters."
              : "Models come with their provider. Add one, and what it serves stands here with prices and limits."}
          </EmptyState>
        }
      />
      {state.open !== undefined && (
        <ModelSheet
          key={state.open}
          id={state.open}
          onClose={() => set({ open: undefined })}
          onPrevious={go(at - 1)}
          onNext={go(at + 1)}
        />
      )}
      {state.add && (
        <ModelForm
          model={undefined}
          onClose={() => set({ add: false })}
          onDone={(id) => set({ add: false, open: id })}
        />
      )}
    </PageFrame>
  );
}
