import { useQuery } from "@tanstack/react-query";
import type { Answer } from "#api/call";
import { useCall } from "#api/use-call";

export type Budget = Answer<"GET /api/budgets">["data"][number];

/** A thousand of them; with more, the limits' page has the others. */
export function useBudgets() {
  const call = useCall();
  return useQuery({
    queryKey: ["budgets", "all"],
    queryFn: ({ signal }) => call("GET /api/budgets", { query: { limit: 1000 }, signal }),
    refetchInterval: 30_000,
  });
}
