import { useInfiniteQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** Every budget of all keys, teams, customers and the gateway. */
export function useBudgets(wanted: boolean) {
  const call = useCall();
  return useInfiniteQuery({
    queryKey: ["budgets", "list"],
    queryFn: ({ pageParam, signal }) =>
      call("GET /api/budgets", { query: { limit: 1000, ...(pageParam !== "" && { after: pageParam }) }, signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
    refetchInterval: 10_000,
    enabled: wanted,
  });
}
