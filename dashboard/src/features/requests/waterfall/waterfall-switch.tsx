import { Button } from "#components/button";
import type { RequestsState } from "../use-requests-state";
import { isOneSession } from "./session-requests";

/** Offered where the filters name one session or trace. */
export function WaterfallSwitch({ state }: { readonly state: RequestsState }) {
  const { filters, view, set } = state;
  if (!isOneSession(filters)) return null;
  return (
    <Button
      aria-pressed={view === "waterfall"}
      onClick={() => set({ view: view === "waterfall" ? "list" : "waterfall" }, { push: true })}
    >
      {view === "waterfall" ? "As a list" : "As a waterfall"}
    </Button>
  );
}
