import { useMemo } from "react";
import { type Filter, readFilters, writeFilters } from "#lib/filters";
import { usePreferences } from "#lib/preferences";
import { choiceField, flagField, listField, optionalField, useUrlState } from "#lib/url-state";
import { useRange } from "#lib/use-range";
import { filterFields } from "./filter-fields";
import { isListOnly } from "./request-query";

const fields = {
  f: listField(),
  order: choiceField(["newest", "oldest", "costliest", "slowest"]),
  columns: listField(),
  live: flagField(),
  view: choiceField(["list", "waterfall"]),
  open: optionalField(),
  tab: choiceField(["conversation", "timing", "cost", "raw", "code", "replay"]),
};

export type SheetTab = "conversation" | "timing" | "cost" | "raw" | "code" | "replay";

/** All that the address says of the page. */
export function useRequestsState() {
  const [state, set] = useUrlState(fields);
  const [range, setRange] = useRange();
  const { zone } = usePreferences();
  const filters = useMemo(() => readFilters(state.f, filterFields), [state.f]);
  const isRanked = state.order === "costliest" || state.order === "slowest";
  return {
    ...state,
    // A text is looked for by time alone.
    order: isRanked && filters.some(({ field }) => field === "text") ? "newest" : state.order,
    set,
    range,
    setRange,
    utc: zone === "utc",
    filters,
    setFilters: (next: readonly Filter[]) => set({ f: writeFilters(next), view: "list" }, { push: true }),
    shown: state.columns.length === 0 ? undefined : state.columns,
    /** Following makes sense only where the end of the range is now and the newest come first. */
    canFollow: range.live && state.order === "newest" && !isListOnly(filters),
  };
}

export type RequestsState = ReturnType<typeof useRequestsState>;
