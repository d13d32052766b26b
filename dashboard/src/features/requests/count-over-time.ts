import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import type { Filter } from "#lib/filters";
import { rangeQuery, requestQuery } from "./request-query";

type Wanted = {
  readonly filters: readonly Filter[];
  readonly range: string;
  readonly utc: boolean;
  readonly live: boolean;
};

/** How many requests and errors there were over the range, in some eighty bars. */
export function useHistogram({ filters, range, utc, live }: Wanted) {
  const call = useCall();
  return useQuery({
    queryKey: ["logs", "histogram", range, utc, filters],
    queryFn: ({ signal }) =>
      call("GET /api/logs/histogram", {
        query: { ...requestQuery(filters), ...rangeQuery(range, utc), bars: "80" },
        signal,
      }),
    placeholderData: keepPreviousData,
    ...(live && { refetchInterval: 15_000 }),
  });
}
