import { useMemo } from "react";
import { Button } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { ColumnChooser } from "#components/column-chooser";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { FilterBar } from "#components/filter-bar";
import { PageFrame } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { onePerField, readFilters, writeFilters } from "#lib/filters";
import { useNow } from "#lib/now";
import { useShortcut } from "#lib/shortcuts";
import { flagField, listField, optionalField, useUrlState } from "#lib/url-state";
import { useRange } from "#lib/use-range";
import { BulkDialog } from "./bulk-dialog";
import { CreateKeyDialog } from "./create-key-dialog";
import { keyColumns } from "./key-columns";
import { useKeyFilterFields } from "./key-filter-fields";
import { KeySheet } from "./key-sheet";
import { type KeyFilter, useKeys } from "./list-keys";
import { useSpendByKey } from "./sum-up-spend";

const url = {
  f: listField(),
  columns: listField(),
  open: optionalField(),
  new: flagField(),
  bulk: flagField(),
};

export function Page() {
  const [state, set] = useUrlState(url);
  const [range, setRange] = useRange();
  const now = useNow();
  const fields = useKeyFilterFields();
  const filters = readFilters(state.f, fields);
  const given: KeyFilter = Object.fromEntries(filters.map(({ field, value }) => [field, value]));
  const keys = useKeys(given);
  const rows = useMemo(() => keys.data?.pages.flatMap((page) => page.data) ?? [], [keys.data]);
  const pages = useMemo(() => keys.data?.pages.map((page) => page.data.map(({ id }) => id)) ?? [], [keys.data]);
  const spends = useSpendByKey(range, pages);
  const columns = useMemo(() => keyColumns(spends, range.text, now), [spends, range.text, now]);
  const shown = state.columns.length === 0 ? undefined : state.columns;
  const place = rows.findIndex(({ id, name }) => id === state.open || name === state.open);
  const goTo = (index: number) => {
    const row = rows[index];
    return place < 0 || row === undefined ? undefined : () => set({ open: row.id });
  };
  const create = () => set({ new: true }, { push: true });
  useShortcut("c", "Create key", create);
  return (
    <PageFrame
      title="Keys"
      fill
      actions={
        <>
          <Button onClick={() => set({ bulk: true }, { push: true })}>Create many</Button>
          <Button kind="primary" icon="plus" onClick={create} title="Create key (c)">
            Create key
          </Button>
        </>
      }
      bar={
        <div className="flex flex-wrap items-center gap-2">
          <div className="flex min-w-0 basis-full md:flex-1 md:basis-0">
            <FilterBar
              fields={fields}
              filters={filters}
              onChange={(next) => set({ f: writeFilters(onePerField(next)) })}
              textField="search"
              placeholder="Filter by name, state, team, customer, tag"
            />
          </div>
          <RangePicker range={range} onChange={setRange} />
          <ColumnChooser columns={columns} shown={shown} onChange={(next) => set({ columns: next ?? [] })} />
        </div>
      }
    >
      <DataTable
        label="Keys"
        columns={columns}
        shown={shown}
        rows={rows}
        rowKey={({ id }) => id}
        source={keys}
        onOpen={({ id }) => set({ open: id }, { push: true })}
        openKey={rows[place]?.id}
        empty={<NoKeys filtered={filters.length > 0} onCreate={create} onClear={() => set({ f: [] })} />}
      />
      {state.open !== undefined && (
        <KeySheet
          id={state.open}
          onClose={() => set({ open: undefined })}
          onFound={(id) => set({ open: id })}
          onPrevious={goTo(place - 1)}
          onNext={goTo(place + 1)}
        />
      )}
      {state.bulk && <BulkDialog onClose={() => set({ bulk: false })} />}
      {state.new && (
        <CreateKeyDialog
          team={given.team === undefined ? undefined : String(given.team)}
          customer={given.customer === undefined ? undefined : String(given.customer)}
          onClose={() => set({ new: false })}
          onMade={(id) => set({ new: false, open: id })}
        />
      )}
    </PageFrame>
  );
}

type NoKeysProps = { readonly filtered: boolean; readonly onCreate: () => void; readonly onClear: () => void };

function NoKeys({ filtered, onCreate, onClear }: NoKeysProps) {
  if (filtered) {
    return (
      <EmptyState title="No key fits the filter" action={<Button onClick={onClear}>Clear the filter</Button>}>
        Names are searched by any part of them, ids and secrets by their beginning.
      </EmptyState>
    );
  }
  const code = `curl ${location.origin}/api/virtual-keys \\
  -H "Authorization: Bearer $HEADGATE_ADMIN_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"name": "ci", "budgets": [{"limit_usd": "10", "period": "1mo"}]}'`;
  return (
    <EmptyState
      title="No keys yet"
      action={
        <Button kind="primary" icon="plus" onClick={onCreate}>
          Create key
        </Button>
      }
      snippet={<CodeBlock snippets={[{ name: "curl", code }]} />}
    >
      Applications call the gateway with a key of their own, each with its budgets, rate limits and models.
    </EmptyState>
  );
}
