import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";
import { rateLimitUse } from "#components/limit-use";
import { isShort } from "#lib/is-short";
import type { LimitFilter } from "./list-budgets";

/** The rate limits of all keys, teams, customers and the gateway, those nearest to their limit first. */
export function useRateLimits(filter: LimitFilter, wanted: boolean) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["rate-limits", "list", filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, order: "nearest" as const, limit: 200, ...(pageParam !== "" && { after: pageParam }) };
      return call("GET /api/rate-limits", { query, signal });
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    select: ({ pages }) => pages.flatMap((page) => page.data.map(rateLimitUse)),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => isShort(query.state.data) && 5000,
    enabled: wanted,
  });
}
