import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useBudget(id: string) {
  const call = useCall();
  return useQuery({
    queryKey: ["budgets", "one", id],
    queryFn: ({ signal }) => call("GET /api/budgets/{id}", { path: { id }, signal }),
    refetchInterval: 5000,
  });
}
