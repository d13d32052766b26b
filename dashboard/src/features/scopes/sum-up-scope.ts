import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

/** What a team or customer spent over the range, by key. */
export function useScopeStats(by: "team" | "customer", name: string, { text, fromMs, toMs }: TimeRange) {
  const call = useCall();
  return useQuery({
    queryKey: ["stats", "of", by, name, text, toMs],
    queryFn: ({ signal }) =>
      call("GET /api/stats", {
        query: { from: fromMs, to: toMs, [by]: name, group_by: "key", order: "cost", top: 5 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}
