import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import type { Query } from "#api/call";
import { useCall } from "#api/use-call";
import { budgetUse } from "#components/limit-use";
import { isShort } from "#lib/is-short";

/** What both lists are narrowed by. */
export type LimitFilter = Pick<NonNullable<Query<"GET /api/budgets">>, "scope" | "search">;

/** The budgets of all keys, teams, customers and the gateway, those nearest to their limit first. */
export function useBudgets(filter: LimitFilter, wanted: boolean) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["budgets", "list", filter],
    queryFn: ({ pageParam, signal }) => {
      const query = { ...filter, order: "nearest" as const, limit: 200, ...(pageParam !== "" && { after: pageParam }) };
      return call("GET /api/budgets", { query, signal });
    },
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    select: ({ pages }) => pages.flatMap((page) => page.data.map(budgetUse)),
    placeholderData: keepPreviousData,
    refetchInterval: (query) => isShort(query.state.data) && 10_000,
    enabled: wanted,
  });
}
