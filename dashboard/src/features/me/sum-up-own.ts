import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

export function useOwnStats({ text, fromMs, toMs }: TimeRange) {
  const call = useCall();
  return useQuery({
    queryKey: ["me", "stats", text, toMs],
    queryFn: ({ signal }) =>
      call("GET /api/me/stats", {
        query: { from: fromMs, to: toMs, group_by: "model", order: "cost", top: 5 },
        signal,
      }),
    placeholderData: keepPreviousData,
  });
}
