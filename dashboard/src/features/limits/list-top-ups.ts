import { useQuery } from "@tanstack/react-query";
import { useCall } from "#api/use-call";

export function useTopUps(id: string) {
  const call = useCall();
  return useQuery({
    queryKey: ["budgets", "top-ups", id],
    queryFn: ({ signal }) => call("GET /api/budgets/{id}/top-ups", { path: { id }, query: { limit: 1000 }, signal }),
  });
}
