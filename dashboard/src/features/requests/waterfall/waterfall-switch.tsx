import { Button } from "#components/button";
import type { RequestsState } from "../use-requests-state";

/** Offered where the filters name one session or trace. */
export function WaterfallSwitch({ state }: { readonly state: RequestsState }) {
  const { filters, view, set } = state;
  const isOne = filters.filter(({ field }) => field === "session_id" || field === "trace_id").length === 1;
  if (!isOne) return null;
  return (
    <Button
      aria-pressed={view === "waterfall"}
      onClick={() => set({ view: view === "waterfall" ? "list" : "waterfall" }, { push: true })}
    >
      {view === "waterfall" ? "As a list" : "As a waterfall"}
    </Button>
  );
}
