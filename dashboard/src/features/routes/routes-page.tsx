import { useMemo } from "react";
import { Button } from "#components/button";
import { CodeBlock } from "#components/code-block";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { PageFrame } from "#components/page-frame";
import { SearchField } from "#components/search-field";
import { useShortcut } from "#lib/shortcuts";
import { flagField, optionalField, textField, useUrlState } from "#lib/url-state";
import { columns, type RouteRow } from "./columns";
import { useRoutes } from "./list-routes";
import { useTargets } from "./list-targets";
import { RouteForm } from "./route-form";
import { legsOf } from "./route-legs";
import { RouteSheet } from "./route-sheet";

const fields = { q: textField(), open: optionalField(), add: flagField() };

/** Aliases, and where requests for them go. */
export function Page() {
  const [state, set] = useUrlState(fields);
  const source = useRoutes();
  const targets = useTargets().data?.data ?? noTargets;
  const all = useMemo<readonly RouteRow[]>(
    () => (source.data?.data ?? []).map((route) => ({ route, legs: legsOf(route, targets) })),
    [source.data, targets],
  );
  const rows = all.filter(({ route }) => route.alias.toLowerCase().includes(state.q.toLowerCase()));
  const at = rows.findIndex(({ route }) => route.alias === state.open);
  const opened = all.find(({ route }) => route.alias === state.open);
  const go = (index: number) => {
    const next = at < 0 ? undefined : rows[index];
    return next && (() => set({ open: next.route.alias }));
  };
  const add = () => set({ add: true }, { push: true });
  useShortcut("c", "Create a route", add);
  return (
    <PageFrame
      title="Routes"
      fill
      actions={
        <Button kind="primary" icon="plus" onClick={add}>
          Create route
        </Button>
      }
      bar={
        <SearchField label="Filter routes" placeholder="Filter by alias" value={state.q} onChange={(q) => set({ q })} />
      }
    >
      <DataTable
        label="Routes"
        columns={columns}
        rows={rows}
        rowKey={({ route }) => route.alias}
        source={source}
        openKey={state.open}
        onOpen={({ route }) => set({ open: route.alias }, { push: true })}
        empty={state.q === "" ? <NoRoutes onAdd={add} /> : <NoneFound q={state.q} onClear={() => set({ q: "" })} />}
      />
      {opened !== undefined && (
        <RouteSheet
          key={opened.route.alias}
          {...opened}
          targets={targets}
          onClose={() => set({ open: undefined })}
          onPrevious={go(at - 1)}
          onNext={go(at + 1)}
        />
      )}
      {state.add && (
        <RouteForm
          route={undefined}
          targets={targets}
          onClose={() => set({ add: false })}
          onDone={(alias) => set({ add: false, open: alias })}
        />
      )}
    </PageFrame>
  );
}

const noTargets: readonly never[] = [];

function NoRoutes({ onAdd }: { readonly onAdd: () => void }) {
  const code = `curl ${location.origin}/api/routes \\
  -H "Authorization: Bearer $HEADGATE_ADMIN_TOKEN" \\
  -H "Content-Type: application/json" \\
  -d '{"alias": "fast", "targets": [{"model": "demo/echo"}]}'`;
  return (
    <EmptyState
      title="No routes yet"
      action={
        <Button icon="plus" onClick={onAdd}>
          Create route
        </Button>
      }
      snippet={<CodeBlock label="The same by the API" snippets={[{ name: "curl", code }]} />}
    >
      A route gives one name to several models: requests are shared among them by weight and go on to the next when one
      fails. Without routes models are called by their own names.
    </EmptyState>
  );
}

function NoneFound({ q, onClear }: { readonly q: string; readonly onClear: () => void }) {
  return (
    <EmptyState title={`No route is called “${q}”`} action={<Button onClick={onClear}>Clear the filter</Button>} />
  );
}
