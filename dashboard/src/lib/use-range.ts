import { useMemo } from "react";
import { useNow } from "./now";
import { usePreferences } from "./preferences";
import { parseRange, type TimeRange } from "./range";
import { textField, useUrlState } from "./url-state";

const fields = { range: textField("24h") };

/** The stretch of time that the address names (`?range=7d`), the same on all pages; moves on while it is live. */
export function useRange(): readonly [TimeRange, (text: string) => void] {
  const [{ range: text }, set] = useUrlState(fields);
  const { zone } = usePreferences();
  const now = useNow();
  const range = useMemo(() => {
    const utc = zone === "utc";
    const found = parseRange(text, now, utc) ?? parseRange("24h", now, utc);
    if (found === undefined) throw new Error("Cannot read the range that stands for all others");
    return found;
  }, [text, now, zone]);
  return [range, (next) => set({ range: next }, { push: true })];
}
