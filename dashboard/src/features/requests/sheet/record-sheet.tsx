import { ErrorState } from "#components/error-state";
import { Sheet } from "#components/sheet";
import { SkeletonLines } from "#components/skeleton";
import { useRequest } from "../get-request";
import { modelName, type RequestRecord } from "../record";
import { StatusBadge } from "../status-badge";
import type { RequestsState } from "../use-requests-state";
import { BookmarkButton } from "./bookmark-button";
import { RecordView } from "./record-view";

type Props = { readonly state: RequestsState; readonly rows: readonly RequestRecord[] };

/** The request that is open, beside the list; `j` and `k` go through the list. */
export function RecordSheet({ state, rows }: Props) {
  const { open, set, tab } = state;
  const place = rows.findIndex(({ id }) => id === open);
  const goTo = (index: number) => {
    const row = place < 0 ? undefined : rows[index];
    return row === undefined ? undefined : () => set({ open: row.id });
  };
  const known = rows[place];
  return (
    <Sheet
      open={open !== undefined}
      onClose={() => set({ open: undefined, tab: "conversation" })}
      wide={tab === "replay"}
      title={
        <span className="flex min-w-0 items-center gap-2">
          {known !== undefined && <StatusBadge record={known} />}
          <span className="truncate">{known === undefined ? "Request" : modelName(known)}</span>
        </span>
      }
      actions={open !== undefined && <BookmarkButton id={open} />}
      onPrevious={goTo(place - 1)}
      onNext={goTo(place + 1)}
    >
      {open !== undefined && <OpenRecord key={open} id={open} state={state} />}
    </Sheet>
  );
}

function OpenRecord({ id, state }: { readonly id: string; readonly state: RequestsState }) {
  const { data, error, refetch } = useRequest(id);
  if (data !== undefined) return <RecordView record={data} state={state} />;
  return error === null ? <SkeletonLines count={12} /> : <ErrorState error={error} onRetry={() => void refetch()} />;
}
