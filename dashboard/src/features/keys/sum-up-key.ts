import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

/** What one key did over the range, in its total and over time by model. */
export function useKeyStats(id: string, { text, fromMs, toMs }: TimeRange) {
  const call = useCall();
  return useQuery({
    queryKey: ["stats", "of-key", id, text, toMs],
    queryFn: ({ signal }) =>
      call("GET /api/stats", {
        query: { from: fromMs, to: toMs, key: id, group_by: "model", order: "cost", top: 5 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}
