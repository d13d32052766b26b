import { choiceField, textField, useUrlState } from "#lib/url-state";
import { useRange } from "#lib/use-range";

const fields = { measure: choiceField(["cost", "requests", "errors", "tokens"]), by: textField("model") };

/** What the address says of the page: the range, the amount, and what it is told apart by. */
export function useOverviewState() {
  const [state, set] = useUrlState(fields);
  const [range, setRange] = useRange();
  return { ...state, set, range, setRange };
}

export type OverviewState = ReturnType<typeof useOverviewState>;
