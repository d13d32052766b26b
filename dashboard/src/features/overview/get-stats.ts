import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Answer, Query } from "#api/call";
import { useCall } from "#api/use-call";
import type { TimeRange } from "#lib/range";

export type Stats = Answer<"GET /api/stats">;
export type Figures = Stats["total"];
type StatsQuery = NonNullable<Query<"GET /api/stats">>;

/** Figures over the range. One that is live is read again each half minute, as its ends move on. */
export function useStats(range: TimeRange, utc: boolean, wanted: Omit<StatsQuery, "from" | "to" | "time_zone">) {
  const call = useCall();
  const timeZone = utc ? "UTC" : Intl.DateTimeFormat().resolvedOptions().timeZone;
  return useQuery({
    queryKey: ["stats", range.text, timeZone, wanted],
    queryFn: ({ signal }) =>
      call("GET /api/stats", {
        query: { ...wanted, from: Math.floor(range.fromMs), to: Math.ceil(range.toMs), time_zone: timeZone },
        signal,
      }),
    placeholderData: keepPreviousData,
    ...(range.live && { refetchInterval: 30_000 }),
  });
}
