import { useMemo } from "react";
import { useCapabilities } from "#api/use-capabilities";
import { Button } from "#components/button";
import { DataTable } from "#components/data-table";
import { EmptyState } from "#components/empty-state";
import { PageFrame } from "#components/page-frame";
import { useUrlState } from "#lib/url-state";
import { CapabilityFilters } from "./capability-filters";
import { fields, providersOf, rowsOf } from "./capability-rows";
import { columnsFor, VerdictBadge } from "./columns";
import { translated } from "./dialect-name";

const meanings = [
  ["kept", "arrives as it was"],
  ["mapped", "arrives as the nearest"],
  ["dropped", "is named in a header and in the record"],
  ["left-out", "is not missed"],
  ["refused", "is answered with 400"],
] as const;

/** What becomes of each feature where client and provider speak different dialects. */
export function Page() {
  const [state, set] = useUrlState(fields);
  const source = useCapabilities();
  const capabilities = source.data?.capabilities ?? none;
  const rows = useMemo(() => rowsOf(capabilities, state), [capabilities, state]);
  const clients = useMemo(() => [...new Set(capabilities.map(({ client }) => client))], [capabilities]);
  const providers = useMemo(
    () =>
      source.data === undefined
        ? translated.filter((each) => each !== state.client)
        : providersOf(source.data.capabilities, state.client),
    [source.data, state.client],
  );
  const columns = useMemo(
    () => columnsFor(providers.filter((each) => state.provider === undefined || each === state.provider)),
    [providers, state.provider],
  );
  return (
    <PageFrame
      title="Dialects"
      fill
      bar={
        <>
          <CapabilityFilters
            state={state}
            set={set}
            clients={clients.length === 0 ? [state.client] : clients}
            providers={providers}
          />
          <p className="flex flex-wrap items-baseline gap-x-3 gap-y-1 text-sm text-muted">
            <span>Clients and providers of one dialect lose nothing. Else what is</span>
            {meanings.map(([verdict, meaning]) => (
              <span key={verdict} className="whitespace-nowrap max-sm:whitespace-normal">
                <VerdictBadge verdict={verdict} /> {meaning}
              </span>
            ))}
          </p>
        </>
      }
    >
      <DataTable
        label="Features"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        source={source}
        empty={
          <EmptyState
            title="Nothing is like that"
            action={
              <Button onClick={() => set({ provider: undefined, show: "all", about: "all", q: "" })}>
                Clear the filters
              </Button>
            }
          >
            No feature that these clients can say fits all of the filters.
          </EmptyState>
        }
      />
    </PageFrame>
  );
}

const none: [] = [];
