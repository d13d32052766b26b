import { useMemo } from "react";
import type { OwnRecord } from "#api/schema.gen";
import { Badge } from "#components/badge";
import { Button } from "#components/button";
import { DataTable } from "#components/data-table";
import { Section } from "#components/page-frame";
import type { Column } from "#components/table-column";
import { TimeText } from "#components/time-text";
import { formatMs } from "#lib/format-duration";
import { formatMoney } from "#lib/format-money";
import { optionalField, useUrlState } from "#lib/url-state";
import { useRange } from "#lib/use-range";
import { useOwnRequests } from "./list-own-requests";
import { OwnRequestSheet } from "./own-request-sheet";

const url = { open: optionalField() };
const columns: readonly Column<OwnRecord>[] = [
  { id: "at", header: "Time", width: 136, always: true, cell: ({ started_at: at }) => <TimeText value={at} /> },
  {
    id: "model",
    header: "Model",
    width: 160,
    grow: true,
    cell: ({ model, asked_model: asked }) => <bdi>{model ?? asked ?? "–"}</bdi>,
  },
  {
    id: "status",
    header: "Status",
    width: 120,
    cell: ({ status, outcome }) => <Badge tone={outcome === "ok" ? "good" : "warn"}>{`${status} ${outcome}`}</Badge>,
  },
  { id: "ms", header: "Took", width: 88, align: "right", cell: ({ duration_ms: ms }) => formatMs(ms) },
  { id: "cost", header: "Cost", width: 96, align: "right", cell: ({ cost_usd: cost }) => formatMoney(cost) },
];

/** What was asked with the key in the range, without content. */
export function OwnRequests() {
  const [{ open }, set] = useUrlState(url);
  const [range] = useRange();
  const requests = useOwnRequests(range);
  const rows = useMemo(() => requests.data?.pages.flatMap((page) => page.data) ?? [], [requests.data]);
  const place = rows.findIndex(({ id }) => id === open);
  const goTo = (index: number) => {
    const row = rows[index];
    return place < 0 || row === undefined ? undefined : () => set({ open: row.id });
  };
  return (
    <Section title="Requests" note={range.label}>
      <DataTable
        short
        label="Requests"
        columns={columns}
        rows={rows}
        rowKey={({ id }) => id}
        source={{ isPending: requests.isPending, error: requests.error, refetch: requests.refetch }}
        onOpen={({ id }) => set({ open: id }, { push: true })}
        openKey={open}
        empty={<p className="text-muted">None in the range.</p>}
      />
      {requests.hasNextPage && (
        <Button onClick={() => void requests.fetchNextPage()} busy={requests.isFetchingNextPage} className="self-start">
          Show more
        </Button>
      )}
      {open !== undefined && (
        <OwnRequestSheet
          id={open}
          onClose={() => set({ open: undefined })}
          onPrevious={goTo(place - 1)}
          onNext={goTo(place + 1)}
        />
      )}
    </Section>
  );
}
