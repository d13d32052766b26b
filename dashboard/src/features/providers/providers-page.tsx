import { useMemo } from "react";
import { Button } from "#components/button";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { PageFrame } from "#components/page-frame";
import { RangePicker } from "#components/range-picker";
import { SearchField } from "#components/search-field";
import { useShortcut } from "#lib/shortcuts";
import { optionalField, textField, useUrlState } from "#lib/url-state";
import { useRange } from "#lib/use-range";
import { AddProvider } from "./add-provider-dialog";
import { columns, type ProviderRow } from "./columns";
import { useProviders } from "./list-providers";
import { useTargets } from "./list-targets";
import { ProviderSheet } from "./provider-sheet";
import { useHealth } from "./read-health";

/** `add` is the provider that is being added: its id, `own` for one of one's own, `choose` before that. */
const fields = { q: textField(), open: optionalField(), add: optionalField() };

export function Page() {
  const [state, set] = useUrlState(fields);
  const [range, setRange] = useRange();
  const source = useProviders();
  const { rows, all } = useRows(state.q);
  const at = rows.findIndex(({ provider }) => provider.id === state.open);
  const opened = all.find(({ provider }) => provider.id === state.open);
  const go = (index: number) => {
    const next = at < 0 ? undefined : rows[index];
    return next && (() => set({ open: next.provider.id }));
  };
  const add = () => set({ add: "choose" }, { push: true });
  useShortcut("c", "Add a provider", add);
  return (
    <PageFrame
      title="Providers"
      fill
      actions={
        <>
          <RangePicker range={range} onChange={setRange} />
          <Button kind="primary" icon="plus" onClick={add}>
            Add provider
          </Button>
        </>
      }
      bar={
        <SearchField
          label="Filter providers"
          placeholder="Filter by name"
          value={state.q}
          onChange={(q) => set({ q })}
        />
      }
    >
      <DataTable
        label="Providers"
        columns={columns}
        rows={rows}
        rowKey={({ provider }) => provider.id}
        source={source}
        openKey={state.open}
        onOpen={({ provider }) => set({ open: provider.id }, { push: true })}
        empty={state.q === "" ? <NoProviders onAdd={add} /> : <NoneFound q={state.q} onClear={() => set({ q: "" })} />}
      />
      {opened !== undefined && (
        <ProviderSheet
          key={opened.provider.id}
          {...opened}
          onClose={() => set({ open: undefined })}
          onPrevious={go(at - 1)}
          onNext={go(at + 1)}
        />
      )}
      {state.add !== undefined && (
        <AddProvider
          chosen={state.add}
          onChoose={(id) => set({ add: id })}
          onClose={() => set({ add: undefined })}
          onAdded={(id) => set({ add: undefined, open: id })}
        />
      )}
    </PageFrame>
  );
}

function useRows(q: string): { readonly rows: readonly ProviderRow[]; readonly all: readonly ProviderRow[] } {
  const [range] = useRange();
  const { data: providers } = useProviders();
  const { data: targets } = useTargets();
  const { data: health, error } = useHealth(range);
  return useMemo(() => {
    const all = (providers?.data ?? []).map((provider) => ({
      provider,
      targets: (targets?.data ?? []).filter((target) => target.provider === provider.id && target.configured),
      health: health === undefined && error === null ? null : health?.get(provider.id),
    }));
    const wanted = q.toLowerCase();
    const rows = all.filter(({ provider: { id, name } }) => `${id} ${name}`.toLowerCase().includes(wanted));
    return { all, rows };
  }, [providers, targets, health, error, q]);
}

function NoProviders({ onAdd }: { readonly onAdd: () => void }) {
  return (
    <EmptyState
      title="No provider yet"
      action={
        <Button icon="plus" onClick={onAdd}>
          Add provider
        </Button>
      }
    >
      A provider is where models are: OpenAI, Anthropic, a server of your own. Add one with its key, and all its models
      can be called through this gateway.
    </EmptyState>
  );
}

function NoneFound({ q, onClear }: { readonly q: string; readonly onClear: () => void }) {
  return (
    <EmptyState title={`No provider is called “${q}”`} action={<Button onClick={onClear}>Clear the filter</Button>} />
  );
}
