import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

/** Those that are nearest to their limit. */
export function useBudgets(count: number) {
  const call = useCall();
  return useQuery({
    queryKey: ["budgets", "nearest"],
    queryFn: ({ signal }) => call("GET /api/budgets", { query: { order: "nearest", limit: count }, signal }),
    refetchInterval: 30_000,
  });
}
