import { useMemo } from "react";
import { Button } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { FilterBar } from "#components/filter-bar";
import { PageFrame } from "#components/page-frame";
import { readFilters, writeFilters } from "#lib/filters";
import { useShortcut } from "#lib/shortcuts";
import { flagField, listField, optionalField, useUrlState } from "#lib/url-state";
import { useScopes } from "./list-scopes";
import { scopeColumns } from "./scope-columns";
import { ScopeDialog } from "./scope-dialog";
import { type ScopeKind, scopeKinds } from "./scope-kind";
import { ScopeSheet } from "./scope-sheet";

const url = { f: listField(), open: optionalField(), new: flagField() };
const fields = [
  { id: "name", label: "Name" },
  { id: "customer", label: "Customer" },
];

/** The page of teams, of customers, or of the gateway's own limits. */
export function ScopeList({ kind }: { readonly kind: ScopeKind }) {
  const { title, word } = scopeKinds[kind];
  const [state, set] = useUrlState(url);
  const own = kind === "teams" ? fields : fields.slice(0, 1);
  const filters = readFilters(state.f, own);
  const scopes = useScopes(kind);
  const all = useMemo(() => scopes.data?.pages.flatMap((page) => page.rows) ?? [], [scopes.data]);
  const rows = all.filter((row) =>
    filters.every(({ field, value }) =>
      (field === "name" ? row.name : (row.customer ?? "")).toLowerCase().includes(value.toLowerCase()),
    ),
  );
  const columns = useMemo(() => scopeColumns(kind), [kind]);
  const create = () => set({ new: true }, { push: true });
  useShortcut("c", `Create ${word}`, create);
  const place = rows.findIndex(({ name }) => name === state.open);
  const goTo = (index: number) => {
    const row = rows[index];
    return place < 0 || row === undefined ? undefined : () => set({ open: row.name });
  };
  return (
    <PageFrame
      title={title}
      fill
      actions={
        <Button kind="primary" icon="plus" onClick={create} title={`Create ${word} (c)`}>
          {`Create ${word}`}
        </Button>
      }
      bar={
        <FilterBar
          fields={own}
          filters={filters}
          onChange={(next) => set({ f: writeFilters(next) })}
          textField="name"
          placeholder="Filter by name"
        />
      }
    >
      <DataTable
        label={title}
        columns={columns}
        rows={rows}
        rowKey={({ name }) => name}
        source={scopes}
        onOpen={({ name }) => set({ open: name }, { push: true })}
        openKey={state.open}
        empty={<NoScopes kind={kind} filtered={filters.length > 0} onCreate={create} onClear={() => set({ f: [] })} />}
      />
      {state.open !== undefined && (
        <ScopeSheet
          kind={kind}
          name={state.open}
          onClose={() => set({ open: undefined })}
          onPrevious={goTo(place - 1)}
          onNext={goTo(place + 1)}
        />
      )}
      {state.new && (
        <ScopeDialog kind={kind} onClose={() => set({ new: false })} onMade={(open) => set({ new: false, open })} />
      )}
    </PageFrame>
  );
}

type EmptyProps = {
  readonly kind: ScopeKind;
  readonly filtered: boolean;
  readonly onCreate: () => void;
  readonly onClear: () => void;
};

function NoScopes({ kind, filtered, onCreate, onClear }: EmptyProps) {
  const { title, word, about } = scopeKinds[kind];
  if (filtered) {
    return <EmptyState title="Nothing fits the filter" action={<Button onClick={onClear}>Clear the filter</Button>} />;
  }
  const code = `curl ${location.origin}/api/${kind} \\
  -H "Authorization: Bearer $HEADGATE_ADMIN_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"name": "first", "budgets": [{"limit_usd": "100", "period": "1mo"}]}'`;
  return (
    <EmptyState
      title={`No ${title.toLowerCase()} yet`}
      action={
        <Button kind="primary" icon="plus" onClick={onCreate}>
          {`Create ${word}`}
        </Button>
      }
      snippet={<CodeBlock snippets={[{ name: "curl", code }]} />}
    >
      {about}
    </EmptyState>
  );
}
